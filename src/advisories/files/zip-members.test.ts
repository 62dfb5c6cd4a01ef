import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { zipArchive, type ZipEntry } from '../../../test/advisories/zip-writer.ts';
import type { ArchiveItem, ArchiveLimits } from './archive.ts';
import { isZipHeader, zipMembers } from './zip-members.ts';

const LIMITS: ArchiveLimits = { memberBytes: 4 << 20, members: 100 };

async function readFile(file: string, limits = LIMITS): Promise<readonly ArchiveItem[]> {
  const items: ArchiveItem[] = [];
  await using handle = await open(file);
  for await (const item of zipMembers(handle, limits)) items.push(item);
  return items;
}

async function read(t: TestContext, archive: Uint8Array, limits = LIMITS): Promise<readonly ArchiveItem[]> {
  const file = join(temporaryFolder(t), 'a.zip');
  writeFileSync(file, archive);
  return readFile(file, limits);
}

const brief = (items: readonly ArchiveItem[]) =>
  items.map((item) =>
    item.kind === 'file' ? `${item.path}=${Buffer.from(item.bytes).toString()}` : item.reason,
  );

const ENTRIES: readonly ZipEntry[] = [
  { path: 'folder/' },
  { path: 'a', content: 'first' },
  { path: 'folder/b', content: 'second', stored: true },
  { path: 'empty', content: '' },
];
const MEMBERS = ['a=first', 'folder/b=second', 'empty='];

test('a zip archive is told by its first bytes', () => {
  assert.ok(isZipHeader(zipArchive(ENTRIES)));
  assert.ok(isZipHeader(zipArchive([])));
  assert.ok(!isZipHeader(Buffer.from('PK')));
  assert.ok(!isZipHeader(Buffer.from('PKG: x')));
});

test('members are read deflated and stored, with 32-bit and 64-bit fields', async (t) => {
  assert.deepEqual(brief(await read(t, zipArchive(ENTRIES))), MEMBERS);
  assert.deepEqual(brief(await read(t, zipArchive(ENTRIES, { zip64: true }))), MEMBERS);
  assert.deepEqual(await read(t, zipArchive([])), []);
});

test('names are labels: none is a path, and none stops the walk', async (t) => {
  const names = ['../../etc/passwd', '/etc/passwd', 'C:\\a', 'ä', '__proto__'];
  const items = await read(t, zipArchive(names.map((path) => ({ path, content: 'x' }))));
  assert.deepEqual(
    brief(items),
    ['../../etc/passwd', '/etc/passwd', 'C:/a', 'ä', '__proto__'].map((name) => `${name}=x`),
  );
});

test('Info-ZIP writes archives that read the same', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'a'), 'x'.repeat(1000));
  writeFileSync(join(folder, 'folder', 'b'), 'second');
  try {
    // from a pipe it does not know sizes in time, and writes them behind the data (4.3.9)
    const archive = execFileSync('zip', ['-qr', '-', 'a', 'folder'], { cwd: folder });
    assert.deepEqual(brief(await read(t, archive)), [`a=${'x'.repeat(1000)}`, 'folder/b=second']);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') t.skip('zip is not installed');
    else throw error;
  }
});

const ZEROS = Buffer.alloc(2 << 20);

for (const [name, entry, expected] of [
  ['encrypted', { claims: { flags: 1 } }, 'bad is encrypted'],
  ['of a method nobody needs', { claims: { method: 14 } }, /^bad is packed with method 14,/],
  ['with another CRC-32', { claims: { crc: 1 } }, /^bad has another size or CRC-32/],
  ['shorter than stated', { claims: { size: 8 } }, /^bad has another size or CRC-32/],
  ['longer than stated', { claims: { size: 2 } }, /^bad cannot be unpacked: .*2 bytes/],
  ['longer than stated, and stored', { stored: true, claims: { size: 2 } }, /^bad has another size/],
  ['cut off', { claims: { packedSize: 3 } }, /^bad cannot be unpacked: unexpected end/],
  ['that is not deflated', { stored: true, claims: { method: 8 } }, /^bad cannot be unpacked: /],
  ['too large', { content: 'x'.repeat(5 << 20), stored: true }, 'bad has 5242880 bytes, more than 4194304'],
  ['that says it is too large', { claims: { size: 5 << 20 } }, 'bad has 5242880 bytes, more than 4194304'],
  ['too dense', { content: ZEROS }, 'bad unpacks to more than 200 times its size'],
] as const satisfies readonly (readonly [string, Partial<ZipEntry>, string | RegExp])[]) {
  test(`a member ${name} is named and passed over`, async (t) => {
    const bad = { path: 'bad', content: 'content', ...entry };
    const [problem, good] = brief(await read(t, zipArchive([bad, { path: 'good', content: 'y' }])));
    if (typeof expected === 'string') assert.equal(problem, expected);
    else assert.match(problem ?? '', expected);
    assert.equal(good, 'good=y');
  });
}

