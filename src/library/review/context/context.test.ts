import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildRepository, type RepositoryFile } from '../../../../test/git/build-repository.ts';
import { tarArchive } from '../../../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { openGitStore } from '../../git/git-store.ts';
import { checkCommit, createCommitHistories } from '../checks/commit-checks.ts';
import { listArchive } from './archive-listing.ts';
import { copiedPatterns, isCopied } from './copied-files.ts';
import { type ContextBounds, readSourceContext } from './effective-context.ts';

for (const [instruction, copied, left] of [
  ['COPY a b/ /x/', ['a', 'b/c', 'b/d/e'], ['c', 'ab']],
  ['COPY ["a b", "/x"]', ['a b'], ['a']],
  ['COPY . /', ['a', 'b/c'], []],
  ['COPY *.sh /', ['a.sh'], ['b/a.sh', 'a']],
  ['COPY --chown=1:1 --link ./a ../b /', ['a', 'b'], ['c']],
  ['COPY --from=build a /', [], ['a']],
  ['COPY $DIR/a /', ['any/a'], ['a']],
  ['ADD https://example.org/a /', [], ['a']],
  ['ADD rootfs.tar.xz /', ['rootfs.tar.xz'], []],
  ['RUN --mount=type=bind,source=a,target=/a cat /a', ['a'], ['b']],
  ['RUN --mount=type=cache,target=/a true', [], ['a']],
  ['RUN --mount=target=/a true', ['a', 'b/c'], []],
  ['COPY <<EOF /a\ntext\nEOF', [], ['text', 'EOF']],
  ['RUN ["<<EOF"]\nCOPY a /\nEOF', ['a'], ['b']],
  ['RUN dir C:\\\\\nCOPY a /', ['a'], ['b']],
] as const) {
  test(instruction, () => {
    const patterns = copiedPatterns(`FROM scratch\n${instruction}\n`);
    for (const path of copied) assert.ok(isCopied(path, patterns), `${path} is copied`);
    for (const path of left) assert.ok(!isCopied(path, patterns), `${path} is not copied`);
  });
}

test('a Dockerfile that names more than anybody reads uses every file', () => {
  const names = Array.from({ length: 50_000 }, (_, index) => `a${index}`).join(' ');
  for (const source of [names, '${'.repeat(50_000), '['.repeat(50_000)]) {
    assert.deepEqual(copiedPatterns(`FROM scratch\nCOPY ${source} /\n`), ['']);
  }
});

const tar = (names: readonly string[]) => tarArchive(names.map((path) => ({ path, content: 'x' })));

test('an archive is its names, without those that differ in every build', async () => {
  const archive = tar(['b', 'usr/lib/python3.13/os.py', 'var/lib/dnf/history/1', 'a']);
  const expected = 'a\nb\nusr/lib/pythonXXX/os.py\n';
  assert.equal(await listArchive('a.tar', archive), expected);
  assert.equal(await listArchive('a.tar.gz', gzipSync(archive)), expected);
});

