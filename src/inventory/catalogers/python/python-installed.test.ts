import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, fixtureTree, inventoryOf, scanFiles } from '../../../../test/inventory/layer-stack.ts';
import { pythonInstalledCataloger } from './python-installed.ts';
import { pythonVendoredCataloger } from './python-vendored.ts';

const SITE = 'srv/venv/lib/python3.11/site-packages';
const INSTALLED = [pythonInstalledCataloger];

function table(path: string): string[][] {
  return fixture(path)
    .toString()
    .trim()
    .split('\n')
    .map((row) => row.split('\t'));
}

/** Purls of a file system with these files. */
function purls(files: Readonly<Record<string, string>>): string[] {
  return inventoryOf([files], { catalogers: INSTALLED }).packages.map(({ purl }) => purl);
}

const METADATA = 'Metadata-Version: 2.1\nName: a\nVersion: 1.0\n';

test('a virtual environment: the distributions that pip lists', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('python/site-packages.tar.gz')], {
    catalogers: INSTALLED,
  });
  const inEnvironment = packages.filter(({ evidence }) => evidence[0]?.path.startsWith(SITE));
  assert.deepEqual(
    inEnvironment.map(({ name, version }) => `${name}==${version}`).sort(),
    table('python/site-packages.expected.tsv')
      .map(([name, version]) => `${name}==${version}`)
      .sort(),
  );
  assert.deepEqual(coverage, []);
});

test('a distribution as its metadata, its record and the whole environment describe it', () => {
  const { packages } = inventoryOf([fixtureTree('python/site-packages.tar.gz')]);
  const { files, layer, ...rich } =
    packages.find(({ name, version }) => name === 'rich' && version === '13.7.1') ?? assert.fail();
  assert.deepEqual(rich, {
    id: 'pkg:pypi/rich@13.7.1',
    purl: 'pkg:pypi/rich@13.7.1',
    type: 'pypi',
    presence: 'installed',
    cataloger: 'python-installed',
    name: 'rich',
    version: '13.7.1',
    architecture: null,
    source: null,
    licences: ['MIT'],
    licenceExpression: rich.licenceExpression,
    licenceTexts: [],
    supplier: 'Will McGugan <willmcgugan@gmail.com>',
    description:
      'Render rich text, tables, progress bars, syntax highlighting, markdown and more to the terminal',
    homepage: 'https://github.com/Textualize/rich',
    cpes: [],
    checksums: [],
    modularityLabel: null,
    evidence: [{ path: `${SITE}/rich-13.7.1.dist-info/METADATA`, layer, step: 0 }],
    ownedBy: null,
    // typing-extensions is for Python below 3.9, which nothing here tells; ipywidgets is an extra's
    dependencies: ['markdown-it-py', 'pygments', 'typing-extensions'],
    dependsOn: [
      'pkg:pypi/markdown-it-py@4.3.0',
      'pkg:pypi/pygments@2.21.0',
      'pkg:pypi/typing-extensions@4.7.1',
    ],
  });
  assert.ok(files.includes(`${SITE}/rich-13.7.1.dist-info/METADATA`));
  assert.ok(files.includes(`${SITE}/rich/__init__.py`));
});

test('names in a RECORD climb out to the scripts', () => {
  const { packages } = inventoryOf([fixtureTree('python/site-packages.tar.gz')], { catalogers: INSTALLED });
  const flask = packages.find(({ name }) => name === 'Flask');
  assert.ok(flask?.files.includes('srv/venv/bin/flask'));
});

test('direct_url.json: a repository is named without its password, a directory is not', () => {
  const { packages } = inventoryOf([fixtureTree('python/site-packages.tar.gz')], { catalogers: INSTALLED });
  assert.deepEqual(
    packages.filter(({ name }) => name === 'tiny-colours' || name === 'shop-front').map(({ id }) => id),
    [
      'pkg:pypi/shop-front@1.4.0#srv/shop/shop_front.egg-info/PKG-INFO',
      `pkg:pypi/shop-front@1.4.0#${SITE}/shop_front-1.4.0.dist-info/METADATA`,
      'pkg:pypi/tiny-colours@0.2.0?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fshop%2Ftiny-colours.git%406717141d442dc83ca8b866e7b3505875af15d0c7',
    ],
  );
});

test('Debian: dist-info, egg-info and a file of egg-info, each owned by the package that dpkg names', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('python/debian.tar.gz')]);
  const byId = new Map(packages.map((pkg) => [pkg.id, pkg]));
  const found = packages
    .filter(({ cataloger }) => cataloger === 'python-installed')
    .map(({ name, version, ownedBy }) => [name, version, byId.get(ownedBy ?? '')?.name]);
  assert.deepEqual(found, table('python/debian.expected.tsv'));
  assert.deepEqual(coverage, []);
});

