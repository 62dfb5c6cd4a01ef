import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../../../test/cpu-time.ts';
import { fixture, inventoryOf, scanFiles } from '../../../../test/inventory/layer-stack.ts';
import { pythonLockCataloger } from './python-lock.ts';

const LOCK = [pythonLockCataloger];

function take(files: Readonly<Record<string, string | Uint8Array>>) {
  return inventoryOf([files], { catalogers: LOCK });
}

/** Purls without their type. */
function named(files: Readonly<Record<string, string | Uint8Array>>): string[] {
  return take(files).packages.map(({ purl }) => purl.replace('pkg:pypi/', ''));
}

const FLASK = [
  'blinker@1.9.0',
  'flask@3.0.3',
  'itsdangerous@2.2.0',
  'jinja2@3.1.6',
  'markupsafe@3.0.4',
  'werkzeug@3.1.9',
];
const REQUESTS = [
  'certifi@2026.10.18',
  'charset-normalizer@3.5.2',
  'idna@3.20',
  'pysocks@1.7.1',
  'requests@2.32.3',
];
const BELOW_310 = ['importlib-metadata@8.7.1', 'zipp@3.23.1'];

/** For several Pythons at once. */
const HTTPX =
  'anyio@4.12.1 anyio@4.16.0 certifi@2026.10.18 exceptiongroup@1.3.1 h11@0.16.0 h2@4.3.0 h2@4.4.1 hpack@4.1.0 hpack@4.2.0 httpcore@1.0.9 httpx@0.27.2 hyperframe@6.1.0 idna@3.20 sniffio@1.3.1 typing-extensions@4.16.0'.split(
    ' ',
  );

/**
 * What the tools themselves export of these locks for production, with all extras: `uv export --no-dev --all-extras`,
 * `poetry export --only main --all-extras`, `pdm export --prod`, `pipenv requirements`, and what pip-compile pinned;
 * without what has a marker for Windows alone.
 */
const EXPORTED: readonly (readonly [file: string, name: string, expected: readonly string[]])[] = [
  ['uv.lock', 'uv.lock', [...FLASK, ...HTTPX, ...BELOW_310, 'click@8.1.8', 'click@8.5.1', 'pyyaml@6.0.2']],
  // exported by uv itself, without extras
  ['pylock.toml', 'pylock.toml', [...FLASK, ...HTTPX, ...BELOW_310, 'click@8.1.8', 'click@8.5.1']],
  [
    'poetry-2.lock',
    'poetry.lock',
    [...FLASK, ...REQUESTS, ...BELOW_310, 'click@8.1.8', 'pyyaml@6.0.2', 'urllib3@2.6.3'],
  ],
  [
    // without markers: it does not tell what is for Windows
    'poetry-1.4.lock',
    'poetry.lock',
    [...FLASK, ...REQUESTS, ...BELOW_310, 'click@8.1.8', 'colorama@0.4.6', 'pyyaml@6.0.2', 'urllib3@2.6.3'],
  ],
  ['pdm.lock', 'pdm.lock', [...FLASK, ...REQUESTS, ...BELOW_310, 'click@8.1.8', 'urllib3@2.6.3']],
  [
    'Pipfile.lock',
    'Pipfile.lock',
    [
      ...FLASK,
      ...REQUESTS,
      'click@8.5.1',
      'colorama@0.4.6',
      'urllib3@2.8.0',
      'tiny-colours?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fshop%2Ftiny-colours.git%406717141d442dc83ca8b866e7b3505875af15d0c7',
    ],
  ],
  ['requirements.txt', 'requirements.txt', [...FLASK, ...REQUESTS, 'click@8.5.1', 'urllib3@2.8.0']],
];
for (const [file, name, expected] of EXPORTED) {
  test(`${file}: what its own tool exports for production`, () => {
    const { packages, coverage } = take({ [`srv/app/${name}`]: fixture(`python/${file}`) });
    assert.deepEqual(packages.map(({ purl }) => purl.replace('pkg:pypi/', '')).sort(), [...expected].sort());
    assert.ok(packages.every(({ presence }) => presence === 'declared'));
    assert.deepEqual(coverage, []);
  });
}

/** Flask 3.0.3 requires these; importlib-metadata below Python 3.10 only. */
const FLASK_NEEDS = [
  'blinker@1.9.0',
  'importlib-metadata@8.7.1',
  'itsdangerous@2.2.0',
  'jinja2@3.1.6',
  'werkzeug@3.1.9',
];