test('a damaged archive is told, as far as it goes', async () => {
  const packed = gzipSync(tar(['a', 'b']));
  assert.match(await listArchive('a.tgz', packed.subarray(0, packed.length - 20)), /\(cut off: .*\)\n/);
  assert.match(await listArchive('a.tar', Buffer.alloc(1024, 1)), /\(cut off: /);
});

async function contextOf(
  t: TestContext,
  files: Readonly<Record<string, RepositoryFile>>,
  builder = '',
  file = 'Dockerfile',
  bounds?: ContextBounds,
) {
  const folder = join(temporaryDirectory(t), 'git');
  const [gitCommit = ''] = buildRepository(folder, [{ files }]);
  const settings = { rewrites: [], timeoutSeconds: 60 };
  const store = openGitStore({
    folder,
    settings,
    environment: process.env,
    signal: new AbortController().signal,
  });
  t.after(() => store.close());
  const inputs = {
    gitRepo: 'https://example.org/a.git',
    gitFetch: 'refs/heads/main',
    gitCommit,
    directory: '.',
    file,
    builder,
  };
  const texts = new Map<string, string>();
  const context = await readSourceContext(store, inputs, ({ title, text }) => texts.set(title, text), bounds);
  return { ...context, texts };
}

test('what is copied, and what says something beside it; links and binaries are described', async (t) => {
  const { texts, dockerfile } = await contextOf(t, {
    Dockerfile: 'FROM scratch\nADD rootfs.tar.gz run link binary /\n',
    'Dockerfile.builder': 'FROM debian\n',
    '.dockerignore': '*\n',
    'rootfs.manifest': 'a 1\n',
    'README.md': 'not copied',
    run: { mode: '100755', content: '#!/bin/sh\n' },
    link: { mode: '120000', content: 'run' },
    binary: { mode: '100644', content: Buffer.from([0, 1, 2]) },
    'rootfs.tar.gz': { mode: '100644', content: gzipSync(tar(['bin/sh'])) },
  });
  assert.match(dockerfile ?? '', /^FROM scratch/);
  assert.deepEqual(Object.fromEntries([...texts].map(([name, text]) => [name, text.slice(0, 30)])), {
    '.dockerignore': '*\n',
    Dockerfile: 'FROM scratch\nADD rootfs.tar.gz',
    'Dockerfile.builder': 'FROM debian\n',
    binary: '(3 bytes, sha256:ae4b3280e56e2',
    link: '(a link to run)\n',
    'rootfs.manifest': 'a 1\n',
    'rootfs.tar.gz/(names in it)': 'bin/sh\n',
    run: '#!/bin/sh\n(executable)\n',
  });
});

for (const [bounds, because] of [
  [{ files: 2, bytes: 1e6 }, 'more than 2 files are copied'],
  [{ files: 10, bytes: 50 }, 'more than 50 bytes are copied'],
] as const) {
  test(`${because}: so far they are looked at, and that is told`, async (t) => {
    const files = { Dockerfile: 'FROM scratch\nCOPY . /\n', a: 'a'.repeat(20), b: 'b'.repeat(20) };
    const { texts, cutBecause } = await contextOf(t, files, '', 'Dockerfile', bounds);
    assert.deepEqual([...texts.keys()], ['Dockerfile', 'a']);
    assert.equal(cutBecause, because);
  });
}

for (const file of ['./Dockerfile', 'linked/../Dockerfile', 'link']) {
  test(`a Dockerfile is found by ${file}`, async (t) => {
    const { texts, dockerfile } = await contextOf(
      t,
      {
        Dockerfile: 'FROM scratch\n',
        'linked/a': 'a',
        link: { mode: '120000', content: 'linked/../Dockerfile' },
      },
      '',
      file,
    );
    assert.equal(dockerfile, 'FROM scratch\n');
    assert.deepEqual([...texts], [[file === 'link' ? 'link' : 'Dockerfile', 'FROM scratch\n']]);
  });
}

test('what is imported must be there', async (t) => {
  await assert.rejects(contextOf(t, { 'index.json': '{}' }, 'oci-import', 'other.json'), {
    code: 'CONTEXT_INVALID',
  });
});

test('an imported image is its documents, written out, and the names in its layers', async (t) => {
  const { texts, dockerfile } = await contextOf(
    t,
    {
      'index.json': '{"schemaVersion":2}',
      'blobs/sha256/1': { mode: '100644', content: gzipSync(tar(['etc/os-release'])) },
    },
    'oci-import',
    'index.json',
  );
  assert.equal(dockerfile, null);
  assert.deepEqual(
    [...texts],
    [
      ['blobs/sha256/1/(names in it)', 'etc/os-release\n'],
      ['index.json', '{\n  "schemaVersion": 2\n}\n'],
    ],
  );
});

const large = (byte: number) => ({ mode: '100644' as const, content: Buffer.alloc(3 * 1024 * 1024, byte) });

test('large archives that a history changes are found; small ones, and new ones, are not', async (t) => {
  const folder = temporaryDirectory(t);
  const commits = buildRepository(join(folder, 'from'), [
    { files: { 'a/rootfs.tar.xz': large(1), 'small.tar.gz': 'a' } },
    { files: { 'a/rootfs.tar.xz': large(2), 'small.tar.gz': 'b' } },
    { files: { 'a/rootfs.tar.xz': large(2), 'new.tar': large(3), 'small.tar.gz': 'b' } },
  ]);
  const gitRepo = 'https://example.org/a.git';
  const settings = { rewrites: [{ from: gitRepo, to: join(folder, 'from') }], timeoutSeconds: 60 };
  const store = openGitStore({
    folder: join(folder, 'git'),
    settings,
    environment: process.env,
    signal: new AbortController().signal,
  });
  t.after(() => store.close());
  const inputs = {
    gitRepo,
    gitFetch: 'refs/heads/main',
    gitCommit: commits[2] ?? '',
    directory: '.',
    file: 'Dockerfile',
    builder: '',
  };
  const found = await checkCommit(createCommitHistories(store), {
    repository: 'a',
    entry: '1',
    architectures: ['amd64'],
    inputs,
  });
  assert.ok(typeof found !== 'string', 'it could be told');
  assert.deepEqual(
    found.map(({ check, subject }) => `${check} ${subject}`),
    ['commit.large-archive a/rootfs.tar.xz'],
  );
});