test('what pip vendors is listed as installed, and owned where Debian packaged pip', () => {
  const { packages } = inventoryOf([fixtureTree('python/debian.tar.gz')]);
  const vendored = packages.filter(({ cataloger }) => cataloger === pythonVendoredCataloger.name);
  // the 23 lines of pip 23.0.1's vendor.txt without setuptools, of which pip has one module
  assert.equal(vendored.length, 22);
  assert.ok(vendored.some(({ purl }) => purl === 'pkg:pypi/urllib3@1.26.14'));
  assert.ok(vendored.every(({ ownedBy }) => ownedBy?.startsWith('pkg:deb/debian/python3-pip@')));
});

test('a distribution does not depend on what another one vendors', () => {
  const { packages } = inventoryOf([fixtureTree('python/site-packages.tar.gz')]);
  const requests = packages.find(({ id }) => id === 'pkg:pypi/requests@2.32.3');
  assert.deepEqual(requests?.dependsOn, [
    'pkg:pypi/certifi@2026.10.18',
    'pkg:pypi/charset-normalizer@3.5.2',
    'pkg:pypi/idna@3.20',
    'pkg:pypi/urllib3@2.8.0',
  ]);
});

const DIRECT_URLS: readonly (readonly [direct: unknown, expected: string])[] = [
  [
    { url: 'https://files.example/a-1.0.tar.gz', archive_info: { hashes: {} } },
    'pkg:pypi/a@1.0?download_url=https:%2F%2Ffiles.example%2Fa-1.0.tar.gz',
  ],
  [{ url: 'file:///wheels/a-1.0-py3-none-any.whl', archive_info: {} }, 'pkg:pypi/a@1.0'],
  [{ url: 'file:///srv/a', dir_info: { editable: true } }, 'pkg:pypi/a@1.0'],
  [
    { url: 'https://hg.example/a', vcs_info: { vcs: 'hg', commit_id: '0123abc' } },
    'pkg:pypi/a@1.0?vcs_url=hg%2Bhttps:%2F%2Fhg.example%2Fa%400123abc',
  ],
  [{ url: 7, vcs_info: {} }, 'pkg:pypi/a@1.0'],
  [[], 'pkg:pypi/a@1.0'],
];
for (const [direct, expected] of DIRECT_URLS) {
  test(`direct_url.json ${JSON.stringify(direct)}`, () => {
    const directory = 's/a-1.0.dist-info';
    const files = {
      [`${directory}/METADATA`]: METADATA,
      [`${directory}/direct_url.json`]: JSON.stringify(direct),
    };
    assert.deepEqual(purls(files), [expected]);
  });
}

const PLACES: readonly (readonly [what: string, path: string, expected: readonly string[]])[] = [
  ['a virtual environment', 'srv/lib/python3.12/site-packages/a-1.0.dist-info/METADATA', ['pkg:pypi/a@1.0']],
  ['a target of pip', 'var/task/a-1.0.dist-info/METADATA', ['pkg:pypi/a@1.0']],
  [
    'vendored with metadata',
    'usr/lib/python3/dist-packages/setuptools/_vendor/a-1.0.dist-info/METADATA',
    ['pkg:pypi/a@1.0'],
  ],
  ['egg-info', 'usr/lib/python3/dist-packages/a-1.0.egg-info/PKG-INFO', ['pkg:pypi/a@1.0']],
  ['a file of egg-info', 'usr/lib/python2.7/a-1.0.egg-info', ['pkg:pypi/a@1.0']],
  ['an egg that was unpacked', 'opt/a-1.0-py2.7.egg/EGG-INFO/PKG-INFO', ['pkg:pypi/a@1.0']],
  ['the root directory', 'a-1.0.dist-info/METADATA', ['pkg:pypi/a@1.0']],
  ['a source archive', 'src/a-1.0/PKG-INFO', []],
  ['METADATA of something else', 'var/lib/app/METADATA', []],
  ['a name that pip removed', 'usr/lib/python3/site-packages/~a-1.0.dist-info/METADATA', []],
  ['a cache of uv', 'root/.cache/uv/archive-v0/x/a-1.0.dist-info/METADATA', []],
  ['a package that conda unpacked', 'opt/conda/pkgs/a-1.0-py_0/site-packages/a-1.0.dist-info/METADATA', []],
  [
    "a distribution's own tests",
    'usr/lib/python3.11/site-packages/pip/tests/data/a-1.0.dist-info/METADATA',
    [],
  ],
];
for (const [what, path, expected] of PLACES) {
  test(`place: ${what}`, () => assert.deepEqual(purls({ [path]: METADATA }), expected));
}