for (const [file, name, click] of [
  ['uv.lock', 'uv.lock', ['click@8.1.8', 'click@8.5.1']],
  ['poetry-2.lock', 'poetry.lock', ['click@8.1.8']],
  ['poetry-1.4.lock', 'poetry.lock', ['click@8.1.8']],
  ['pdm.lock', 'pdm.lock', ['click@8.1.8']],
] as const) {
  test(`${file}: edges and digests`, () => {
    const { packages } = take({ [name]: fixture(`python/${file}`) });
    const flask = packages.find((pkg) => pkg.name === 'flask');
    assert.deepEqual(
      flask?.dependsOn.map((id) => id.replace('pkg:pypi/', '')),
      [...FLASK_NEEDS, ...click].sort(),
    );
    // the wheel and the source archive of flask 3.0.3
    assert.deepEqual(flask?.checksums, [
      { algorithm: 'sha256', hex: '34e815dfaa43340d1d15a5c3a02b8476004037eb4840b34910c6e21679d288f3' },
      { algorithm: 'sha256', hex: 'ceb27b0af3823ea2737928a4d99d125a06175b8512c445cbd9a9ce200ef76842' },
    ]);
  });
}

test('digests of wheels for other systems are left out', () => {
  const lock = `[[package]]
name = "a"
version = "1.0"
files = [
  {file = "a-1.0-cp312-cp312-macosx_11_0_arm64.whl", hash = "sha256:${'1'.repeat(64)}"},
  {file = "a-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", hash = "sha256:${'2'.repeat(64)}"},
  {file = "a-1.0-cp312-cp312-win_amd64.whl", hash = "sha256:${'3'.repeat(64)}"},
  {file = "a-1.0.tar.gz", hash = "sha256:${'4'.repeat(64)}"},
]
`;
  const [pkg] = take({ 'poetry.lock': lock }).packages;
  assert.deepEqual(
    pkg?.checksums.map(({ hex }) => hex[0]),
    ['2', '4'],
  );
});

const uv = (...packages: readonly string[]) =>
  `version = 1\n\n[[package]]\nname = "app"\nversion = "0"\nsource = { editable = "." }\n${packages.join('\n\n')}`;

const ENTRIES: readonly (readonly [what: string, name: string, lock: string, expected: readonly string[]])[] =
  [
    [
      'uv: a repository, an archive, a directory of the workspace',
      'uv.lock',
      uv(
        'dependencies = [{ name = "a" }, { name = "b" }, { name = "c" }]',
        '[[package]]\nname = "a"\nversion = "1"\nsource = { git = "https://me:pw@git.example/a.git?rev=main#0123abc" }',
        '[[package]]\nname = "b"\nversion = "1"\nsource = { url = "https://me:pw@files.example/b-1.tar.gz" }',
        '[[package]]\nname = "c"\nversion = "1"\nsource = { directory = "c" }\ndependencies = [{ name = "d" }]',
        '[[package]]\nname = "d"\nversion = "1"\nsource = { registry = "https://registry.example/simple" }',
        '[[package]]\nname = "unused"\nversion = "1"\nsource = { registry = "https://registry.example/simple" }',
      ),
      [
        'a@1?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fa.git%400123abc',
        'b@1?download_url=https:%2F%2Ffiles.example%2Fb-1.tar.gz',
        'd@1',
      ],
    ],
    [
      'uv: a script',
      'uv.lock',
      'version = 1\n[manifest]\nrequirements = [{ name = "a" }]\n[[package]]\nname = "a"\nversion = "1"\n[[package]]\nname = "b"\nversion = "1"\n',
      ['a@1'],
    ],
    [
      'poetry: groups of Poetry 2',
      'poetry.lock',
      '[[package]]\nname = "a"\nversion = "1"\ngroups = ["main", "dev"]\n[package.markers]\nmain = "sys_platform == \\"win32\\""\n[[package]]\nname = "b"\nversion = "1"\ngroups = ["dev"]\n[[package]]\nname = "c"\nversion = "1"\ngroups = ["main"]\n',
      ['c@1'],
    ],
    [
      'poetry: a repository and a directory',
      'poetry.lock',
      '[[package]]\nname = "a"\nversion = "1"\n[package.source]\ntype = "git"\nurl = "https://git.example/a.git"\nreference = "main"\nresolved_reference = "0123abc"\n[[package]]\nname = "b"\nversion = "1"\n[package.source]\ntype = "directory"\nurl = "b"\n',
      ['a@1?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fa.git%400123abc'],
    ],
    [
      'poetry: a project without dependencies',
      'poetry.lock',
      'package = []\n[metadata]\nlock-version = "2.1"\n',
      [],
    ],
    [
      'pdm: a repository',
      'pdm.lock',
      '[metadata]\nlock_version = "4.5.0"\n[[package]]\nname = "a"\nversion = "1"\ngit = "https://git.example/a.git"\nrevision = "0123abc"\n',
      ['a@1?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fa.git%400123abc'],
    ],
    [
      'pipenv: a marker, a directory, a damaged category of development',
      'Pipfile.lock',
      JSON.stringify({
        _meta: { 'pipfile-spec': 6 },
        default: {
          a: { version: '==1', markers: "sys_platform == 'win32'" },
          b: { path: './b', editable: true },
          c: { version: '==1', markers: "python_version >= '3.9'" },
        },
        develop: 7,
      }),
      ['c@1'],
    ],
    [
      'pylock: groups, a directory, a repository',
      'pylock.prod.toml',
      'lock-version = "1.0"\ndefault-groups = ["prod"]\n[[packages]]\nname = "a"\nversion = "1"\nmarker = "\'dev\' in dependency_groups"\n[[packages]]\nname = "b"\nversion = "1"\nmarker = "\'prod\' in dependency_groups"\n[[packages]]\nname = "c"\n[packages.directory]\npath = "c"\n[[packages]]\nname = "d"\n[packages.vcs]\ntype = "git"\nurl = "https://git.example/d.git"\ncommit-id = "0123abc"\n',
      ['b@1', 'd?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fd.git%400123abc'],
    ],
  ];
