import { createPublicKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDatabaseInfo } from '../../advisories/database/database.ts';
import { changesBetween } from '../../advisories/facts/delta.ts';
import { packDelta } from '../../advisories/facts/delta-file.ts';
import { packDatabaseFacts } from '../../advisories/database/carry.ts';
import { SCHEMA_VERSION } from '../../advisories/database/schema.ts';
import { factsOfFile } from '../../advisories/database/stored-facts.ts';
import type { AdvisoryDatabaseInfo } from '../../model/assessment.ts';
import { digestOf, type Digest } from '../../model/digest.ts';
import { UpdateError } from '../errors.ts';
import {
  currentContent,
  formatChannel,
  MAX_DELTAS,
  parseChannel,
  stepsFrom,
  type Channel,
  type ChannelDelta,
  type ChannelFile,
} from './channel.ts';
import type { PublishedFile, WritableChannelStore } from './channel-store.ts';
import { fetchDatabase } from './fetch-database.ts';
import { signPayload, verifyEnvelope } from './signature.ts';
import { formatSeconds } from '../../formats/time.ts';

/** zstd's; a base is packed once and fetched by everybody. */
const BASE_LEVEL = 19;
/** A new base when the deltas behind the old one are larger than this share of it. */
const REBASE_SHARE = 0.25;
/** Older deltas are dropped: who has been away for longer fetches the base. */
const KEPT_DELTAS = 60;

const DAY_MS = 86_400_000;

export interface PublishOptions {
  readonly store: WritableChannelStore;
  /** Private. */
  readonly key: KeyObject;
  /** The database to publish. */
  readonly file: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Days until readers refuse what is published as stale. */
  readonly validDays: number;
}

export interface Publication {
  readonly channel: Channel;
  readonly info: AdvisoryDatabaseInfo;
  /** What was written beside the channel itself. */
  readonly written: readonly PublishedFile[];
}

/**
 * Publishes a database: as the first base, or as a delta from what is published there already. The same database again
 * only gets a later date, which tells readers that nothing newer is held back.
 *
 * @throws {UpdateError} CHANNEL_UNSIGNED when what is there was signed by another key, CHANNEL_UNREADABLE
 * @throws {AdvisoryError} for the database; {OciError} for a registry
 */
export async function publishDatabase(options: PublishOptions): Promise<Publication> {
  const { store, key, file, now, validDays } = options;
  const info = readDatabaseInfo(file);
  const old = await readPublished(store, key);
  const written: PublishedFile[] = [];
  const put = async (kind: PublishedFile['kind'], bytes: Uint8Array): Promise<ChannelFile> => {
    const entry = { digest: digestOf(bytes), sizeBytes: bytes.length };
    if (!(await store.hasFile(entry))) {
      await store.writeFile(entry, bytes);
      written.push({ kind, ...entry });
    }
    return entry;
  };
  const putBase = async () => ({
    ...(await put('base', packDatabaseFacts(file, BASE_LEVEL).packed)),
    content: info.digest,
  });

  const deltas = await extendedDeltas(old, options, info, put);
  const base = old === null || deltas === null || isWorthNewBase(old, deltas) ? await putBase() : old.base;
  const channel: Channel = {
    sequence: (old?.sequence ?? 0) + 1,
    schema: SCHEMA_VERSION,
    published: formatSeconds(Math.floor(now / 1000)),
    expires: formatSeconds(Math.floor((now + validDays * DAY_MS) / 1000)),
    base,
    deltas: keptDeltas(base.content, deltas ?? []),
  };
  await store.writeEnvelope(signPayload(formatChannel(channel), key), filesOf(channel));
  return { channel, info, written };
}

async function readPublished(store: WritableChannelStore, key: KeyObject): Promise<Channel | null> {
  const envelope = await store.readEnvelope();
  if (envelope === null) return null;
  return parseChannel(verifyEnvelope(envelope, createPublicKey(key), store.name), store.name);
}

/** The chain with what leads to this database; null where the old chain cannot be continued. */
async function extendedDeltas(
  old: Channel | null,
  { store, file }: PublishOptions,
  info: AdvisoryDatabaseInfo,
  put: (kind: 'delta', bytes: Uint8Array) => Promise<ChannelFile>,
): Promise<readonly ChannelDelta[] | null> {
  if (old === null || old.schema !== SCHEMA_VERSION) return null;
  const from = currentContent(old);
  if (from === info.digest) return old.deltas;
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-publish-'));
  try {
    const before = join(folder, 'before.db');
    await fetchDatabase(store, stepsFrom(old, null), null, before);
    const packed = packDelta({
      from,
      to: info.digest,
      built: info.built,
      changes: changesBetween(factsOfFile(before), factsOfFile(file)),
    });
    return [...old.deltas, { ...(await put('delta', packed)), from, to: info.digest }];
  } catch (error) {
    // what is lost cannot be continued; everybody fetches the new base
    if (error instanceof UpdateError && error.code === 'CHANNEL_UNREADABLE') return null;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isWorthNewBase({ base }: Channel, deltas: readonly ChannelDelta[]): boolean {
  const start = deltas.findIndex(({ from }) => from === base.content);
  const behind = start < 0 ? [] : deltas.slice(start);
  return behind.length >= KEPT_DELTAS || sizeOf(behind) > base.sizeBytes * REBASE_SHARE;
}

/** The newest deltas, but all that lie behind the base. */
function keptDeltas(base: Digest, deltas: readonly ChannelDelta[]): readonly ChannelDelta[] {
  const behind = deltas.findIndex(({ from }) => from === base);
  const needed = behind < 0 ? 0 : deltas.length - behind;
  return deltas.slice(-Math.min(MAX_DELTAS, Math.max(KEPT_DELTAS, needed)));
}

function sizeOf(files: readonly ChannelFile[]): number {
  return files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

function filesOf({ base, deltas }: Channel): readonly PublishedFile[] {
  return [
    { kind: 'base', digest: base.digest, sizeBytes: base.sizeBytes },
    ...deltas.map(({ digest, sizeBytes }) => ({ kind: 'delta', digest, sizeBytes }) as const),
  ];
}
