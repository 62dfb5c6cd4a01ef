import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { LibraryError } from '../../errors.ts';
import { formatAllUpstreamCommands, upstreamCommands } from './upstream-commands.ts';

const BUILDS = new URL('../../../../test/fixtures/library/builds/builds.json', import.meta.url);

interface UpstreamRecord {
  readonly build: { readonly arch: string; readonly [field: string]: unknown };
  readonly source: {
    readonly entries: readonly [{ readonly Builder: string }];
    readonly [field: string]: unknown;
  };
}

const records = Object.values(JSON.parse(readFileSync(BUILDS, 'utf8')) as Record<string, UpstreamRecord>);

/** The first one of a builder; without one it is built by BuildKit. */
function firstOf(builder: '' | 'buildkit' | 'classic' | 'oci-import'): UpstreamRecord {
  const found = records.find(({ source }) => source.entries[0].Builder === builder);
  assert.ok(found !== undefined);
  return found;
}

const COMMIT = '4015b57a143aec5156fd1444a017a32137a3fd0f';
const CONTEXT = `https://github.com/shop/images.git#${COMMIT}:8.1/it'\\''s`;
const ALPINE = 'sha256:c662c4dec588073611ceed62b652afd2905a1c8fc8fe5558c5a1f70308b36e5a';
const REDIS = 'oisupport/staging-amd64:005078040654b1d51449d7b1d75125de3a715d109fd2fe6e67a7a77a0dcbce7f';
const CORE = 'mcr.example/core:9@sha256:9baf10a7c47b131bb9ca48cc43141b9cc9ed94f217c716dbe887d14214604533';
const BELOW =
  'oisupport/staging-windows-amd64:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d@sha256:e9b03d7d418a25cbb0b71e2332e2c103f80952d4743b62cb0a517c0c1c6d1a01';
const WINDOWS =
  'oisupport/staging-windows-amd64:12071c23fdddbc0853d98d2b45034cc0ed2f9ce0184d0a52795b8c5602a3aedd';

const annotation = (key: string, value: string): string =>
  `\t--annotation 'manifest,manifest-descriptor:${key}=${value}'`;

test('the commands of BuildKit', () => {
  const { pull, build, push } = upstreamCommands(firstOf(''), { epoch: 0 });
  const [docker = '', ...unpack] = build.split('\n').reduce<string[]>((commands, line) => {
    if (line.startsWith('\t')) commands.push(`${commands.pop()}\n${line}`);
    else commands.push(line);
    return commands;
  }, []);
  assert.deepEqual(docker.split(' \\\n'), [
    'docker buildx build --progress=plain',
    "\t--provenance=mode=max,builder-id='https://github.com/docker-library'",
    '\t--sbom=generator="$BASHBREW_BUILDKIT_SBOM_GENERATOR"',
    '\t--output \'"type=oci","dest=temp.tar"\'',
    annotation('org.opencontainers.image.source', CONTEXT),
    annotation('org.opencontainers.image.revision', COMMIT),
    annotation('org.opencontainers.image.created', '1970-01-01T00:00:00Z'),
    annotation('org.opencontainers.image.version', '8.1'),
    annotation('org.opencontainers.image.url', 'https://hub.docker.com/_/redis'),
    annotation('com.docker.official-images.bashbrew.arch', 'amd64'),
    annotation('org.opencontainers.image.base.name', 'alpine:3.99'),
    annotation('org.opencontainers.image.base.digest', ALPINE),
    ...['redis:8.1', 'redis:latest', 'amd64/redis:8.1', 'amd64/redis:latest', REDIS].map(
      (tag) => `\t--tag '${tag}'`,
    ),
    "\t--platform 'linux/amd64'",
    `\t--build-context 'alpine:3.99=docker-image://alpine:3.99@${ALPINE}'`,
    '\t--build-arg BUILDKIT_SYNTAX="$BASHBREW_BUILDKIT_SYNTAX"',
    '\t--build-arg BUILDKIT_DOCKERFILE_CHECK=skip=all',
    "\t--file 'Dockerfile'",
    `\t'${CONTEXT}'`,
  ]);
  assert.deepEqual(
    unpack.map((line) => line.replace(/'.*'/, 'FILTER')),
    [
      'mkdir temp',
      'tar -xvf temp.tar -C temp',
      'rm temp.tar',
      'jq FILTER temp/index.json > temp/index.json.new',
      'mv temp/index.json.new temp/index.json',
    ],
  );
  assert.deepEqual([pull, push], ['', `crane push temp '${REDIS}'\nrm -rf temp`]);
});

