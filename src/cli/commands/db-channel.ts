import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { importedDatabase } from '../../advisories/database/locate.ts';
import { dataDirectory } from '../../assess/directories.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { formatBytes, plural } from '../../report/quantity.ts';
import type { ChannelStore } from '../../updates/distribution/channel-store.ts';
import {
  absolutePlace,
  openStore,
  openWritableStore,
  type StoreOptions,
} from '../../updates/distribution/open-store.ts';
import { publishDatabase, type Publication } from '../../updates/distribution/publish.ts';
import {
  recallChannel,
  rememberChannel,
  type RememberedChannel,
} from '../../updates/distribution/remembered-channel.ts';
import {
  keyIdentifier,
  parseSigningKey,
  parseVerificationKey,
} from '../../updates/distribution/signature.ts';
import { updateFromChannel, type ChannelUpdate } from '../../updates/distribution/update-from.ts';
import { UpdateError } from '../../updates/errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { ImageFlags } from '../options.ts';
import { createStatusLine, type StatusLine } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { databaseFile } from './db.ts';

export type ConnectionFlags = Pick<ImageFlags, 'offline' | 'plainHttp' | 'mirror' | 'quiet'>;

export type ChannelFlags = ConnectionFlags & {
  readonly from: readonly string[];
  readonly key?: string;
  readonly format: string;
};

/** Updates the imported database from the channel that is named, or that is remembered. */
export async function updateFromChannelCommand(flags: ChannelFlags, terminal: Terminal): Promise<ExitStatus> {
  const targets = parseTargets([flags.format], ['terminal', 'json']);
  const data = dataDirectory(terminal.environment);
  const remembered = recallChannel(data);
  const channel = chooseChannel(flags, remembered);
  const [first, ...others] = channel.mirrors;
  const line = createStatusLine(terminal.stderr, { quiet: flags.quiet === true, now: terminal.now });
  const options = storeOptions(flags, terminal, line);
  const stores: [ChannelStore, ...ChannelStore[]] = [
    openStore(first, options),
    ...others.map((mirror) => openStore(mirror, options)),
  ];
  let update: ChannelUpdate;
  try {
    line.draw(`Updating from ${channel.mirrors.join(', ')}`, true);
    update = await updateFromChannel({
      stores,
      key: parseVerificationKey(channel.key, flags.key ?? 'the remembered key'),
      file: importedDatabase(data),
      memory: memoryOf(channel),
      now: terminal.now(),
    });
  } finally {
    line.clear();
    await Promise.all(stores.map((store) => store.close()));
  }
  rememberChannel(data, { ...channel, ...update.memory });
  writeTargets(
    targets,
    (format) => (format === 'json' ? formatJson(update) : formatUpdate(update)),
    terminal.stdout,
  );
  return 0;
}

/** A key given for the first time counts from then on; another key is another publisher, whose numbers begin anew. */
function chooseChannel(flags: ChannelFlags, remembered: RememberedChannel | null): RememberedChannel {
  const [first, ...others] = flags.from.map(absolutePlace);
  const mirrors = first === undefined ? remembered?.mirrors : ([first, ...others] as const);
  const key = flags.key === undefined ? remembered?.key : readKey(flags.key);
  if (mirrors === undefined) {
    const message = 'no channel to update from was ever named: name one with --from';
    throw new UpdateError('CHANNEL_NOT_FOUND', message);
  }
  if (key === undefined) {
    const message = `nothing says who may have written ${mirrors.join(', ')}`;
    throw new UpdateError('CHANNEL_KEY_MISSING', message, { subject: mirrors[0] });
  }
  const isSame = remembered !== null && keyOf(remembered.key) === keyOf(key);
  return {
    mirrors,
    key,
    sequence: isSame ? remembered.sequence : null,
    published: isSame ? remembered.published : null,
  };
}

function keyOf(pem: string): string {
  return keyIdentifier(parseVerificationKey(pem, 'the key'));
}

function memoryOf({ sequence, published }: RememberedChannel) {
  return sequence === null || published === null ? null : { sequence, published };
}

function formatUpdate({ store, outcome, deltas, fetchedBytes, content, failures }: ChannelUpdate): string {
  const how = {
    current: 'is up to date',
    deltas: `was updated by ${plural(deltas, 'delta')}, ${formatBytes(fetchedBytes)}`,
    base: `was fetched whole, ${formatBytes(fetchedBytes)}`,
  }[outcome];
  return [
    `The database ${how}, from ${escapeTerminal(store)}\n${content}\n`,
    ...failures.map((failure) => escapeTerminal(`not used: ${failure.store}: ${failure.reason}`) + '\n'),
  ].join('');
}

export type PublishFlags = ConnectionFlags & {
  readonly key: string;
  readonly db?: string;
  readonly validDays: number;
  readonly format: string;
};

/** Publishes a database to a registry or a folder. */
export async function publishDatabaseCommand(
  place: string,
  flags: PublishFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets([flags.format], ['terminal', 'json']);
  const key: KeyObject = parseSigningKey(readKey(flags.key), flags.key);
  const line = createStatusLine(terminal.stderr, { quiet: flags.quiet === true, now: terminal.now });
  const store = openWritableStore(place, storeOptions(flags, terminal, line));
  let publication: Publication;
  try {
    line.draw(`Publishing to ${place}`, true);
    const file = databaseFile(terminal, flags.db);
    const { validDays } = flags;
    publication = await publishDatabase({ store, key, file, now: terminal.now(), validDays });
  } finally {
    line.clear();
    await store.close();
  }
  writeTargets(
    targets,
    (format) =>
      format === 'json'
        ? formatJson({ key: keyIdentifier(key), ...publication })
        : formatPublication(place, publication, keyIdentifier(key)),
    terminal.stdout,
  );
  return 0;
}

function formatPublication(place: string, { channel, info, written }: Publication, key: string): string {
  const { sequence, expires, base, deltas } = channel;
  const files = written.map(({ kind, sizeBytes }) => `${kind} of ${formatBytes(sizeBytes)}`).join(', ');
  return [
    `${escapeTerminal(place)}: number ${sequence}, good until ${expires}, signed by ${key}\n`,
    `${info.digest}: base of ${formatBytes(base.sizeBytes)} and ${plural(deltas.length, 'delta')}\n`,
    `written: ${files === '' ? 'only the channel' : files}\n`,
  ].join('');
}

function storeOptions(flags: ConnectionFlags, terminal: Terminal, line: StatusLine): StoreOptions {
  const { environment, signal } = terminal;
  return {
    environment,
    signal,
    offline: flags.offline === true,
    registry: { plainHttp: flags.plainHttp, mirrors: flags.mirror },
    onRetry: (host, attempt, reason) => line.draw(`${host}: attempt ${attempt} failed: ${reason}`, true),
  };
}

/** @throws {UpdateError} CHANNEL_KEY_INVALID */
function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UpdateError('CHANNEL_KEY_INVALID', `cannot read the key ${file}: ${reason}`, {
      subject: file,
      cause,
    });
  }
}
