import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import * as fc from 'fast-check';
import { tarArchive } from '../../../test/images/tar-writer.ts';
import type { TarAttributes } from './attributes.ts';
import { createTarReader } from './tar-reader.ts';

interface Seen {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly link: string | null;
  readonly content: string | null;
}

interface ReadTar {
  readonly entries: readonly Seen[];
  readonly refused: readonly string[];
}

/** Reads an archive in pieces of a size; every file up to `limit` is wanted. */
function readTar(archive: Uint8Array, pieceBytes = archive.length, limit = Infinity): ReadTar {
  const entries: { path: string; type: string; mode: number; link: string | null; content: string | null }[] =
    [];
  const refused: string[] = [];
  const reader = createTarReader(
    {
      entry({ path, type, mode, linkTarget, sizeBytes }) {
        entries.push({ path, type, mode, link: linkTarget, content: null });
        return type === 'file' && sizeBytes <= limit;
      },
      content(entry, content) {
        const last = entries.at(-1);
        assert.equal(content.length, entry.sizeBytes);
        if (last !== undefined) last.content = content.toString('latin1');
      },
      refused: (name) => refused.push(name),
    },
    { subject: 'test', entriesMax: 10_000 },
  );
  for (let at = 0; at < archive.length; at += pieceBytes) reader.push(archive.subarray(at, at + pieceBytes));
  reader.end();
  return { entries, refused };
}

const pathsOf = (archive: Uint8Array) => readTar(archive).entries.map(({ path }) => path);

