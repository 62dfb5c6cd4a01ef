import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseDigest } from '../model/digest.ts';
import { readVerified, verifyStream } from './verified-stream.ts';

const CONTENT = Buffer.from('the content of a blob');
const digestOf = (bytes: Uint8Array, algorithm = 'sha256') =>
  parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
const right = { digest: digestOf(CONTENT), sizeBytes: CONTENT.byteLength, subject: 'the blob' };

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

test('a verified stream passes on what it verified, in any chunks and both algorithms', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom('sha256', 'sha512'),
      async (bytes, size, algorithm) => {
        const expected = { digest: digestOf(bytes, algorithm), sizeBytes: bytes.byteLength, subject: 'x' };
        assert.deepEqual(
          Buffer.from(await readVerified(chunksOf(bytes, size), expected)),
          Buffer.from(bytes),
        );
      },
    ),
    { numRuns: 200 },
  );
});

const WRONG = [
  ['another digest', { digest: digestOf(Buffer.from('other')) }, 'BLOB_DIGEST_MISMATCH', /expected sha256:/],
  [
    'a layer of another digest',
    { digest: digestOf(Buffer.from('other')), mismatch: 'LAYER_DIGEST_MISMATCH' as const },
    'LAYER_DIGEST_MISMATCH',
    /has the digest sha256:/,
  ],
  ['fewer bytes', { sizeBytes: 22 }, 'BLOB_SIZE_MISMATCH', /has 21 bytes, expected 22/],
  ['more bytes', { sizeBytes: 20 }, 'BLOB_SIZE_MISMATCH', /longer than its 20 bytes/],
] as const;

for (const [what, change, code, message] of WRONG) {
  test(`a verified stream throws at its end: ${what}`, async () => {
    await assert.rejects(readVerified(chunksOf(CONTENT, 4), { ...right, ...change }), { code, message });
  });
}

test('a verified stream that grows too long fails at once, and closes its source', async () => {
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) yield CONTENT;
    } finally {
      closed = true;
    }
  }
  await assert.rejects(readVerified(endless(), right), { code: 'BLOB_SIZE_MISMATCH' });
  assert.ok(closed);
});

test('a verified stream that nobody reads on closes its source', async () => {
  let closed = false;
  async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* chunksOf(CONTENT, 1);
    } finally {
      closed = true;
    }
  }
  const stream = verifyStream(source(), right);
  await stream.next();
  await stream.return();
  assert.ok(closed);
});
