/**
 * A channel is what a publisher offers: one base (a whole database) and the deltas that lead from it to the current one,
 * named by digest and signed together. Whoever has any database of the chain fetches only the deltas behind it.
 */
import { z } from 'zod';
import { isDigest, type Digest } from '../../model/digest.ts';
import { UpdateError } from '../errors.ts';

/** A file of the channel. */
export interface ChannelFile {
  /** Of the file's bytes: where it is found, and what it is checked against. */
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** The packed facts of a database. */
export interface ChannelBase extends ChannelFile {
  /** Digest of the facts in it. */
  readonly content: Digest;
}

export interface ChannelDelta extends ChannelFile {
  readonly from: Digest;
  readonly to: Digest;
}

export interface Channel {
  /** Grows by one with every publication. */
  readonly sequence: number;
  /** Of the database's tables; a reader of another schema needs another Hallmark. */
  readonly schema: number;
  /** RFC 3339 */
  readonly published: string;
  /** RFC 3339: later than this, something newer is being held back. */
  readonly expires: string;
  readonly base: ChannelBase;
  /** Each leads from where the one before it led to. The base is somewhere on the way. */
  readonly deltas: readonly ChannelDelta[];
}

/** A year of daily deltas. */
export const MAX_DELTAS = 366;
const MAX_FILE_BYTES = 2 ** 32;

const DigestText = z.string().refine(isDigest, 'is not a digest');
const File = { digest: DigestText, sizeBytes: z.int().positive().max(MAX_FILE_BYTES) };
const Document = z.object({
  format: z.literal('hallmark.channel/1'),
  sequence: z.int().positive(),
  schema: z.int().positive(),
  published: z.iso.datetime(),
  expires: z.iso.datetime(),
  base: z.object({ ...File, content: DigestText }),
  deltas: z.array(z.object({ ...File, from: DigestText, to: DigestText })).max(MAX_DELTAS),
});

export function formatChannel({ sequence, schema, published, expires, base, deltas }: Channel): Uint8Array {
  const document = { format: 'hallmark.channel/1', sequence, schema, published, expires, base, deltas };
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}

/**
 * @param payload verified to be the publisher's
 * @throws {UpdateError} CHANNEL_UNREADABLE
 */
export function parseChannel(payload: Uint8Array, name: string): Channel {
  const unreadable = (reason: string) =>
    new UpdateError('CHANNEL_UNREADABLE', `${name} is not a channel that this Hallmark reads: ${reason}`, {
      subject: name,
    });
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    throw unreadable('it is not JSON');
  }
  const read = Document.safeParse(value);
  if (!read.success) throw unreadable(read.error.issues[0]?.message ?? 'it is broken');
  const { format: _, ...channel } = read.data;
  const stations = stationsOf(channel);
  if (channel.deltas.some(({ from }, index) => from !== stations[index]))
    throw unreadable('its deltas are no chain');
  if (!stations.includes(channel.base.content)) throw unreadable('its deltas do not lead from its base');
  return channel;
}

/** The digest of the facts that the channel leads to. */
export function currentContent({ base, deltas }: Channel): Digest {
  return deltas.at(-1)?.to ?? base.content;
}

/** What is to be fetched by whoever has a database with this content; null for who has none. */
export function stepsFrom(
  channel: Channel,
  content: Digest | null,
): { readonly base: ChannelBase | null; readonly deltas: readonly ChannelDelta[] } {
  const stations = stationsOf(channel);
  const known = content === null ? -1 : stations.indexOf(content);
  if (known >= 0) return { base: null, deltas: channel.deltas.slice(known) };
  return { base: channel.base, deltas: channel.deltas.slice(stations.indexOf(channel.base.content)) };
}

/** The contents that the chain comes through, the current one last. */
function stationsOf({ base, deltas }: Pick<Channel, 'base' | 'deltas'>): readonly Digest[] {
  const [first] = deltas;
  return first === undefined ? [base.content] : [first.from, ...deltas.map(({ to }) => to)];
}
