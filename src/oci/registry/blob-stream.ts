import { OciError } from '../errors.ts';
import type { Exchanged } from './exchange.ts';
import { waitForRetry, type OnRetry, type RetryPolicy } from './retry.ts';

/**
 * A blob arrives over one connection or several. When a connection breaks, the rest is asked for with a range; a server
 * that ignores ranges sends everything again, and what was already passed on is skipped. So the reader sees each byte
 * once and can hash them as they come.
 *
 * The number of breaks without progress is bounded, and progress is a mebibyte, so a server cannot keep a reader
 * with one byte a connection.
 */
const PROGRESS_BYTES = 1024 * 1024;

/** A response that holds a blob from some place on. */
export interface BlobPart {
  readonly start: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Checks at which place in the blob a response begins. RFC 9110 section 14.4.
 *
 * @param asked where it was asked to begin
 * @throws {OciError} REGISTRY_PROTOCOL when it begins elsewhere
 */
export function toBlobPart(response: Exchanged, asked: number, subject: string): BlobPart {
  if (response.status !== 206) return { start: 0, body: response.body };
  if (asked > 0 && beginsAt(response, asked)) return { start: asked, body: response.body };
  throw otherRange(response, asked, subject);
}

/**
 * As `toBlobPart`, for who wants nothing but the part: null when the server sends the whole blob, which is left unread.
 *
 * @throws {OciError} REGISTRY_PROTOCOL when it sends another part
 */
export async function toRangePart(
  response: Exchanged,
  asked: number,
  subject: string,
): Promise<BlobPart | null> {
  if (response.status === 206 && beginsAt(response, asked)) return { start: asked, body: response.body };
  await response.discard();
  if (response.status !== 206) return null;
  throw otherRange(response, asked, subject);
}

function beginsAt(response: Exchanged, place: number): boolean {
  const start = /^bytes (\d{1,16})-/.exec(response.header('content-range') ?? '')?.[1];
  return start === String(place);
}

function otherRange({ url }: Exchanged, asked: number, subject: string): OciError {
  const message = `${url.host} answered a request for bytes ${asked}- of ${subject} with another range`;
  return new OciError('REGISTRY_PROTOCOL', message, { subject });
}

export interface BlobStreamOptions {
  /** Asks for the blob from a place on. Retries by itself. */
  readonly open: (from: number) => Promise<BlobPart>;
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal;
  readonly onRetry: OnRetry;
}

/**
 * The blob's bytes, not verified.
 *
 * @throws {OciError} what `open` throws, and the last break's error
 */
export async function* streamBlob(options: BlobStreamOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { open, policy, signal, onRetry } = options;
  let passed = 0;
  let breaks = 0;
  let passedAtBreak = 0;
  for (;;) {
    const { start, body } = await open(passed);
    let skip = passed - start;
    try {
      for await (const chunk of body) {
        const fresh = chunk.subarray(skip);
        skip -= chunk.length - fresh.length;
        if (fresh.length === 0) continue;
        passed += fresh.length;
        yield fresh;
      }
      return;
    } catch (error) {
      if (passed - passedAtBreak >= PROGRESS_BYTES) breaks = 0;
      passedAtBreak = passed;
      breaks += 1;
      await waitForRetry(error, breaks, policy, signal, onRetry);
    }
  }
}
