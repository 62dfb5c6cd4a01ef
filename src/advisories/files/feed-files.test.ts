import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { zipArchive } from '../../../test/advisories/zip-writer.ts';
import { tarArchive } from '../../../test/images/tar-writer.ts';
import { AdvisoryError } from '../errors.ts';
import { feedFiles } from './feed-files.ts';

const LONG = `${'folder/'.repeat(20)}${'name'.repeat(30)}.json`;
const ENTRIES = [
  { path: 'osv/' },
  { path: 'osv/a.json', content: '{"a": 1}' },
  { path: 'link', type: 'symlink', linkTarget: '/etc/passwd' },
  { path: LONG, content: 'long' },
  { path: 'empty', content: '' },
] as const;
const MEMBERS = ['osv/a.json', LONG, 'empty'];

async function read(...roots: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for await (const item of feedFiles(roots)) {
    if (item.kind === 'file') found.push([item.file.path, Buffer.from(item.file.bytes).toString()]);
    else found.push([item.path, `problem: ${item.reason}`]);
  }
  return found;
}

test('archives are told by their bytes, whatever they are called', async (t) => {
  const archive = tarArchive(ENTRIES);
  const folder = temporaryFolder(t);
  for (const [name, bytes] of [
    ['a.tar', archive],
    ['b', gzipSync(archive)],
    ['c.tar.zst', zstdCompressSync(archive)],
    ['d', zipArchive(ENTRIES.filter(({ path }) => path !== 'link'))],
  ] as const) {
    writeFileSync(join(folder, name), bytes);
    const found = await read(join(folder, name));
    assert.deepEqual(
      found.map(([path]) => path),
      MEMBERS.map((member) => `${name}/${member}`),
    );
    assert.deepEqual(found[0]?.[1], '{"a": 1}');
  }
});

test('single files may be compressed; folders are read in order; links and .git are not followed', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'b', '.git'), { recursive: true });
  writeFileSync(join(folder, 'b', 'one.json.gz'), gzipSync('1'));
  writeFileSync(join(folder, 'b', '.git', 'packed'), 'x');
  writeFileSync(join(folder, 'a.json'), '2');
  writeFileSync(join(folder, 'c.csv.zst'), zstdCompressSync('3'));
  symlinkSync('/', join(folder, 'root'));
  assert.deepEqual(await read(folder), [
    ['a.json', '2'],
    ['b/one.json.gz', '1'],
    ['c.csv.zst', '3'],
  ]);
});

test('members of archives may be compressed; one that is damaged leaves the others', async (t) => {
  const file = join(temporaryFolder(t), 'a.tar');
  const packed = gzipSync('<updates/>');
  writeFileSync(
    file,
    tarArchive([
      { path: 'cut.gz', content: packed.subarray(0, 12) },
      { path: 'updateinfo.xml.gz', content: packed },
    ]),
  );
  const [[path, problem] = [], ...others] = await read(file);
  assert.equal(path, 'a.tar/cut.gz');
  assert.match(problem ?? '', /^problem: .*unexpected end/);
  assert.deepEqual(others, [['a.tar/updateinfo.xml.gz', '<updates/>']]);
});

test('zstd with a long window, as feeds are packed', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'long.tar.zst');
  const [archive, size] = [join(folder, 'long.tar'), 9 << 20];
  writeFileSync(archive, tarArchive([{ path: 'big.json', content: Buffer.alloc(size, 'abc') }]));
  const made = spawnSync('zstd', ['-q', '--long=27', '--rm', archive, '-o', file]);
  if (made.error !== undefined) {
    t.skip('zstd is not installed');
    return;
  }
  const [found] = await read(file);
  assert.equal(found?.[1].length, size);
});

test('GNU tar writes names in its own way, which reads the same', async (t) => {
  const folder = temporaryFolder(t);
  const path = `${'folder/'.repeat(14)}${'n'.repeat(120)}.json`;
  mkdirSync(join(folder, 'tree', path, '..'), { recursive: true });
  writeFileSync(join(folder, 'tree', path), 'content');
  try {
    for (const format of ['gnu', 'pax', 'ustar']) {
      const archive = join(folder, `${format}.tar`);
      const name = format === 'ustar' ? path.replace(/n{120}/, 'n') : path;
      writeFileSync(join(folder, 'tree', name), 'content');
      execFileSync('tar', ['--format', format, '-cf', archive, '-C', join(folder, 'tree'), name]);
      assert.deepEqual(await read(archive), [[`${format}.tar/${name}`, 'content']]);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') t.skip('tar is not installed');
    else throw error;
  }
});

test('a damaged archive gives what it can and says what is wrong', async (t) => {
  const folder = temporaryFolder(t);
  const archive = tarArchive(ENTRIES);
  const wrong = Buffer.from(archive);
  const zip = zipArchive([{ path: 'a', content: 'x' }]);
  wrong[512 + 5] = 0x78; // in the name of the second member, whose checksum no longer fits
  for (const [name, bytes, expected] of [
    ['cut.tar', archive.subarray(0, 512 * 2 + 3), /cut off/],
    ['cut.tar.gz', gzipSync(archive).subarray(0, 100), /unexpected end/],
    ['wrong.tar', wrong, /checksum/],
    ['cut.zip', zip.subarray(0, -1), /truncated/],
    ['nested.zip', zipArchive([{ path: 'inner.zip', content: zip }]), /^PK/],
  ] as const) {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    const found = await read(file);
    assert.match(found.at(-1)?.[1] ?? '', expected, name);
  }
});

test('the walk goes on after a bad file, and a missing folder is one error', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'a.gz'), gzipSync('x').subarray(0, 12));
  writeFileSync(join(folder, 'b.json'), '1');
  const found = await read(folder);
  assert.equal(found.length, 2);
  assert.match(found[0]?.[1] ?? '', /^problem: /);
  await assert.rejects(
    read(join(folder, 'absent')),
    (error) => error instanceof AdvisoryError && error.code === 'FEEDS_NOT_FOUND',
  );
});