test('members that share bytes end the walk: a bomb made of one dense member many times', async (t) => {
  const kernel = { path: 'kernel', content: 'x'.repeat(1 << 20) };
  const again = { ...kernel, claims: { offset: 0 } };
  const items = await read(t, zipArchive([kernel, again, again]));
  assert.deepEqual(
    items.map((item) => (item.kind === 'file' ? item.bytes.length : item.reason)),
    [1 << 20, 'kernel begins before the end of the member before it'],
  );
  // the other way: each member quotes the local headers of those behind it
  const inner = zipArchive([{ path: 'inner', content: 'x' }]);
  const quoting = zipArchive([
    { path: 'outer', content: inner, stored: true },
    { path: 'inner', content: 'x' },
  ]);
  const directory = quoting.lastIndexOf(Buffer.from('PK\x01\x02'));
  quoting.writeUInt32LE(quoting.indexOf(Buffer.from('PK\x03\x04'), 1), directory + 42);
  assert.match(brief(await read(t, quoting)).at(-1) ?? '', /^inner begins before/);
});

test('more members than allowed end the walk', async (t) => {
  const archive = zipArchive(['a', 'b', 'c'].map((path) => ({ path, content: path })));
  assert.deepEqual(brief(await read(t, archive, { ...LIMITS, members: 2 })), [
    'a=a',
    'b=b',
    'more than 2 files in one archive',
  ]);
});

test('a count that hides members is told', async (t) => {
  assert.deepEqual(brief(await read(t, zipArchive(ENTRIES, { count: 2 }))), [
    'a=first',
    'the directory has more entries than the 2 it states',
  ]);
  await assert.rejects(read(t, zipArchive(ENTRIES, { count: 9 })), /cut off|signature/);
});

test('places far beyond the end are one error each, wherever an archive names them', async (t) => {
  const archive = zipArchive([{ path: 'a', content: 'x' }], { zip64: true });
  const header = archive.indexOf('PK\x01\x02') + 46 + 'a'.length + 4;
  const fields = {
    size: header,
    packedSize: header + 8,
    localHeader: header + 16,
    directory: archive.indexOf('PK\x06\x06') + 48,
    endOfDirectory: archive.indexOf('PK\x06\x07') + 8,
  };
  for (const [name, at] of Object.entries(fields)) {
    for (const place of [2n ** 40n, 2n ** 53n - 3n, 2n ** 64n - 1n]) {
      const wrong = Buffer.from(archive);
      wrong.writeBigUInt64LE(place, at);
      const problem = await read(t, wrong).then(
        ([item]) => (item?.kind === 'problem' ? item.reason : 'none'),
        (error: unknown) => (error instanceof Error ? error.message : 'none'),
      );
      assert.match(problem, /cut off|overflows|more than/, `${name} ${place}`);
    }
  }
});

test('an archive that is cut off anywhere is an error', async (t) => {
  const archive = zipArchive(ENTRIES);
  for (let end = 4; end < archive.length; end++)
    await assert.rejects(read(t, archive.subarray(0, end)), /cut off|truncated/);
});

test('an archive with one byte changed never gives another content', async (t) => {
  const archive = zipArchive(ENTRIES);
  const contents = new Set(ENTRIES.map(({ content }) => content ?? ''));
  const file = join(temporaryFolder(t), 'a.zip');
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), async (at, byte) => {
      const changed = Buffer.from(archive);
      changed[at] = byte;
      writeFileSync(file, changed);
      const items = await readFile(file).catch((error: unknown) => {
        assert.ok(error instanceof Error);
        return [];
      });
      for (const item of items)
        assert.ok(item.kind === 'problem' || contents.has(Buffer.from(item.bytes).toString()));
    }),
    { numRuns: 300 },
  );
});
