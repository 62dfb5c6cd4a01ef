import { rmSync } from 'node:fs';
import { applyDeltas } from '../../advisories/facts/apply-deltas.ts';
import { writeFacts } from '../../advisories/database/carry.ts';
import { unpackDelta, type Delta } from '../../advisories/facts/delta-file.ts';
import { unpackFacts } from '../../advisories/facts/packed-facts.ts';
import { replaceDatabaseFile } from '../../advisories/database/replace-file.ts';
import { UpdateError } from '../errors.ts';
import type { ChannelBase, ChannelDelta } from './channel.ts';
import type { ChannelStore } from './channel-store.ts';
import { fetchFile } from './fetch-file.ts';

/** What leads to the current database; no base for who has a database on the way. */
export interface Steps {
  readonly base: ChannelBase | null;
  readonly deltas: readonly ChannelDelta[];
}

/**
 * Fetches what is to be fetched, verifies all of it, and only then puts the database into its place in one step.
 *
 * @param have the database that the first delta leads from, where there is no base among the steps
 * @returns bytes that were fetched
 * @throws {UpdateError} CHANNEL_UNREADABLE when a file is not what the channel names or leads elsewhere
 * @throws {AdvisoryError} for a database or delta that cannot be used or written
 */
export async function fetchDatabase(
  store: ChannelStore,
  { base, deltas }: Steps,
  have: string | null,
  output: string,
): Promise<number> {
  const packed = base === null ? null : await fetchFile(store, base);
  const read: Delta[] = [];
  for (const delta of deltas) read.push(await fetchDelta(store, delta));
  const [first, ...others] = read;
  const fetched = [...(base === null ? [] : [base]), ...deltas];
  const fetchedBytes = fetched.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  if (packed === null || base === null) {
    if (first !== undefined && have !== null) applyDeltas(have, [first, ...others], output);
    return fetchedBytes;
  }
  // beside its place, where there is room for it, and gone again in any case
  const whole = first === undefined ? output : `${output}.${process.pid}.base`;
  try {
    const name = `${base.digest} of ${store.name}`;
    const facts = unpackFacts(packed, name);
    if (facts.digest !== base.content) throw otherContent(store, base.content, facts.digest);
    replaceDatabaseFile(whole, (partial) => writeFacts(partial, facts, name));
    if (first !== undefined) applyDeltas(whole, [first, ...others], output);
  } finally {
    if (whole !== output) rmSync(whole, { force: true });
  }
  return fetchedBytes;
}

async function fetchDelta(store: ChannelStore, file: ChannelDelta): Promise<Delta> {
  const delta = unpackDelta(await fetchFile(store, file), `${file.digest} of ${store.name}`);
  if (delta.from !== file.from) throw otherContent(store, file.from, delta.from);
  if (delta.to !== file.to) throw otherContent(store, file.to, delta.to);
  return delta;
}

function otherContent(store: ChannelStore, expected: string, actual: string): UpdateError {
  const message = `${store.name} names a file with the content ${expected}, but it has ${actual}`;
  return new UpdateError('CHANNEL_UNREADABLE', message, { subject: store.name });
}
