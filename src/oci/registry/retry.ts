import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorDetails } from '../../model/errors.ts';
import { OciError, type OciErrorCode } from '../errors.ts';

/** How often and how patiently a request is repeated. Clock, sleep and chance are arguments, so tests do not wait. */
export interface RetryPolicy {
  /** Tries per request, the first included. */
  readonly attempts: number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Milliseconds since the epoch, for `Retry-After` with a date and the age of tokens. */
  readonly now: () => number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 4,
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, { signal });
  },
  random: Math.random,
  now: Date.now,
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
/** A registry that asks for more patience than this gets none: the user is told instead. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** A failure that may pass by itself: a server's failure, a lost connection, too many requests. */
export class TransientOciError extends OciError {
  /** What the server asked to wait, in milliseconds; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(
    code: OciErrorCode,
    message: string,
    details?: ErrorDetails & { readonly retryAfterMs?: number | null },
  ) {
    super(code, message, details);
    this.retryAfterMs = details?.retryAfterMs ?? null;
  }
}

/**
 * Milliseconds to wait, or null for not at all. The wait doubles with each try; half of it is left to chance, so that
 * many clients do not come back at the same moment.
 */
function retryDelay(error: TransientOciError, attempt: number, policy: RetryPolicy): number | null {
  if (attempt >= policy.attempts) return null;
  const backOff = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  const wait = Math.round(backOff * (0.5 + policy.random() / 2));
  if (error.retryAfterMs === null) return wait;
  return error.retryAfterMs > LONGEST_RETRY_AFTER_MS ? null : Math.max(wait, error.retryAfterMs);
}

/** Called before each wait. */
export type OnRetry = (attempt: number, error: OciError) => void;

/** Runs the operation until it succeeds or is not to be tried again. */
export async function withRetries<T>(
  operation: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
  onRetry: OnRetry,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      await waitForRetry(error, attempt, policy, signal, onRetry);
    }
  }
}

/**
 * Returns when it is time for try number `attempt + 1`.
 *
 * @throws the error when there shall be none: it is not a passing one, the tries are used up, or the server wants to be
 *   left alone for too long. A passing one is then a lasting one, so that nobody further out begins anew.
 */
export async function waitForRetry(
  error: unknown,
  attempt: number,
  policy: RetryPolicy,
  signal: AbortSignal,
  onRetry: OnRetry,
): Promise<void> {
  if (!(error instanceof TransientOciError)) throw error;
  const wait = retryDelay(error, attempt, policy);
  if (wait === null) {
    const { code, message, subject, cause } = error;
    const tries = attempt > 1 ? `${message}; tried ${attempt} times` : message;
    throw new OciError(code, tries, { ...(subject === undefined ? {} : { subject }), cause });
  }
  onRetry(attempt, error);
  await policy.sleep(wait, signal);
}

/** Seconds or an HTTP date to milliseconds from now. RFC 9110 section 10.2.3. Null when it is neither. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
