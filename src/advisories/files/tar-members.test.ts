import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { tarArchive } from '../../../test/images/tar-writer.ts';
import type { ArchiveItem, ArchiveLimits } from './archive.ts';
import { createByteReader } from './byte-reader.ts';
import { isTarHeader, tarMembers } from './tar-members.ts';

const LIMITS: ArchiveLimits = { memberBytes: 1000, members: 100 };

async function* inPieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(
  archive: Uint8Array,
  limits = LIMITS,
  pieces = archive.length,
): Promise<readonly ArchiveItem[]> {
  const items: ArchiveItem[] = [];
  for await (const item of tarMembers(createByteReader(inPieces(archive, pieces)), limits)) items.push(item);
  return items;
}

const brief = (items: readonly ArchiveItem[]) =>
  items.map((item) =>
    item.kind === 'file' ? `${item.path}=${Buffer.from(item.bytes).toString()}` : item.reason,
  );

test('members read the same in pieces of any size', async () => {
  const archive = tarArchive([
    { path: 'a', content: 'first' },
    { path: 'folder/' },
    { path: `${'long/'.repeat(30)}b`, content: 'second' },
  ]);
  const expected = ['a=first', `${'long/'.repeat(30)}b=second`];
  for (const pieces of [1, 7, 512, 513, 100_000])
    assert.deepEqual(brief(await read(archive, LIMITS, pieces)), expected);
});

test('a member that is too large is named and passed over', async () => {
  const archive = tarArchive([
    { path: 'big', content: 'x'.repeat(1001) },
    { path: 'small', content: 'y' },
  ]);
  assert.deepEqual(brief(await read(archive)), ['big has 1001 bytes, more than 1000', 'small=y']);
});

test('more members than allowed end the walk', async () => {
  const archive = tarArchive(['a', 'b', 'c'].map((path) => ({ path, content: path })));
  assert.deepEqual(brief(await read(archive, { ...LIMITS, members: 2 })), [
    'a=a',
    'b=b',
    'more than 2 files in one archive',
  ]);
});

test('a size in base 256 is refused', async () => {
  const archive = tarArchive([{ path: 'a', content: 'x' }]);
  archive.fill(0xff, 124, 136);
  archive.write('        ', 148, 'latin1');
  const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  assert.ok(isTarHeader(archive));
  assert.deepEqual(brief(await read(archive)), ['a tar header states no size that can be read']);
});

test('an archive with one byte changed gives members and at most a problem', async () => {
  const archive = tarArchive([
    { path: 'a', content: 'first' },
    { path: 'b', content: 'second' },
  ]);
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), async (at, byte) => {
      const changed = Buffer.from(archive);
      changed[at] = byte;
      const items = await read(changed);
      assert.ok(items.filter(({ kind }) => kind === 'problem').length <= 1);
    }),
    { numRuns: 200 },
  );
});