/** Writes a checksum again after a header was changed. */
function sealed(archive: Buffer, change: (header: Buffer) => void, at = 0): Buffer {
  const copy = Buffer.from(archive);
  const header = copy.subarray(at, at + 512);
  change(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}

/** A header of any type with data, in GNU's or POSIX's dress. */
function member(typeFlag: string, name: string, data = '', magic = 'ustar\x0000'): Buffer {
  const archive = tarArchive([{ path: name, content: data }]);
  return sealed(archive.subarray(0, -1024), (header) => {
    header.write(typeFlag, 156, 'latin1');
    header.write(magic, 257, 'latin1');
  });
}

const file = (name: string, content = 'x') => tarArchive([{ path: name, content }]).subarray(0, -1024);
const pax = (records: Readonly<Record<string, string>>, typeFlag = 'x') =>
  member(
    typeFlag,
    'PaxHeaders',
    Object.entries(records)
      .map(([k, v]) => paxRecord(k, v))
      .join(''),
  );

function paxRecord(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  return `${bytes + String(bytes + String(bytes).length).length}${rest}`;
}

/** The paths of an archive with one file, `passwd`, whose header was given another magic and changed. */
const prefixed = (magic: string, change: (header: Buffer) => void) =>
  pathsOf(
    sealed(file('passwd'), (header) => {
      header.write(magic, 257, 'latin1');
      change(header);
    }),
  );
const prefix = (header: Buffer) => header.write('etc', 345);
const star = (header: Buffer) => {
  header.write('x'.repeat(155), 345);
  header.write('tar\0', 508);
};

const gnuTar = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const withoutGnuTar = gnuTar.includes('GNU tar') ? false : 'GNU tar is not installed';

describe('archives that GNU tar writes', { skip: withoutGnuTar }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-tar-'));
  after(() => rmSync(directory, { recursive: true }));
  const tree = join(directory, 'tree');
  const short: Seen[] = [
    { path: 'etc', type: 'directory', mode: 0o755, link: null, content: null },
    { path: 'etc/empty', type: 'file', mode: 0o644, link: null, content: '' },
    { path: 'etc/hostname', type: 'file', mode: 0o600, link: null, content: 'box\n' },
    { path: 'etc/mtab', type: 'symlink', mode: 0o777, link: '../proc/mounts', content: null },
    { path: 'etc/same', type: 'hardlink', mode: 0o600, link: 'etc/hostname', content: null },
    { path: 'pipe', type: 'other', mode: 0o644, link: null, content: null },
    { path: 'sudo', type: 'file', mode: 0o4755, link: null, content: 'z'.repeat(5000) },
  ];
  const deep = `${'directory-with-a-long-name/'.repeat(9)}file`;
  const named: Seen[] = [
    { path: 'naïve file', type: 'file', mode: 0o644, link: null, content: 'utf-8' },
    { path: deep, type: 'file', mode: 0o644, link: null, content: 'deep' },
    { path: 'long-link', type: 'symlink', mode: 0o777, link: `/${deep}`, content: null },
  ];
  mkdirSync(join(tree, 'etc'), { recursive: true });
  mkdirSync(join(tree, deep.slice(0, -5)), { recursive: true });
  for (const { path, type, link, content, mode } of [...short, ...named]) {
    if (type === 'file') writeFileSync(join(tree, path), content ?? '');
    if (type === 'symlink') symlinkSync(link ?? '', join(tree, path));
    if (type === 'hardlink') linkSync(join(tree, link ?? ''), join(tree, path));
    if (type === 'other') execFileSync('mkfifo', [join(tree, path)]);
    if (type !== 'symlink') chmodSync(join(tree, path), mode);
  }

  const pack = (format: string, entries: readonly Seen[], ...options: string[]) => {
    const archive = join(directory, `${format}.tar`);
    const names = entries.map(({ path }) => path);
    execFileSync('tar', [
      '-C',
      tree,
      '-cf',
      archive,
      `--format=${format}`,
      '--no-recursion',
      ...options,
      ...names,
    ]);
    return readFileSync(archive);
  };

  for (const format of ['v7', 'ustar', 'oldgnu', 'gnu', 'posix']) {
    const entries = format === 'v7' ? short.filter(({ type }) => type !== 'other') : short;
    const all = ['oldgnu', 'gnu', 'posix'].includes(format) ? [...entries, ...named] : entries;
    test(format, () => assert.deepEqual(readTar(pack(format, all)).entries, all));
  }

  for (const format of ['gnu', 'posix']) {
    test(`${format}, one byte at a time, or any number`, () => {
      const archive = pack(format, [...short, ...named]);
      const whole = readTar(archive);
      assert.deepEqual(readTar(archive, 1), whole);
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2000 }), (size) =>
          assert.deepEqual(readTar(archive, size), whole),
        ),
        { numRuns: 50 },
      );
    });
  }

  test('a global header has no effect, as in the runtimes', () => {
    const entries = short.filter(({ type }) => type === 'file');
    const archive = pack('posix', entries, '--pax-option=comment=hallmark,path=elsewhere');
    assert.ok(archive.includes('path=elsewhere'));
    assert.deepEqual(readTar(archive).entries, entries);
  });

  // Holes and data of a whole file system block each; more fragments than one header block holds.
  const sparse = join(tree, 'sparse');
  const descriptor = openSync(sparse, 'w');
  for (let at = 0; at < 60; at++) writeSync(descriptor, `block ${at}`, at * 16_384 + 8192);
  ftruncateSync(descriptor, 1_500_000);
  closeSync(descriptor);
  chmodSync(sparse, 0o644);
  const expected = readFileSync(sparse, 'latin1');
  const forms: readonly (readonly [string, readonly string[]])[] = [
    ['gnu', []],
    ['posix', ['--sparse-version=0.0']],
    ['posix', ['--sparse-version=0.1']],
    ['posix', ['--sparse-version=1.0']],
  ];
  for (const [format, options] of forms) {
    test(`a sparse file: ${format} ${options.join('')}`, () => {
      const entry = { path: 'sparse', type: 'file', mode: 0o644, link: null, content: expected };
      const archive = pack(format, [entry, ...short], '--sparse', '--hole-detection=raw', ...options);
      assert.ok(archive.length < 800_000, 'the archive is not sparse');
      for (const size of [archive.length, 700])
        assert.deepEqual(readTar(archive, size).entries, [entry, ...short]);
      const skipped = readTar(archive, 4096, 1_000_000).entries;
      assert.deepEqual(skipped, [{ ...entry, content: null }, ...short]);
    });
  }

  test('an archive behind another is not read', () => {
    const archive = pack('gnu', short);
    assert.deepEqual(readTar(Buffer.concat([archive, pack('gnu', named)])).entries, short);
    assert.deepEqual(readTar(Buffer.concat([archive, Buffer.alloc(700, 'junk')])).entries, short);
  });
});