for (const [what, name, lock, expected] of ENTRIES) {
  test(`entry: ${what}`, () => {
    const { packages, coverage } = take({ [`srv/${name}`]: lock });
    assert.deepEqual(
      packages.map(({ purl }) => purl.replace('pkg:pypi/', '')),
      expected,
    );
    assert.deepEqual(coverage, []);
  });
}

const LINES: readonly (readonly [text: string, expected: readonly string[]])[] = [
  ['a==1.0', ['a@1.0']],
  ['a===1.0', ['a@1.0']],
  ['a == 1.0  # why', ['a@1.0']],
  ['a[x]==1.0 ; python_version < "4"', ['a@1.0']],
  ['a==1.0; sys_platform == "win32"', []],
  ['a==1.0 --hash=sha256:abc --config-settings x', ['a@1.0']],
  ['a==1.0 \\\n    --hash=sha256:abc \\\n    --hash=sha256:def\nb==2', ['a@1.0', 'b@2']],
  ['a==1.*', []],
  ['a>=1.0', []],
  ['a', []],
  ['-r other.txt\n-c constraints.txt\n--index-url https://registry.example\n-i https://registry.example', []],
  ['# a==1.0', []],
  ['-e .', []],
  ['./a-1.0.tar.gz', []],
  ['a @ https://files.example/a-1.0.zip', ['a?download_url=https:%2F%2Ffiles.example%2Fa-1.0.zip']],
  ['a @ git+https://t0ken@git.example/a@v1', ['a?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fa%40v1']],
  [
    '-e git+ssh://git@git.example/a.git@v1#egg=a',
    ['a?vcs_url=git%2Bssh:%2F%2Fgit%40git.example%2Fa.git%40v1'],
  ],
  ['git+https://git.example/a.git#subdirectory=x&egg=a', ['a?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fa.git']],
  ['a==1.0\r\nb==2.0\r\n', ['a@1.0', 'b@2.0']],
  ['\ufeffa==1.0', ['a@1.0']],
  ['The requirements of this product are many.', []],
];
for (const [text, expected] of LINES) {
  test(`requirements ${JSON.stringify(text)}`, () => {
    assert.deepEqual(named({ 'srv/requirements.txt': text }), expected);
  });
}

const PLACES: readonly (readonly [path: string, counts: boolean])[] = [
  ['requirements.txt', true],
  ['requirements-dev.txt', false],
  ['srv/app/requirements-prod.txt', true],
  ['srv/app/requirements.docker.txt', true],
  ['srv/app/prod-requirements.txt', true],
  ['srv/app/requirements/base.txt', true],
  ['srv/app/requirements/dev.txt', false],
  ['srv/app/requirements-dev.txt', false],
  ['srv/app/requirements_test.txt', false],
  ['srv/app/dev-requirements.txt', false],
  ['srv/app/docs/requirements.txt', false],
  ['srv/app/tests/requirements.txt', false],
  ['usr/lib/python3/dist-packages/a/requirements.txt', false],
  ['srv/app/notes.txt', false],
];
for (const [path, counts] of PLACES) {
  test(`place: ${path}`, () => assert.deepEqual(named({ [path]: 'a==1.0\n' }), counts ? ['a@1.0'] : []));
}

