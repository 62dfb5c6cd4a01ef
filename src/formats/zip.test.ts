import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { type Entry, fromBufferPromise } from 'yauzl';
import { writeZip, type ZipMember } from '../../test/zip-writer.ts';
import { readZip, type ZipArchive } from './zip.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'formats', 'zip');
const LIMITS = { maxEntries: 1000 };
const MAX_BYTES = 1_000_000;

const fixture = (name: string) => readFileSync(join(FIXTURES, name));

function open(bytes: Uint8Array): ZipArchive {
  const archive = readZip(bytes, LIMITS);
  assert.ok(archive);
  return archive;
}

/** Content as text, or why there is none, by name. */
function contents(archive: ZipArchive): Record<string, string> {
  return Object.fromEntries(
    archive.entries.map((entry) => {
      const content = archive.read(entry, MAX_BYTES);
      return [entry.name, typeof content === 'string' ? `! ${content}` : Buffer.from(content).toString()];
    }),
  );
}

const NUMBERS = Array.from({ length: 400 }, (_, index) => `${index + 1}\n`).join('');
const HELLO = `${Array.from({ length: 5 }, () => 'hello').join(' ')}\n`;
const ALL = { 'a.txt': HELLO, 'b.bin': 'stored as is\n', empty: '', 'sub/': '', 'sub/numbers.txt': NUMBERS };

describe('archives of Info-ZIP', () => {
  for (const [name, expected] of [
    ['deflated.zip', ALL],
    ['stored.zip', ALL],
    ['comment.zip', ALL],
    ['prefixed.zip', ALL],
    ['prefixed-adjusted.zip', ALL],
    ['zip64.zip', { 'a.txt': HELLO, 'sub/numbers.txt': NUMBERS }],
    ['zip64-prefixed.zip', { 'a.txt': HELLO, 'sub/numbers.txt': NUMBERS }],
    ['streamed.zip', { '-': HELLO }],
    ['zip64-streamed.zip', { '-': HELLO }],
    ['encrypted.zip', { 'a.txt': '! encrypted' }],
    ['bzip2.zip', { 'a.txt': HELLO, 'sub/numbers.txt': '! unknown-method' }],
    ['duplicate.zip', { b: 'b', a: 'last', café: 'utf-8 name' }],
  ] as const) {
    test(name, () => {
      const archive = open(fixture(name));
      assert.deepEqual(contents(archive), expected);
      assert.equal(archive.cut, null);
    });
  }
});

async function yauzlContents(bytes: Buffer): Promise<Record<string, string>> {
  const zip = await fromBufferPromise(bytes, { validateEntrySizes: true });
  const found: Record<string, string> = {};
  for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) {
    const content = await buffer(await zip.openReadStreamPromise(entry));
    found[entry.fileName] = content.toString();
  }
  return found;
}