describe('headers that contend', () => {
  const longName = member('L', '././@LongLink', 'from-gnu\0', 'ustar  \0');
  const cases: readonly (readonly [string, Buffer, readonly string[]])[] = [
    ['a pax path wins over the header', Buffer.concat([pax({ path: 'b' }), file('a')]), ['b']],
    [
      'a GNU name wins over the pax path',
      Buffer.concat([pax({ path: 'b' }), longName, file('a')]),
      ['from-gnu'],
    ],
    [
      'an empty GNU name counts for nothing',
      Buffer.concat([member('L', 'l', '\0'), member('L', 'l'), file('a')]),
      ['a'],
    ],
    ['they end with the entry', Buffer.concat([longName, file('a'), file('b')]), ['from-gnu', 'b']],
    [
      'a later extended header replaces the earlier',
      Buffer.concat([pax({ path: 'b' }), pax({ size: '1' }), file('a')]),
      ['a'],
    ],
    [
      'a pax size counts',
      Buffer.concat(
        [pax({ size: '0' }), file('a'), file('b')].map((part, at) =>
          at === 1 ? part.subarray(0, 512) : part,
        ),
      ),
      ['a', 'b'],
    ],
    [
      'a directory has no data',
      Buffer.concat([sealed(file('d/', ''), (header) => header.write('00000001000', 124)), file('b')]),
      ['d', 'b'],
    ],
    ['an unknown type has data', Buffer.concat([member('M', 'a', 'data'), file('b')]), ['a', 'b']],
    [
      'the root is no entry',
      Buffer.concat([tarArchive([{ path: './' }]).subarray(0, -1024), file('b')]),
      ['b'],
    ],
  ];
  for (const [name, archive, expected] of cases)
    test(name, () => assert.deepEqual(pathsOf(archive), expected));

  test('a prefix counts in POSIX headers, in those of star, and in the GNU ones that Go wrote before 1.8', () => {
    assert.deepEqual(prefixed('ustar\x0000', prefix), ['etc/passwd']);
    assert.deepEqual(prefixed('ustar  \x00', prefix), ['etc/passwd']);
    assert.deepEqual(
      prefixed('ustar  \x00', (header) => header.write('14712345670\0', 345)),
      ['passwd'],
    );
    assert.deepEqual(prefixed('nothing\x00', prefix), ['passwd']);
    assert.deepEqual(prefixed('ustar\x0000', star), [`${'x'.repeat(131)}/passwd`]);
  });
});