test('what is not listed has no bill of materials, and a page under the name of its owner', () => {
  const { build } = upstreamCommands(firstOf('buildkit'), { epoch: 0 });
  assert.doesNotMatch(build, /--sbom|--build-context|base\.digest/);
  assert.match(build, /image\.url=https:\/\/hub\.docker\.com\/r\/shop\/app' /);
  assert.match(
    build,
    /--file 'app\.Dockerfile' \\\n\t'https:\/\/github\.com\/shop\/images\.git#[0-9a-f]+:\.'\n/,
  );
});

test('one manifest is left of those with the same content, and several are refused', (t) => {
  const { build } = upstreamCommands(firstOf(''), { epoch: 0 });
  const [, filter = ''] = /^jq '(.*)'/m.exec(build) ?? [];
  const run = (...digests: readonly string[]) => {
    const manifests = digests.map((digest, index) => ({
      digest,
      size: 1,
      mediaType: 'm',
      annotations: index,
    }));
    return spawnSync('jq', ['-c', filter], { input: JSON.stringify({ manifests }), encoding: 'utf8' });
  };
  const { error, stdout } = run('a', 'a');
  if (error !== undefined) return t.skip('jq is not installed');
  assert.equal(stdout, '{"manifests":[{"digest":"a","size":1,"mediaType":"m","annotations":0}]}\n');
  assert.match(run('a', 'b').stderr, /2 images instead of one/);
});

test('the commands of the classic builder', () => {
  assert.deepEqual(upstreamCommands(firstOf('classic'), { epoch: 0 }), {
    pull: [
      `docker pull '${CORE}'`,
      `docker tag '${CORE}' 'mcr.example/core:9'`,
      `docker pull '${BELOW}'`,
      `docker tag '${BELOW}' 'redis:8.1'`,
    ].join('\n'),
    build: [
      'DOCKER_BUILDKIT=0',
      'docker build',
      ...['redis:8.1-core', 'redis:latest', 'winamd64/redis:8.1-core', 'winamd64/redis:latest', WINDOWS].map(
        (tag) => `--tag '${tag}'`,
      ),
      "--platform 'windows/amd64'",
      "--file 'Dockerfile'",
      `'https://git.example/shop/images.git#${COMMIT}:8.1/core'`,
    ].join(' \\\n\t'),
    push: `docker push '${WINDOWS}'`,
  });
  const record = firstOf('classic');
  const [entry] = record.source.entries;
  const plain = { ...record, source: { ...record.source, entries: [{ ...entry, Builder: '' }] } };
  assert.deepEqual(upstreamCommands(plain, { epoch: 0 }), upstreamCommands(record, { epoch: 0 }));
});

test('the commands of an import, with a scan of what is listed', () => {
  const record = firstOf('oci-import');
  const lines = upstreamCommands(record, { epoch: 0 }).build.split('\n');
  assert.deepEqual(lines, [
    `build='${JSON.stringify(record)}'`,
    '"$BASHBREW_META_SCRIPTS/helpers/oci-import.sh" <<<"$build" temp',
    '# SBOM',
    'mv temp temp.orig',
    '"$BASHBREW_META_SCRIPTS/helpers/oci-sbom.sh" <<<"$build" temp.orig temp',
    'rm -rf temp.orig',
  ]);
});

test('the script of all builds tells which is which', () => {
  const script = formatAllUpstreamCommands(records, { epoch: 0 });
  assert.deepEqual(script.match(/^# [^<].*$/gm), [
    '# redis:8.1 [amd64]',
    '# redis:8.1 [arm64v8]',
    '# redis:8.1-core [windows-amd64]',
    '# debian:99 [amd64]',
    '# SBOM',
    '# shop/app:2 [amd64]',
  ]);
  assert.equal(script.match(/^# <\/push>$/gm)?.length, records.length);
});

test('a name cannot end its word of the shell', () => {
  const source = structuredClone(firstOf('oci-import'));
  const hostile = { ...source, build: { ...source.build, img: "x'; echo broken; '" } };
  const { push } = upstreamCommands(hostile, { epoch: 0 });
  const said = execFileSync('sh', [
    '-c',
    push.replace('crane', 'echo').replace('rm -rf temp', ''),
  ]).toString();
  assert.equal(said, "push temp x'; echo broken; '\n");
});

test('what is no build is told in a comment of one line, and the others go on', () => {
  const good = firstOf('oci-import');
  const source = structuredClone(good.source) as unknown as { arches: Record<string, { tags: string[] }> };
  for (const own of Object.values(source.arches)) own.tags = ['evil:1\necho broken'];
  const script = formatAllUpstreamCommands([{}, { ...good, source }], { epoch: 0 });
  const lines = script.split('\n');
  assert.match(lines[0] ?? '', /^# a record of builds\.json cannot be read/);
  assert.equal(lines[2], `# evil:1 echo broken [${good.build.arch}]`);
});

const broken: readonly (readonly [what: string, change: (build: UpstreamRecord) => unknown])[] = [
  ['no object', () => null],
  ['no build', ({ source }) => ({ source })],
  ['an architecture without an entry', (build) => ({ ...build, build: { ...build.build, arch: 's390x' } })],
  [
    'an unknown builder',
    (build) => ({
      ...build,
      source: { ...build.source, entries: [{ ...build.source.entries[0], Builder: 'kaniko' }] },
    }),
  ],
  [
    'a repository that is none',
    (build) => ({
      ...build,
      source: {
        ...build.source,
        entries: [{ ...build.source.entries[0], GitRepo: 'https://git.example/x' }],
      },
    }),
  ],
  [
    'a parent without a reference',
    (build) => ({ ...build, build: { ...build.build, resolvedParents: { 'alpine:3': { manifests: [] } } } }),
  ],
];
for (const [what, change] of broken) {
  test(`a record is refused: ${what}`, () => {
    assert.throws(
      () => upstreamCommands(change(firstOf('')), { epoch: 0 }),
      (error) => error instanceof LibraryError && error.code === 'DOCUMENT_INVALID',
    );
  });
}