test('an egg: its dependencies and files are listed apart', () => {
  const directory = 'usr/lib/python2.7/site-packages/a-1.0.egg-info';
  const { packages } = inventoryOf(
    [
      {
        [`${directory}/PKG-INFO`]: METADATA,
        [`${directory}/requires.txt`]: 'b>=1\n\n[extra]\nc\n',
        [`${directory}/installed-files.txt`]: '../a/__init__.py\n../../../../bin/a\nPKG-INFO\n',
      },
    ],
    { catalogers: INSTALLED },
  );
  assert.deepEqual(packages[0]?.dependencies, ['b']);
  assert.deepEqual(packages[0]?.files, [
    'usr/bin/a',
    `${directory}/PKG-INFO`,
    'usr/lib/python2.7/site-packages/a/__init__.py',
  ]);
});

const RECORDS: readonly (readonly [what: string, line: string, expected: readonly string[]])[] = [
  ['a module', 'a/b.py,sha256=x,12', ['s/a/b.py']],
  ['a path with a comma', '"a,b.py",sha256=x,12', ['s/a,b.py']],
  ['a path with a quotation mark', '"a""b.py",,', ['s/a"b.py']],
  ['an absolute path', '/etc/a.conf,,', ['etc/a.conf']],
  ['a path that climbs above the root', '../../../../etc/a,,', ['etc/a']],
  ['a line without fields', 'a', []],
  ['a quotation without end', '"a', []],
];
for (const [what, line, expected] of RECORDS) {
  test(`record: ${what}`, () => {
    const files = { 's/a-1.0.dist-info/METADATA': METADATA, 's/a-1.0.dist-info/RECORD': `${line}\n` };
    assert.deepEqual(inventoryOf([files], { catalogers: INSTALLED }).packages[0]?.files, expected);
  });
}

test('metadata without a name is coverage', () => {
  const path = 's/a-1.0.dist-info/METADATA';
  const { packages, coverage } = inventoryOf([{ [path]: 'Version: 1.0\n' }], { catalogers: INSTALLED });
  assert.deepEqual(packages, []);
  assert.deepEqual(
    coverage.map(({ code, subject }) => [code, subject]),
    [['EVIDENCE_UNREADABLE', path]],
  );
});

test('an upgrade in a later layer is that layer’s', () => {
  const { packages } = inventoryOf(
    [
      { 's/a-1.0.dist-info/METADATA': METADATA, 's/b-1.dist-info/METADATA': 'Name: b\nVersion: 1\n' },
      { 's/a-1.0.dist-info/METADATA': null, 's/a-2.0.dist-info/METADATA': 'Name: a\nVersion: 2.0\n' },
    ],
    { catalogers: INSTALLED },
  );
  assert.deepEqual(
    packages.map(({ purl, layer }) => [purl, layer?.slice(0, 9)]),
    [
      ['pkg:pypi/a@2.0', 'sha256:01'],
      ['pkg:pypi/b@1', 'sha256:00'],
    ],
  );
});

test('no file makes it throw, and what it reads can be cataloged', () => {
  const real = fixtureTree('python/site-packages.tar.gz')[`${SITE}/rich-13.7.1.dist-info/METADATA`] as Buffer;
  const name = fc.constantFrom(
    'METADATA',
    'RECORD',
    'requires.txt',
    'installed-files.txt',
    'direct_url.json',
  );
  const mutated = fc
    .tuple(fc.nat(real.length - 1), fc.nat(real.length - 1), fc.nat(255))
    .map(([cut, at, byte]) => {
      const copy = Buffer.from(real.subarray(0, cut));
      if (at < copy.length) copy[at] = byte;
      return copy.toString('latin1');
    });
  const content = fc.oneof(
    fc.string({ unit: 'binary' }),
    mutated,
    fc.jsonValue().map((v) => JSON.stringify(v)),
  );
  fc.assert(
    fc.property(name, content, (file, text) => {
      const files = { [`s/a-1.0.dist-info/${file}`]: text, 's/a-1.0.dist-info/PKG-INFO': METADATA };
      const { records } = scanFiles(files, INSTALLED);
      const read = records.filter(({ record }) => record !== null);
      pythonInstalledCataloger.catalog(new Map(read.map(({ path, record }) => [path, record])), {
        distribution: null,
      });
    }),
    { numRuns: 300 },
  );
});
