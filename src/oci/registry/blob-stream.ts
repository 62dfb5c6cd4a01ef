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

export interface BlobStreamOptions {
  /** For messages. */
  readonly subject: string;
  /** Asks for the blob; `from` is 0 or the place at which to go on. Retries by itself. */
  readonly open: (from: number) => Promise<Exchanged>;
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal;
  readonly onRetry: OnRetry;
}

/**
 * The blob's bytes, not verified.
 *
 * @throws {OciError} REGISTRY_PROTOCOL and what `open` throws
 */
export async function* streamBlob(options: BlobStreamOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { subject, open, policy, signal, onRetry } = options;
  let passed = 0;
  let breaks = 0;
  let passedAtBreak = 0;
  for (;;) {
    const response = await open(passed);
    let skip = passed - startOf(response, passed, subject);
    try {
      for await (const chunk of response.body) {
        const fresh = skip < chunk.length ? chunk.subarray(skip) : null;
        skip -= Math.min(skip, chunk.length);
        if (fresh === null) continue;
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

/** The place in the blob at which a response begins. RFC 9110 section 14.4. */
function startOf(response: Exchanged, asked: number, subject: string): number {
  if (response.status !== 206) return 0;
  const start = /^bytes (\d{1,16})-/.exec(response.header('content-range') ?? '')?.[1];
  if (asked > 0 && start === String(asked)) return asked;
  const message = `${response.url.host} answered a request for bytes ${asked}- of ${subject} with another range`;
  throw new OciError('REGISTRY_PROTOCOL', message, { subject });
}
