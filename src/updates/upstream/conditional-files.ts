import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { feedFiles } from '../../advisories/files/feed-files.ts';
import { HallmarkError } from '../../model/errors.ts';
import { UpdateError } from '../errors.ts';
import {
  filesOfUnit,
  MAX_ARCHIVE_BYTES,
  type Fetcher,
  type FetchEvent,
  type FetchOrder,
} from './fetch-event.ts';
import type { Validators } from './web-request.ts';

/**
 * Files at fixed addresses, each a unit: fetched when the server says that it has changed, read when its bytes have.
 * A file that fails leaves the others alone.
 */
export const fetchFiles: Fetcher = async function* (order) {
  const { upstream, known } = order;
  const versions = await known();
  for (const address of upstream.addresses) yield* fetchOne(address, versions.get(address) ?? null, order);
  const wanted = new Set(upstream.addresses);
  for (const unit of versions.keys()) if (!wanted.has(unit)) yield { kind: 'gone', unit };
  return null;
};

async function* fetchOne(
  address: string,
  version: string | null,
  order: FetchOrder,
): AsyncIterable<FetchEvent> {
  const { upstream, report } = order;
  report(address);
  const had = version === null ? null : parseVersion(version);
  try {
    const fetched = await fetchChanged(address, had, order);
    if (fetched === null) return;
    if (fetched !== 'missing') {
      yield* filesOfUnit(address, formatVersion(fetched), feedFiles([fetched.file]));
      return;
    }
  } catch (error) {
    if (!(error instanceof HallmarkError) || isOurOwn(error)) throw error;
    yield { kind: 'failed', unit: address, reason: error.message };
    return;
  }
  const mayMiss = upstream.retrieval?.kind === 'files' && upstream.retrieval.optional === true;
  if (had === null && mayMiss) return;
  yield { kind: 'failed', unit: address, reason: `${address} is ${had === null ? 'not there' : 'gone'}` };
}

/** Not a server's fault: nothing else would work either. */
export function isOurOwn({ code }: HallmarkError): boolean {
  return code === 'FEEDS_NOT_WRITTEN' || code === 'DATABASE_NOT_WRITTEN' || code === 'OFFLINE';
}

interface FileVersion {
  readonly validators: Validators;
  /** SHA-256 of the bytes. */
  readonly digest: string;
}

interface ChangedFile extends FileVersion {
  readonly file: string;
}

/** Null when the file is the one at hand. */
export async function fetchChanged(
  address: string,
  had: FileVersion | null,
  { web, folder }: Pick<FetchOrder, 'web' | 'folder'>,
): Promise<ChangedFile | 'missing' | null> {
  const answer = await web.download({
    address,
    file: downloadPlace(folder, address),
    limitBytes: MAX_ARCHIVE_BYTES,
    ...(had === null ? {} : { known: had.validators }),
  });
  if (answer.kind === 'missing') return 'missing';
  if (answer.kind === 'unchanged') {
    if (had !== null) return null;
    throw new UpdateError('FEED_BROKEN', `${address} is said to be unchanged, but nothing of it is there`, {
      subject: address,
    });
  }
  const digest = await digestOf(answer.content);
  return digest === had?.digest ? null : { file: answer.content, validators: answer.validators, digest };
}

/** Its own folder for each address; the name stays, since some readers go by it. */
export function downloadPlace(folder: string, address: string): string {
  const own = createHash('sha256').update(address).digest('hex').slice(0, 16);
  const name = basename(new URL(address).pathname).replace(/[^A-Za-z0-9._-]+/g, '_');
  return join(folder, own, name === '' ? 'index' : name);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Tags and dates of HTTP have no line feeds. */
export function formatVersion({ validators: { etag, lastModified }, digest }: FileVersion): string {
  return [digest, etag ?? '', lastModified ?? ''].join('\n');
}

export function parseVersion(version: string): FileVersion {
  const [digest = '', etag = '', lastModified = ''] = version.split('\n');
  return { digest, validators: { etag: etag || null, lastModified: lastModified || null } };
}
