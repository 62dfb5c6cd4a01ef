import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { LibraryError } from '../errors.ts';
import { formatAllUpstreamCommands, upstreamCommands } from './upstream-commands.ts';

const FIXTURES = new URL('../../../test/fixtures/library/meta-scripts/', import.meta.url);

interface UpstreamRecord {
  readonly build: { readonly arch: string; readonly [field: string]: unknown };
  readonly source: {
    readonly entries: readonly [{ readonly Builder: string }];
    readonly [field: string]: unknown;
  };
}

const records = Object.values(
  JSON.parse(gunzipSync(readFileSync(new URL('builds.json.gz', FIXTURES))).toString('utf8')) as Record<
    string,
    UpstreamRecord
  >,
);

function firstOf(...builders: readonly string[]): UpstreamRecord {
  const isWindows = ({ build }: UpstreamRecord): boolean => build.arch.startsWith('windows-');
  const found = records.find(
    (one) =>
      builders.includes(one.source.entries[0].Builder) &&
      (one.source.entries[0].Builder !== '' || isWindows(one) === builders.includes('classic')),
  );
  assert.ok(found !== undefined);
  return found;
}

test('the commands are those of upstream, to the letter', () => {
  const builds = [firstOf('buildkit', ''), firstOf('classic', ''), firstOf('oci-import')];
  const found = formatAllUpstreamCommands(builds, { epoch: 0 });
  const expected = readFileSync(new URL('meta-commands-out.sh', FIXTURES), 'utf8');
  assert.equal(found, expected);
});

test('every build of the programme has commands', () => {
  for (const build of records) assert.notEqual(upstreamCommands(build, { epoch: 0 }).build, '');
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
      () => upstreamCommands(change(firstOf('buildkit', '')), { epoch: 0 }),
      (error) => error instanceof LibraryError && error.code === 'DOCUMENT_INVALID',
    );
  });
}
