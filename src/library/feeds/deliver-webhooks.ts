/**
 * Tells others of every entry of the ledger: each at least once, in its order for each receiver. How far one has come is remembered
 * before the next entry is sent, so a kill repeats one delivery at most and leaves none out. A receiver that fails is called again later,
 * and holds nobody else up. Nothing is waited for here: whoever runs the programme calls again when it is time.
 */
import { printableAddress } from '../../oci/registry/endpoint.ts';
import { exchange } from '../../oci/registry/exchange.ts';
import { OciError } from '../../oci/errors.ts';
import { parseRetryAfter } from '../../oci/registry/retry.ts';
import type { Transport } from '../../oci/registry/transport.ts';
import type { WebhookSettings } from '../programme/programme.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { CLOUD_EVENT_TYPE, formatCloudEvent } from './cloud-event.ts';
import { readProgress, writeProgress, type WebhookProgress } from './webhook-progress.ts';
import { webhookHeaders } from './webhook-signature.ts';
import type { LedgerEntry } from '../ledger/entry.ts';

const FIRST_WAIT_SECONDS = 10;
const LONGEST_WAIT_SECONDS = 3600;
/** A receiver may ask for more patience than our own, but not for ever. */
const LONGEST_RETRY_AFTER_SECONDS = 86_400;
/** Of one call of this function, so that a new receiver does not keep the others waiting. */
const MOST_DELIVERIES = 100;

export interface DeliveryOptions {
  readonly webhooks: readonly WebhookSettings[];
  readonly state: Pick<ProgrammeState, 'ledger' | 'recall' | 'remember'>;
  /** URI of the programme, for the events. */
  readonly source: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly transport: Transport;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface DeliveryOutcome {
  /** Host of the receiver; the rest of its address may be a secret. */
  readonly receiver: string;
  /** How many entries were delivered now. */
  readonly delivered: number;
  /** The last entry that the receiver has; 0 for none. */
  readonly sequence: number;
  /** Null where all is well. */
  readonly problem: string | null;
  /** When it is to be called again, in seconds since 1970; null where nothing is left. */
  readonly next: number | null;
}

/** Receivers are called beside each other, and each in its order. Failures are outcomes. */
export async function deliverWebhooks(options: DeliveryOptions): Promise<readonly DeliveryOutcome[]> {
  return Promise.all(options.webhooks.map((webhook) => deliverTo(webhook, options)));
}

async function deliverTo(webhook: WebhookSettings, options: DeliveryOptions): Promise<DeliveryOutcome> {
  const { state, now } = options;
  const { url } = webhook;
  let progress = readProgress(state, url);
  let delivered = 0;
  const outcome = (problem: string | null, next: number | null): DeliveryOutcome => ({
    receiver: new URL(url).host,
    delivered,
    sequence: progress.sequence,
    problem,
    next,
  });
  if (progress.notBefore > now()) return outcome(progress.problem, progress.notBefore);
  const secret = secretOf(webhook, options);
  if (secret === undefined) {
    return outcome(`the variable ${webhook.secretVariable} with its key is not set`, null);
  }
  // read to the end before anything is waited for: an open reading would keep the state from being written
  const entries = [...Iterator.from(state.ledger(progress.sequence + 1)).take(MOST_DELIVERIES + 1)];
  for (const entry of entries) {
    if (delivered === MOST_DELIVERIES) return outcome(null, now());
    const failure = await send(entry, url, secret, options);
    progress = failure === null ? { ...READY, sequence: entry.sequence } : later(progress, failure, now());
    writeProgress(state, url, progress);
    if (failure !== null) return outcome(progress.problem, progress.notBefore);
    delivered += 1;
  }
  return outcome(null, null);
}

const READY = { failures: 0, notBefore: 0, problem: null } as const;

/** Null where none is wanted, undefined where it is missing: nothing is sent unsigned that should be signed. */
function secretOf(
  { secretVariable }: WebhookSettings,
  { environment }: DeliveryOptions,
): string | null | undefined {
  return secretVariable === null ? null : environment[secretVariable] || undefined;
}

interface DeliveryFailure {
  readonly problem: string;
  readonly retryAfterSeconds: number;
}

/** Null for success. Redirects are failures: the address in the settings is the one that the programme trusts. */
async function send(
  entry: LedgerEntry,
  url: string,
  secret: string | null,
  { source, transport, now, signal }: DeliveryOptions,
): Promise<DeliveryFailure | null> {
  const body = formatCloudEvent(entry, source);
  const headers = webhookHeaders({ id: entry.digest, at: Math.floor(now()), body }, secret);
  try {
    const response = await exchange(transport, {
      method: 'POST',
      url: new URL(url),
      headers: { ...headers, 'content-type': CLOUD_EVENT_TYPE },
      body,
      signal,
    });
    const retryAfterMs = parseRetryAfter(response.header('retry-after'), now() * 1000) ?? 0;
    await response.discard();
    if (response.status >= 200 && response.status < 300) return null;
    return { problem: `it answered ${response.status}`, retryAfterSeconds: retryAfterMs / 1000 };
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    // the path of a webhook is often its secret
    const { host } = new URL(url);
    return { problem: error.message.replaceAll(printableAddress(new URL(url)), host), retryAfterSeconds: 0 };
  }
}

function later(progress: WebhookProgress, failure: DeliveryFailure, now: number): WebhookProgress {
  const failures = progress.failures + 1;
  const wait = Math.min(FIRST_WAIT_SECONDS * 2 ** (failures - 1), LONGEST_WAIT_SECONDS);
  const asked = Math.min(failure.retryAfterSeconds, LONGEST_RETRY_AFTER_SECONDS);
  return {
    sequence: progress.sequence,
    failures,
    notBefore: Math.ceil(now + Math.max(wait, asked)),
    problem: failure.problem,
  };
}
