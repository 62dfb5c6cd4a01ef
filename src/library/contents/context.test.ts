import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { buildRepository, type RepositoryFile } from '../../../test/git/build-repository.ts';
import { buildOddContext, ODD_FILES } from '../../../test/git/odd-context.ts';
import { openTestStore } from '../../../test/git/open-test-store.ts';
import { contextChecksum, writeContextTar } from './context-checksum.ts';
import { findEntry, openContext } from './context-tree.ts';
import { writeContext } from './write-context.ts';

const GIT_REPO = 'https://example.org/a.git';

function storeWith(context: TestContext, files: Readonly<Record<string, RepositoryFile>>) {
  const { folder, store } = openTestStore(context);
  const [gitCommit = ''] = buildRepository(store.folder, [{ files }]);
  return { folder, store, inputs: (directory: string) => ({ gitRepo: GIT_REPO, gitCommit, directory }) };
}

test('the checksum is that of bashbrew', async (context) => {
  const { store } = openTestStore(context);
  const gitCommit = buildOddContext(store.folder);
  assert.equal(gitCommit, '85a0472a2227f74f932de7f69f8e623ea0e46bac');
  for (const directory of ['context', 'to-context', 'context/../to-context/']) {
    const { tree, commit } = await openContext(store, { gitRepo: GIT_REPO, gitCommit, directory });
    // `bashbrew context --sha256` of v0.1.14 and the development version d662ff0
    const checksum = '029e6902ff6958a387f96ab94d846242f4b878b750564fd09fe25e7713fd5668';
    assert.equal(await contextChecksum(store, tree), checksum, directory);
    assert.equal(commit.epoch, 1_700_000_100);
  }
});

test('the tar has whole blocks and no end', async (context) => {
  const { store, inputs } = storeWith(context, { a: 'x' });
  const parts: Uint8Array[] = [];
  const { tree } = await openContext(store, inputs('.'));
  await writeContextTar(store, tree, (bytes) => void parts.push(Uint8Array.from(bytes)));
  const tar = Buffer.concat(parts);
  assert.equal(tar.length, 1024);
  assert.equal(tar.toString('latin1', 100, 108), '0000664\0');
  assert.equal(tar.toString('latin1', 512, 514), 'x\0');
});

test('files are written as a checkout would, with the time of the commit', async (context) => {
  const { folder, store } = openTestStore(context);
  const gitCommit = buildOddContext(store.folder);
  const place = join(folder, 'context');
  await writeContext(store, { gitRepo: GIT_REPO, gitCommit, directory: 'context' }, place);
  for (const [path, file] of Object.entries(ODD_FILES)) {
    const at = join(place, path);
    const stat = lstatSync(at);
    assert.equal(stat.mtimeMs, 1_700_000_100_000, path);
    if (typeof file === 'object' && 'submodule' in file) assert.deepEqual(readdirSync(at), []);
    else {
      const { mode, content } = typeof file === 'string' ? { mode: '100644', content: file } : file;
      if (mode === '120000') assert.equal(readlinkSync(at), content);
      else assert.equal(readFileSync(at, 'utf8'), content);
      if (mode !== '120000') assert.equal(stat.mode & 0o777, mode === '100755' ? 0o775 : 0o664, path);
    }
  }
  assert.equal(lstatSync(join(place, 'order')).mtimeMs, 1_700_000_100_000);
  assert.deepEqual(readdirSync(folder).sort(), ['context', 'store']);
});

test('nothing is written into a folder that is there', async (context) => {
  const { folder, store, inputs } = storeWith(context, { a: 'x' });
  mkdirSync(join(folder, 'there'));
  await assert.rejects(writeContext(store, inputs('.'), join(folder, 'there')), { code: 'EEXIST' });
});

const LINKS: Readonly<Record<string, RepositoryFile>> = {
  'x/file': 'text',
  'x/y/up': { mode: '120000', content: '../file' },
  'x/out': { mode: '120000', content: '../../etc' },
  'x/absolute': { mode: '120000', content: '/etc' },
  'x/loop': { mode: '120000', content: 'loop' },
  'x/through': { mode: '120000', content: 'y/../y/up' },
  'x/sub': { submodule: 'a'.repeat(40) },
};

for (const [path, kind] of [
  ['x', 'directory'],
  ['./x/', 'directory'],
  ['.', 'directory'],
  ['x/y/up', 'file'],
  ['x/through', 'file'],
  ['x/y/../../x/file', 'file'],
  ['x/sub', 'submodule'],
] as const) {
  test(`${path} is a ${kind}`, async (context) => {
    const { store, inputs } = storeWith(context, LINKS);
    const { tree } = await openContext(store, inputs('.'));
    assert.equal((await findEntry(store, tree, path)).kind, kind);
  });
}

test('the time that a path takes is in proportion to its length', async (context) => {
  const { store, inputs } = storeWith(context, LINKS);
  const { tree } = await openContext(store, inputs('.'));
  assert.equal((await findEntry(store, tree, `x/${'./'.repeat(500_000)}file`)).kind, 'file');
});

for (const [path, message] of [
  ['..', /leads out of it/],
  ['x/../..', /leads out of it/],
  ['/x', /not relative/],
  ['x/none', /there is no x\/none/],
  ['x/file/more', /goes through a file/],
  ['x/out', /leads out of it/],
  ['x/absolute/passwd', /a link to \/etc/],
  ['x/loop', /more than 40 links/],
  ['x/sub/file', /goes through a submodule/],
  ['x/file', /is a file, not a directory/],
] as const) {
  test(`${path} is no context`, async (context) => {
    const { store, inputs } = storeWith(context, LINKS);
    await assert.rejects(openContext(store, inputs(path)), { code: 'CONTEXT_INVALID', message });
  });
}

test('a commit that is not here is named', async (context) => {
  const { store } = openTestStore(context);
  for (const gitCommit of ['b'.repeat(40), 'HEAD', '--batch-all-objects\nHEAD']) {
    await assert.rejects(openContext(store, { gitRepo: GIT_REPO, gitCommit, directory: '.' }), {
      code: 'COMMIT_NOT_FOUND',
    });
  }
});

for (const [what, files] of [
  ['a link to nothing', { 'x/a': { mode: '120000', content: '' } }],
  ['a link with a zero byte', { 'x/a': { mode: '120000', content: 'a\0b' } }],
  ['a link that is longer than any path', { 'x/a': { mode: '120000', content: 'a'.repeat(4097) } }],
  ['directories without end', { [`x/${'d/'.repeat(120)}a`]: 'deep' }],
] as const) {
  test(`a context with ${what} is refused`, async (context) => {
    const { folder, store, inputs } = storeWith(context, files);
    const { tree } = await openContext(store, inputs('x'));
    await assert.rejects(contextChecksum(store, tree), { code: 'CONTEXT_INVALID' });
    await assert.rejects(writeContext(store, inputs('x'), join(folder, 'out')), { code: 'CONTEXT_INVALID' });
  });
}
