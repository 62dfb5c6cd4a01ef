import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { decompress, detectCompression, type DecompressionLimits } from './decompress.ts';

const TEXT = Buffer.from('Every finding explains itself. '.repeat(4000));
const HALF = TEXT.subarray(0, TEXT.length / 2);
const REST = TEXT.subarray(TEXT.length / 2);
/** RFC 8878, section 3.1.2: magic, length 5, five bytes that mean nothing. */
const SKIPPABLE = Buffer.from('582a4d18050000000102030405', 'hex');

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function flipped(bytes: Buffer, position: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.length + position;
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

async function unpack(bytes: Uint8Array, size = 65_536, limits?: DecompressionLimits): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of decompress(inPieces(bytes, size), { subject: 'test', limits }))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('decompress', () => {
  const streams: Readonly<Record<string, Buffer>> = {
    plain: TEXT,
    'plain, empty': Buffer.alloc(0),
    gzip: gzipSync(TEXT),
    'gzip of two members': Buffer.concat([gzipSync(HALF), gzipSync(REST)]),
    'gzip with zeros behind': Buffer.concat([gzipSync(TEXT), Buffer.alloc(3_000_000)]),
    zstd: zstdCompressSync(TEXT),
    'zstd of two frames': Buffer.concat([zstdCompressSync(HALF), zstdCompressSync(REST)]),
    'zstd among skippable frames': Buffer.concat([
      SKIPPABLE,
      zstdCompressSync(HALF),
      SKIPPABLE,
      SKIPPABLE,
      zstdCompressSync(REST),
      SKIPPABLE,
    ]),
  };
  for (const [name, stream] of Object.entries(streams)) {
    const expected = name === 'plain, empty' ? Buffer.alloc(0) : TEXT;
    for (const size of [1, 7, 1000, 65_536]) {
      if (stream.length / size > 20_000) continue;
      test(`${name}, ${size} bytes at a time`, async () => {
        assert.deepEqual(await unpack(stream, size), expected);
      });
    }
  }

  test('any number of frames and members in any pieces', async () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 80 }), fc.boolean(), async (contents, size, zstd) => {
        const packed = Buffer.concat(
          contents.map((part) => (zstd ? zstdCompressSync(part) : gzipSync(part))),
        );
        assert.deepEqual(await unpack(packed, size), Buffer.concat(contents));
      }),
      { numRuns: 200 },
    );
  });

  const damaged: readonly (readonly [string, Buffer, string])[] = [
    ['gzip without its end', gzipSync(TEXT).subarray(0, -9), 'LAYER_TRUNCATED'],
    ['gzip header only', gzipSync(TEXT).subarray(0, 10), 'LAYER_TRUNCATED'],
    ['second member cut', Buffer.concat([gzipSync(HALF), gzipSync(REST).subarray(0, 40)]), 'LAYER_TRUNCATED'],
    ['zstd without its end', zstdCompressSync(TEXT).subarray(0, -9), 'LAYER_TRUNCATED'],
    ['gzip with other bytes inside', Buffer.from(gzipSync(TEXT)).fill(0xff, 20, 60), 'LAYER_CORRUPT'],
    ['zstd with other bytes behind', Buffer.concat([zstdCompressSync(TEXT), TEXT]), 'LAYER_CORRUPT'],
    ['gzip checksum', flipped(gzipSync(TEXT), -8), 'LAYER_CORRUPT'],
  ];
  for (const [name, stream, code] of damaged) {
    test(`${name}: ${code}`, async () => {
      await assert.rejects(unpack(stream), { code, subject: 'test' });
    });
  }

  test('a bomb ends at the size and at the ratio, before it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const limits = { uncompressedBytes: 1e12, ratio: 1e6, ratioFreeBytes: 1_000_000 };
    await assert.rejects(unpack(bomb, 1000, { ...limits, uncompressedBytes: 9_000_000 }), {
      code: 'LAYER_TOO_LARGE',
    });
    await assert.rejects(unpack(bomb, 1000, { ...limits, ratio: 100 }), { code: 'LAYER_TOO_LARGE' });
    assert.equal((await unpack(bomb, 1000, limits)).length, 50_000_000);
  });

  const inputs = {
    plain: TEXT,
    gzip: gzipSync(TEXT),
    'gzip with zeros behind': Buffer.concat([gzipSync(TEXT), Buffer.alloc(100_000)]),
    zstd: zstdCompressSync(TEXT),
  };
  for (const [name, stream] of Object.entries(inputs)) {
    test(`${name}: an error of the input arrives as it is, and its end is always reached`, async () => {
      const failure = new Error('digest');
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield* inPieces(stream, 1000);
        throw failure;
      }
      await assert.rejects(async () => {
        for await (const piece of decompress(failing(), { subject: 'test' })) assert.ok(piece.length > 0);
      }, failure);
    });

    test(`${name}: leaving early closes the input`, async () => {
      let closed = false;
      async function* endless(): AsyncGenerator<Uint8Array> {
        try {
          yield stream;
          for (;;) yield Buffer.alloc(100_000);
        } finally {
          closed = true;
        }
      }
      for await (const piece of decompress(endless(), { subject: 'test' })) {
        assert.ok(piece.length > 0);
        break;
      }
      assert.ok(closed);
    });

    test(`${name}: an abort ends it with the signal's reason`, async () => {
      const controller = new AbortController();
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield stream.subarray(0, 100);
        controller.abort(new Error('enough'));
        yield stream.subarray(100);
      }
      await assert.rejects(async () => {
        for await (const piece of decompress(slow(), { subject: 'test', signal: controller.signal }))
          void piece;
      }, /enough/);
    });
  }
});

test('detectCompression goes by the first bytes', () => {
  assert.equal(detectCompression(gzipSync('')), 'gzip');
  assert.equal(detectCompression(zstdCompressSync('')), 'zstd');
  assert.equal(detectCompression(SKIPPABLE), 'zstd');
  assert.equal(detectCompression(Buffer.from('etc/passwd')), 'none');
  assert.equal(detectCompression(Buffer.from([0x1f])), 'none');
});