test('what several files of a directory name is one package', () => {
  const { packages } = take({
    'srv/poetry.lock': '[[package]]\nname = "Zope.Interface"\nversion = "1"\n',
    'srv/requirements.txt': 'a==1.0\nzope.interface==1\n',
    'other/requirements.txt': 'a==1.0\n',
  });
  assert.deepEqual(
    packages.map(({ id, evidence }) => [id, evidence.map(({ path }) => path)]),
    [
      ['pkg:pypi/zope.interface@1', ['srv/poetry.lock', 'srv/requirements.txt']],
      ['pkg:pypi/a@1.0#other/requirements.txt', ['other/requirements.txt']],
      ['pkg:pypi/a@1.0#srv/requirements.txt', ['srv/requirements.txt']],
    ],
  );
});

test('what is installed under another spelling of its name was carried out', () => {
  const { packages } = inventoryOf([
    {
      'srv/poetry.lock': '[[package]]\nname = "jaraco-text"\nversion = "1"\n',
      's/jaraco.text-1.dist-info/METADATA': 'Name: jaraco.text\nVersion: 1\n',
    },
  ]);
  assert.deepEqual(
    packages.map(({ presence }) => presence),
    ['installed'],
  );
});

const DAMAGED: readonly (readonly [name: string, text: string])[] = [
  ['poetry.lock', '= no TOML'],
  ['poetry.lock', 'a = 1\n'],
  ['poetry.lock', '[[package]]\nversion = "1"\n'],
  ['uv.lock', '[[package]]\nname = "a"\n'],
  ['pdm.lock', '[metadata]\n'],
  ['pylock.toml', '[[packages]]\nname = "a"\n'],
  ['Pipfile.lock', '{"default": {}}'],
  ['Pipfile.lock', '[]'],
  ['Pipfile.lock', '{"_meta": {"pipfile-spec": 6}, "default": {"a": 7}}'],
];
for (const [name, text] of DAMAGED) {
  test(`damage: ${name} ${JSON.stringify(text)}`, () => {
    const { packages, coverage } = take({ [name]: text });
    assert.deepEqual(packages, []);
    assert.deepEqual(
      coverage.map(({ code, subject }) => [code, subject]),
      [['EVIDENCE_UNREADABLE', name]],
    );
  });
}

test('a lock in which everything has one name does not multiply', () => {
  const entry = '[[package]]\nname = "a"\nversion = "1"\ndependencies = [{ name = "a" }]\n';
  const spent = startCpuTime();
  take({ 'uv.lock': `version = 1\n${entry.repeat(20_000)}` });
  assert.ok(spent() < LITTLE);
});

test('no lock file makes it throw, and what it reads can be cataloged', () => {
  const files = ['uv.lock', 'poetry-2.lock', 'pdm.lock', 'pylock.toml', 'Pipfile.lock', 'requirements.txt'];
  const real = files.map((file) => ({
    name: file.replace('-2', ''),
    content: fixture(`python/${file}`),
  }));
  const mutation = fc.tuple(fc.nat(), fc.nat(), fc.nat(255), fc.boolean());
  fc.assert(
    fc.property(fc.constantFrom(...real), mutation, ({ name, content }, [cut, at, byte, whole]) => {
      const copy = Buffer.from(whole ? content : content.subarray(0, cut % content.length));
      if (copy.length > 0) copy[at % copy.length] = byte;
      for (const { path, record } of scanFiles({ [name]: copy }, LOCK).records) {
        if (record !== null) pythonLockCataloger.catalog(new Map([[path, record]]), { distribution: null });
      }
    }),
    { numRuns: 300 },
  );
});

test('no value in a lock makes it throw', () => {
  const field = fc.constantFrom(
    'name',
    'version',
    'source',
    'groups',
    'files',
    'dependencies',
    'hashes',
    'markers',
    'git',
    'path',
  );
  const entry = fc.dictionary(field, fc.jsonValue());
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue())), (entries) => {
      take({ 'Pipfile.lock': JSON.stringify({ _meta: { 'pipfile-spec': 6 }, default: entries }) });
    }),
    { numRuns: 300 },
  );
});