describe('yauzl reads the same', () => {
  const unread = new Set(['encrypted.zip', 'bzip2.zip', 'comment.zip', 'prefixed.zip', 'zip64-prefixed.zip']);
  for (const name of readdirSync(FIXTURES).filter((name) => !unread.has(name))) {
    test(name, async () => {
      assert.deepEqual(contents(open(fixture(name))), await yauzlContents(fixture(name)));
    });
  }

  test('any entries, stored and deflated', async () => {
    const member = fc.record({
      name: fc.stringMatching(/^[a-zé]{1,8}(?:\/[a-z]{1,8})?$/),
      content: fc.oneof(
        fc.string(),
        fc.string({ minLength: 1, maxLength: 3 }).map((text) => text.repeat(999)),
      ),
      stored: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 12 }), async (members) => {
        const bytes = writeZip(members);
        const read = contents(open(bytes));
        assert.deepEqual(read, await yauzlContents(bytes));
        assert.deepEqual(read, Object.fromEntries(members.map(({ name, content }) => [name, content])));
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is read', () => {
  test('the directory alone, and of it what is wanted', () => {
    const bytes = writeZip({ 'a/B.class': 'code', 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0' });
    const asked: string[] = [];
    const archive = readZip(bytes, {
      maxEntries: 10,
      wants(all, start, end) {
        asked.push(Buffer.from(all.subarray(start, end)).toString());
        return all[start] === 0x4d;
      },
    });
    assert.deepEqual(asked, ['a/B.class', 'META-INF/MANIFEST.MF']);
    assert.deepEqual(
      archive?.entries.map(({ name }) => name),
      ['META-INF/MANIFEST.MF'],
    );
  });

  test('a stored entry is a view into the archive', () => {
    const bytes = writeZip([{ name: 'x.jar', content: 'content', stored: true }]);
    const archive = open(bytes);
    const content = archive.read(archive.entries[0] ?? assert.fail(), MAX_BYTES);
    assert.ok(typeof content !== 'string' && content.buffer === bytes.buffer);
  });

  test('a name that is no UTF-8 stays distinct', () => {
    const archive = open(
      writeZip([
        { name: Uint8Array.of(0x61, 0xe4), content: '1' },
        { name: Uint8Array.of(0x61, 0xe9), content: '2' },
      ]),
    );
    assert.deepEqual(contents(archive), { aä: '1', aé: '2' });
  });

  test('an archive without entries', () => {
    assert.deepEqual(open(writeZip({})).entries, []);
  });
});

/** What becomes of an entry about which the directory lies. */
function readLie(lie: ZipMember['lie'] & object): string | undefined {
  return contents(open(writeZip([{ name: 'a', content: 'x'.repeat(1000), lie }])))['a'];
}

describe('hostile archives', () => {
  for (const [name, lie, expected] of [
    ['a size that is too small', { sizeBytes: 999 }, '! damaged'],
    ['a size that is too large', { sizeBytes: 1001 }, '! damaged'],
    ['a size that no such stream has', { sizeBytes: 900_000 }, '! damaged'],
    ['a size above what was asked for', { sizeBytes: MAX_BYTES + 1 }, '! too-large'],
    ['the checksum of something else', { crc32: 1 }, '! damaged'],
    ['a stream that is cut', { compressedBytes: 3 }, '! damaged'],
    ['a stream that reaches into the directory', { compressedBytes: 500 }, '! damaged'],
    ['a place that holds no entry', { offset: 1 }, '! damaged'],
    ['a place outside', { offset: 0xfffffff0 }, '! damaged'],
    ['stored, with another size', { method: 0 }, '! damaged'],
    ['zip64 without the field', { compressedBytes: 0xffffffff, sizeBytes: 0xffffffff }, '! damaged'],
  ] as const) {
    test(name, () => assert.equal(readLie(lie), expected));
  }

  test('entries that share their bytes are not read', () => {
    const content = 'x'.repeat(100_000);
    const members = Array.from({ length: 50 }, (_, index) => ({
      name: `${index}`.padStart(2, '0'),
      content: index === 0 ? content : '',
      ...(index === 0 ? {} : { lie: { offset: 0, sizeBytes: 100_000, compressedBytes: 150, crc32: 1 } }),
    }));
    assert.deepEqual(new Set(Object.values(contents(open(writeZip(members))))), new Set(['! damaged']));
  });

  test('nor are those that hide their sizes in the wide fields', () => {
    const lie = { compressedBytes: 0xffffffff };
    const bytes = writeZip([
      { name: 'a', content: 'x' },
      { name: 'b', content: 'x', lie },
    ]);
    assert.deepEqual(contents(open(bytes)), { a: '! damaged', b: '! damaged' });
  });

  test('more entries than allowed', () => {
    const archive = readZip(writeZip({ a: '', b: '', c: '' }), { maxEntries: 2 });
    assert.deepEqual([archive?.entries.length, archive?.cut], [2, 'limit']);
  });

  test('a directory with a hole', () => {
    const bytes = writeZip({ a: '', b: '' });
    bytes[bytes.lastIndexOf('PK\u0001\u0002', undefined, 'latin1')] = 0;
    const archive = open(bytes);
    assert.deepEqual([archive.entries.map(({ name }) => name), archive.cut], [['a'], 'damaged']);
  });

  test('a file of nothing but end records is searched once', () => {
    const record = Buffer.from('504b0506000000000000ffff00000080000000800000', 'hex');
    const spent = startCpuTime();
    assert.equal(readZip(Buffer.concat(Array.from({ length: 100_000 }, () => record)), LIMITS), null);
    assert.ok(spent() < LITTLE);
  });

  test('what is cut off has no directory', () => {
    const bytes = fixture('deflated.zip');
    for (let length = 0; length < bytes.length; length += 1) {
      assert.equal(readZip(bytes.subarray(0, length), LIMITS), null);
    }
  });

  test('what is cut off behind an archive that is stored in it has no directory', () => {
    const inner = writeZip({ a: 'inner' });
    const bytes = writeZip([
      { name: 'inner.zip', content: inner, stored: true },
      { name: 'b', content: 'x'.repeat(100) },
    ]);
    assert.equal(readZip(bytes.subarray(0, bytes.indexOf(inner) + inner.length + 10), LIMITS), null);
  });

  test('flipped bits: what is read is what was written', () => {
    const names = ['deflated.zip', 'stored.zip', 'zip64.zip', 'streamed.zip'] as const;
    const flip = fc.tuple(fc.nat(), fc.nat(7));
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(flip, { minLength: 1, maxLength: 6 }),
        (name, flips) => {
          const bytes = fixture(name);
          const written = new Set(Object.values(contents(open(bytes))));
          for (const [at, bit] of flips)
            bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
          const archive = readZip(bytes, LIMITS);
          for (const text of archive === null ? [] : Object.values(contents(archive))) {
            assert.ok(written.has(text) || text.startsWith('! '));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('random bytes are no archive', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => assert.equal(readZip(bytes, LIMITS), null)),
    );
  });
});
