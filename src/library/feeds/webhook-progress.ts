/** How far each receiver has come, among what the programme remembers. */
import { z } from 'zod';
import { parseJson } from '../../formats/json.ts';
import { digestHex, digestOf } from '../../model/digest.ts';
import { LibraryError } from '../errors.ts';
import type { ProgrammeState } from '../state/programme-state.ts';

const count = z.int().min(0);

const Progress = z.strictObject({
  /** The last entry that the receiver has; 0 for none. */
  sequence: count,
  /** Since the last success. */
  failures: count,
  /** Seconds since 1970; 0 for at once. */
  notBefore: count,
  /** Why the last delivery failed. */
  problem: z.string().nullable(),
});

export type WebhookProgress = Readonly<z.infer<typeof Progress>>;

/** Of a receiver that was never called: it is told the whole ledger. */
const NEW: WebhookProgress = { sequence: 0, failures: 0, notBefore: 0, problem: null };

/** @throws {LibraryError} STATE_UNREADABLE */
export function readProgress(state: Pick<ProgrammeState, 'recall'>, url: string): WebhookProgress {
  const remembered = state.recall(nameOf(url));
  if (remembered === null) return NEW;
  const { success, data } = Progress.safeParse(parseJson(remembered));
  if (success) return data;
  // to begin anew would repeat everything, to go on might leave something out
  const { host } = new URL(url);
  const message = `what is remembered of deliveries to ${host} cannot be read`;
  throw new LibraryError('STATE_UNREADABLE', message, { subject: host });
}

export function writeProgress(
  state: Pick<ProgrammeState, 'remember'>,
  url: string,
  progress: WebhookProgress,
): void {
  state.remember(nameOf(url), JSON.stringify(progress));
}

/** The address may hold a key, which need not lie in the state as well. */
function nameOf(url: string): string {
  return `webhook/${digestHex(digestOf(url))}`;
}
