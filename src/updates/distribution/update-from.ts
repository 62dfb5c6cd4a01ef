import type { KeyObject } from 'node:crypto';
import { AdvisoryError } from '../../advisories/errors.ts';
import { SCHEMA_VERSION } from '../../advisories/database/schema.ts';
import type { Digest } from '../../model/digest.ts';
import { HallmarkError } from '../../model/errors.ts';
import { contentOf } from '../database-content.ts';
import { UpdateError } from '../errors.ts';
import { currentContent, parseChannel, stepsFrom, type Channel } from './channel.ts';
import type { ChannelStore } from './channel-store.ts';
import { fetchDatabase } from './fetch-database.ts';
import { verifyEnvelope } from './signature.ts';

/** What was seen of a channel before, so that nobody can lead back to an older state. */
export interface ChannelMemory {
  readonly sequence: number;
  readonly published: string;
}

export interface UpdateOptions {
  /** Mirrors of one channel, in the order in which they are preferred. */
  readonly stores: readonly [ChannelStore, ...ChannelStore[]];
  /** The publisher's. */
  readonly key: KeyObject;
  /** The database that is updated, or written where there is none. */
  readonly file: string;
  readonly memory: ChannelMemory | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A mirror that could not be used, and why. */
export interface MirrorFailure {
  readonly store: string;
  readonly reason: string;
}

export interface ChannelUpdate {
  readonly store: string;
  /** `current`: the database was at the channel's content already. */
  readonly outcome: 'current' | 'deltas' | 'base';
  readonly deltas: number;
  readonly fetchedBytes: number;
  readonly content: Digest;
  readonly memory: ChannelMemory;
  readonly failures: readonly MirrorFailure[];
}

/**
 * Brings a database to the state that the newest trustworthy mirror offers. Everything is verified before it is used: the
 * signature of the channel, that it is no older than what was seen before and not past its date, the digest of every
 * file, the digest of the facts that come out. Until the last step the old database stays in its place, and whoever has
 * it open goes on reading it.
 *
 * @throws {UpdateError} CHANNEL_NOT_FOUND, CHANNEL_UNSIGNED, CHANNEL_ROLLED_BACK, CHANNEL_EXPIRED, CHANNEL_UNREADABLE of
 *   the only mirror; UPDATE_FAILED where there are several; {AdvisoryError} DATABASE_NOT_WRITTEN
 */
export async function updateFromChannel(options: UpdateOptions): Promise<ChannelUpdate> {
  const failures: MirrorFailure[] = [];
  const errors: HallmarkError[] = [];
  const fail = (store: ChannelStore, error: unknown): void => {
    if (!(error instanceof HallmarkError) || isOurOwn(error)) throw error;
    errors.push(error);
    failures.push({ store: store.name, reason: error.message });
  };
  const offers: { readonly store: ChannelStore; readonly channel: Channel }[] = [];
  for (const store of options.stores) {
    try {
      offers.push({ store, channel: await readOffer(store, options) });
    } catch (error) {
      fail(store, error);
    }
  }
  // the newest state first; mirrors lag behind
  for (const { store, channel } of offers.sort((a, b) => b.channel.sequence - a.channel.sequence)) {
    try {
      return { ...(await take(store, channel, options.file)), failures };
    } catch (error) {
      fail(store, error);
    }
  }
  throw failure(errors, failures);
}

async function readOffer(store: ChannelStore, { key, memory, now }: UpdateOptions): Promise<Channel> {
  const envelope = await store.readEnvelope();
  if (envelope === null) {
    const message = `there is no channel of advisory databases at ${store.name}`;
    throw new UpdateError('CHANNEL_NOT_FOUND', message, { subject: store.name });
  }
  const channel = parseChannel(verifyEnvelope(envelope, key, store.name), store.name);
  if (memory !== null && channel.sequence < memory.sequence) {
    const message = `${store.name} offers number ${channel.sequence} of ${channel.published}, but number ${memory.sequence} of ${memory.published} was seen before`;
    throw new UpdateError('CHANNEL_ROLLED_BACK', message, { subject: store.name });
  }
  if (Date.parse(channel.expires) < now) {
    const message = `what ${store.name} offers was published ${channel.published} and good until ${channel.expires}`;
    throw new UpdateError('CHANNEL_EXPIRED', message, { subject: store.name });
  }
  if (channel.schema > SCHEMA_VERSION) {
    const message = `${store.name} has a database with schema ${channel.schema}; this Hallmark reads ${SCHEMA_VERSION}`;
    throw new AdvisoryError('DATABASE_SCHEMA_NEWER', message, { subject: store.name });
  }
  if (channel.schema < SCHEMA_VERSION) {
    const message = `${store.name} has a database with schema ${channel.schema}; this Hallmark reads ${SCHEMA_VERSION}`;
    throw new AdvisoryError('DATABASE_SCHEMA_OLDER', message, { subject: store.name });
  }
  return channel;
}

async function take(
  store: ChannelStore,
  channel: Channel,
  file: string,
): Promise<Omit<ChannelUpdate, 'failures'>> {
  const have = contentOf(file);
  const content = currentContent(channel);
  const { sequence, published } = channel;
  const about = { store: store.name, content, memory: { sequence, published } };
  if (have === content) return { ...about, outcome: 'current', deltas: 0, fetchedBytes: 0 };
  const steps = stepsFrom(channel, have);
  if (steps.base === null) {
    try {
      const fetchedBytes = await fetchDatabase(store, steps, file, file);
      return { ...about, outcome: 'deltas', deltas: steps.deltas.length, fetchedBytes };
    } catch (error) {
      if (!isOldDatabaseToBlame(error)) throw error;
    }
  }
  const whole = stepsFrom(channel, null);
  const fetchedBytes = await fetchDatabase(store, whole, null, file);
  return { ...about, outcome: 'base', deltas: whole.deltas.length, fetchedBytes };
}

/** The database at hand is not what it says it is: the whole one takes its place. */
function isOldDatabaseToBlame(error: unknown): boolean {
  return (
    error instanceof AdvisoryError &&
    (error.code === 'DATABASE_DIGEST_MISMATCH' ||
      error.code === 'DATABASE_UNREADABLE' ||
      error.code === 'DELTA_MISMATCH')
  );
}

/** A full disk is no mirror's fault. */
function isOurOwn({ code }: HallmarkError): boolean {
  return code === 'DATABASE_NOT_WRITTEN';
}

function failure(errors: readonly HallmarkError[], failures: readonly MirrorFailure[]): HallmarkError {
  const [only, ...others] = errors;
  if (only !== undefined && others.length === 0) return only;
  const reasons = failures.map(({ store, reason }) => `${store}: ${reason}`).join('; ');
  return new UpdateError('UPDATE_FAILED', `no mirror could be used: ${reasons}`);
}