describe('hostile archives', () => {
  test('names that climb are refused, and what follows is read', () => {
    const archive = tarArchive([
      { path: '../../etc/passwd', content: 'root' },
      { path: 'a/../../b', content: 'x' },
      { path: 'link', type: 'hardlink', linkTarget: '../outside' },
      { path: '/absolute', content: 'x' },
      { path: `d/${'x'.repeat(256)}`, content: 'x' },
      { path: 'good', content: 'x' },
    ]);
    const { entries, refused } = readTar(archive);
    assert.deepEqual(
      entries.map(({ path }) => path),
      ['absolute', 'good'],
    );
    assert.equal(refused.length, 4);
  });

  const wrong: readonly (readonly [string, Buffer, string, RegExp])[] = [
    [
      'a wrong checksum',
      Buffer.concat([file('a').fill('b', 0, 1), file('b')]),
      'LAYER_CORRUPT',
      /checksum .* byte 512 /,
    ],
    ['no archive at all', Buffer.alloc(2048, 'no archive '), 'LAYER_CORRUPT', /checksum/],
    [
      'a negative size',
      sealed(file('a'), (header) => header.fill(0xff, 124, 136)),
      'LAYER_CORRUPT',
      /negative/,
    ],
    [
      'a size beyond reason',
      sealed(file('a'), (header) => header.fill(0x80, 124, 125).fill(0x7f, 125, 136)),
      'LAYER_CORRUPT',
      /number/,
    ],
    [
      'a size without digits',
      sealed(file('a'), (header) => header.write('size?', 124)),
      'LAYER_CORRUPT',
      /number/,
    ],
    ['a negative pax size', Buffer.concat([pax({ size: '-1' }), file('a')]), 'LAYER_CORRUPT', /size/],
    [
      'an enormous pax size',
      Buffer.concat([pax({ size: '9007199254740991' }), file('a')]),
      'LAYER_CORRUPT',
      /size/,
    ],
    [
      'a broken extended header',
      Buffer.concat([member('x', 'p', '999 path=a\n'), file('a')]),
      'LAYER_CORRUPT',
      /record/,
    ],
    [
      'an enormous extended header',
      sealed(member('x', 'p', 'y'), (header) => header.write('00010000001', 124)),
      'LAYER_CORRUPT',
      /extended header of/,
    ],
    [
      'an enormous long name',
      sealed(member('L', 'p', 'y'), (header) => header.write('00010000001', 124)),
      'LAYER_CORRUPT',
      /extended header of/,
    ],
    [
      'a sparse map that overlaps',
      Buffer.concat([pax({ 'GNU.sparse.size': '9', 'GNU.sparse.map': '0,5,3,5' }), file('a', '1234567890')]),
      'LAYER_CORRUPT',
      /map/,
    ],
    [
      'a sparse map beyond the file',
      Buffer.concat([pax({ 'GNU.sparse.size': '9', 'GNU.sparse.map': '5,5' }), file('a', '12345')]),
      'LAYER_CORRUPT',
      /map/,
    ],
    [
      'a sparse map beyond the data',
      Buffer.concat([pax({ 'GNU.sparse.size': '9', 'GNU.sparse.map': '0,9' }), file('a', '12345')]),
      'LAYER_CORRUPT',
      /map/,
    ],
    [
      'a sparse map of words',
      Buffer.concat([pax({ 'GNU.sparse.size': '9', 'GNU.sparse.map': '0,x' }), file('a', '12345')]),
      'LAYER_CORRUPT',
      /map/,
    ],
    [
      'a sparse map in the data that is none',
      Buffer.concat([
        pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '9' }),
        file('a', '12345'),
      ]),
      'LAYER_CORRUPT',
      /map/,
    ],
    [
      'more stored than a sparse file has',
      Buffer.concat([
        pax({ size: '9000000000', 'GNU.sparse.size': '9', 'GNU.sparse.map': '0,9' }),
        file('a', '12345'),
      ]),
      'LAYER_CORRUPT',
      /stores more/,
    ],
    ['an end inside a header', file('a').subarray(0, 300), 'LAYER_TRUNCATED', /byte 300/],
    ['an end inside a file', file('a', 'x'.repeat(2000)).subarray(0, 1500), 'LAYER_TRUNCATED', /byte/],
    ['an end behind an extended header', pax({ path: 'b' }), 'LAYER_TRUNCATED', /byte/],
  ];
  for (const [name, archive, code, message] of wrong) {
    for (const size of [archive.length, 1]) {
      test(`${name}: ${code}, ${size === 1 ? 'byte by byte' : 'at once'}`, () => {
        assert.throws(() => readTar(archive, size), { code, message, subject: 'test' });
      });
    }
  }

  test('a sparse bomb costs nothing when it is not wanted', () => {
    const bomb = pax({ 'GNU.sparse.size': '9000000000000', 'GNU.sparse.map': '0,1' });
    const { entries } = readTar(Buffer.concat([bomb, file('a'), file('b')]), 512, 1000);
    assert.deepEqual(
      entries.map(({ path, content }) => [path, content]),
      [
        ['a', null],
        ['b', 'x'],
      ],
    );
  });

  test('more entries than allowed', () => {
    const archive = Buffer.concat(Array.from({ length: 10_001 }, () => file('a', '')));
    assert.throws(() => readTar(archive), { code: 'LAYER_TOO_LARGE' });
  });

  test('an end without zero blocks, and without the last padding, is an end', () => {
    assert.deepEqual(pathsOf(file('a')), ['a']);
    assert.deepEqual(pathsOf(file('a').subarray(0, 513)), ['a']);
    assert.deepEqual(pathsOf(Buffer.alloc(0)), []);
  });

  test('the signed checksum of old archivers is accepted', () => {
    const archive = sealed(file('naïve'), () => {});
    const header = archive.subarray(0, 512);
    const signed = header.reduce(
      (sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : (byte << 24) >> 24),
      0,
    );
    header.write(`${signed.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    assert.deepEqual(pathsOf(archive), ['naïve']);
  });

  test('any damage gives entries or one of two errors', () => {
    const archive = tarArchive([
      { path: 'x'.repeat(150), content: 'a'.repeat(600) },
      { path: 'd/' },
      { path: 'd/l', type: 'symlink', linkTarget: 'y'.repeat(120) },
    ]);
    const damage = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(damage, fc.boolean(), fc.nat(archive.length), (bytes, seal, length) => {
        const copy = Buffer.from(archive);
        for (const [at, value] of bytes) copy[at] = value;
        const header = Math.floor((bytes[0]?.[0] ?? 0) / 512) * 512;
        const damaged = (seal ? sealed(copy, () => {}, header) : copy).subarray(0, length);
        try {
          readTar(damaged);
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? error.code : error;
          assert.ok(code === 'LAYER_CORRUPT' || code === 'LAYER_TRUNCATED', String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('jump leaves out what is skipped and finds the same entries', () => {
  const archive = tarArchive([
    { path: 'a', content: 'x'.repeat(70_000) },
    { path: 'b', content: 'wanted' },
    { path: 'c', content: '' },
  ]);
  const seen: string[] = [];
  const reader = createTarReader(
    {
      entry: ({ path, contentOffset, sizeBytes }) => {
        seen.push(
          `${path}:${archive.toString('latin1', contentOffset, contentOffset + Math.min(sizeBytes, 6))}`,
        );
        return path === 'b';
      },
      content: (_, content) => seen.push(content.toString()),
      refused() {},
    },
    { subject: 'test', entriesMax: 10 },
  );
  let pushed = 0;
  for (let at = 0; at < archive.length; at += reader.jump()) {
    reader.push(archive.subarray(at, at + 512));
    at += 512;
    pushed += 512;
  }
  reader.end();
  assert.deepEqual(seen, ['a:xxxxxx', 'b:wanted', 'wanted', 'c:']);
  assert.ok(pushed < 5000);
});

for (const pieceBytes of [1, 100, 512, 10_000]) {
  test(`only the beginning of a file is held, and the next one found behind it: pieces of ${pieceBytes}`, () => {
    const archive = tarArchive([
      { path: 'asked', content: 'a'.repeat(3000) },
      { path: 'sniffed', content: 's'.repeat(3000) },
      { path: 'barely', content: 'b'.repeat(3000) },
      { path: 'short', content: 'c'.repeat(90) },
      { path: 'last', content: 'whole' },
    ]);
    const seen: string[] = [];
    const reader = createTarReader(
      {
        entry: ({ path }) => (path === 'asked' ? 600 : path === 'last' || 'sniff'),
        // what was sniffed at is never less than the head
        sniff: ({ path }) => (path === 'barely' ? 10 : 600),
        content: ({ path }, content) =>
          seen.push(`${path} ${content.length} ${content.toString().slice(0, 5)}`),
        refused() {},
      },
      { subject: 'test', entriesMax: 10 },
    );
    for (let at = 0; at < archive.length; at += pieceBytes)
      reader.push(archive.subarray(at, at + pieceBytes));
    reader.end();
    assert.deepEqual(seen, [
      'asked 600 aaaaa',
      'sniffed 600 sssss',
      'barely 64 bbbbb',
      'short 90 ccccc',
      'last 5 whole',
    ]);
  });
}

/** Those of each entry as they are read, whatever the pieces. */
function attributesIn(archive: Uint8Array): readonly (TarAttributes & { readonly path: string })[] {
  const found: (TarAttributes & { readonly path: string })[] = [];
  const reader = createTarReader(
    {
      attributes: ({ path }, attributes) => void found.push({ path, ...attributes }),
      entry: () => false,
      content: () => undefined,
      refused: () => undefined,
    },
    { subject: 'test', entriesMax: 10_000 },
  );
  for (let at = 0; at < archive.length; at += 100) reader.push(archive.subarray(at, at + 100));
  reader.end();
  return found;
}

describe('attributes', () => {
  test('times are exact, and as the extended header has them', () => {
    const times: readonly (readonly [header: number, pax: string | undefined, expected: string])[] = [
      [1_700_000_000, undefined, '1700000000'],
      [1, '1700000000.123456789', '1700000000.123456789'],
      [1, '1700000000.500', '1700000000.5'],
      [1, '1700000000.000', '1700000000'],
      [1, '-1.5', '-1.5'],
      [1, 'yesterday', '1'],
    ];
    for (const [modified, mtime, expected] of times) {
      const entry = tarArchive([{ path: 'a', modified }]);
      const [found] = attributesIn(mtime === undefined ? entry : Buffer.concat([pax({ mtime }), entry]));
      assert.equal(found?.modified, expected, mtime);
    }
  });

  test('extended attributes, devices, the root and the size of content', () => {
    const device = sealed(member('3', 'dev/null'), (header) => {
      header.write('0000001\0', 329, 'latin1');
      header.write('0000003\0', 337, 'latin1');
    });
    const archive = Buffer.concat([
      file('./', ''),
      device,
      tarArchive([{ path: 'b', content: '12345', xattrs: { 'user.a': 'x', 'security.capability': 'y' } }]),
    ]);
    const told = attributesIn(archive).map(({ path, typeFlag, device: numbers, storedBytes, xattrs }) => [
      path,
      typeFlag,
      numbers,
      storedBytes,
      [...xattrs],
    ]);
    assert.deepEqual(told, [
      ['', '5', null, 0, []],
      ['dev/null', '3', '1:3', 0, []],
      [
        'b',
        '0',
        null,
        5,
        [
          ['user.a', 'x'],
          ['security.capability', 'y'],
        ],
      ],
    ]);
  });
});
