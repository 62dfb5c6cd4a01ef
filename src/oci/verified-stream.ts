import { createHash } from 'node:crypto';
import { digestAlgorithm, digestHex, type Digest } from '../model/digest.ts';
import { OciError } from './errors.ts';

export interface ExpectedContent {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** What is read, for messages: `layer sha256:… of debian:12`. */
  readonly subject: string;
  /** Which code a wrong digest gets. Default `BLOB_DIGEST_MISMATCH`. */
  readonly mismatch?: 'BLOB_DIGEST_MISMATCH' | 'LAYER_DIGEST_MISMATCH' | 'MANIFEST_DIGEST_MISMATCH';
}

/**
 * Passes chunks on while it hashes and counts them. A stream that grows too long fails at once; a short or altered
 * one fails at its end, so nothing derived from the chunks may be used before the generator has returned.
 *
 * @throws {OciError} BLOB_SIZE_MISMATCH, and the code in `mismatch`
 */
export async function* verifyStream(
  chunks: AsyncIterable<Uint8Array>,
  expected: ExpectedContent,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { digest, sizeBytes, subject } = expected;
  const hash = createHash(digestAlgorithm(digest));
  let readBytes = 0;
  for await (const chunk of chunks) {
    readBytes += chunk.byteLength;
    if (readBytes > sizeBytes) {
      throw new OciError('BLOB_SIZE_MISMATCH', `${subject} is longer than its ${sizeBytes} bytes`, {
        subject,
      });
    }
    hash.update(chunk);
    yield chunk;
  }
  if (readBytes !== sizeBytes) {
    throw new OciError('BLOB_SIZE_MISMATCH', `${subject} has ${readBytes} bytes, expected ${sizeBytes}`, {
      subject,
    });
  }
  const hex = hash.digest('hex');
  if (hex !== digestHex(digest)) {
    throw new OciError(
      expected.mismatch ?? 'BLOB_DIGEST_MISMATCH',
      `${subject} has the digest ${digestAlgorithm(digest)}:${hex}, expected ${digest}`,
      { subject },
    );
  }
}

/**
 * Reads and verifies a whole small content (a manifest, a configuration).
 *
 * @throws {OciError} as {@link verifyStream}
 */
export async function readVerified(
  chunks: AsyncIterable<Uint8Array>,
  expected: ExpectedContent,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of verifyStream(chunks, expected)) parts.push(chunk);
  return Buffer.concat(parts);
}
