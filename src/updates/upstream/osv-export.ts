import { basename } from 'node:path';
import { z } from 'zod';
import { feedFiles } from '../../advisories/files/feed-files.ts';
import { UpdateError } from '../errors.ts';
import { compareUnits } from './compare-units.ts';
import { downloadPlace } from './conditional-files.ts';
import {
  MAX_ARCHIVE_BYTES,
  MAX_LIST_BYTES,
  type Fetcher,
  type FetchEvent,
  type FetchOrder,
} from './fetch-event.ts';
import { fetchRecords } from './single-records.ts';
import { NO_VALIDATORS } from './web-request.ts';

/** With more news than this, one archive is quicker and kinder than as many requests. */
const MOST_SINGLE = 1_000;

/** A new kind of identifier must not stop all the others. */
const MOST_ODD_LINES = 20;

const Mark = z
  .record(z.string(), z.object({ etag: z.string().nullable(), lastModified: z.string().nullable() }))
  .catch({});

/**
 * Folders of OSV's export. `modified_id.csv` lists every record with the time of its last change, which is its version: so
 * dates in the future, which records do have, hide nothing, and records that are no longer listed are dropped.
 */
export const fetchOsvExport: Fetcher = async function* (order) {
  const { upstream, web, mark } = order;
  const lists = Mark.parse(mark);
  const marks: z.infer<typeof Mark> = {};
  for (const folder of upstream.addresses) {
    const address = `${folder}/modified_id.csv`;
    order.report(address);
    const known = lists[folder] ?? NO_VALIDATORS;
    const answer = await web.read({ address, known, limitBytes: MAX_LIST_BYTES });
    if (answer.kind === 'missing') throw broken(address, 'is not there');
    marks[folder] = answer.kind === 'fetched' ? answer.validators : known;
    if (answer.kind === 'fetched') yield* fetchFolder(folder, parseList(answer.content, address), order);
  }
  const names = new Set(upstream.addresses.map(nameOf));
  for (const unit of (await order.known()).keys())
    if (!names.has(unit.split('/', 1)[0] ?? '')) yield { kind: 'gone', unit };
  return marks;
};

async function* fetchFolder(
  folder: string,
  { listed, odd }: List,
  order: FetchOrder,
): AsyncIterable<FetchEvent> {
  for (const line of odd)
    yield { kind: 'failed', unit: line, reason: `${folder}/modified_id.csv has the line ${line}` };
  const name = nameOf(folder);
  const units = new Map([...listed].map(([id, time]) => [`${name}/${id}`, time]));
  const own = new Map([...(await order.known())].filter(([unit]) => unit.startsWith(`${name}/`)));
  const { changed, gone } = compareUnits(units, own);
  for (const unit of gone) yield { kind: 'gone', unit };
  const missing = new Set(changed);
  if (changed.length > MOST_SINGLE) yield* fetchArchive(folder, units, missing, order);
  // what the archive does not have yet, unless it is another list's altogether
  if (missing.size > MOST_SINGLE) {
    const message = `${folder}/all.zip lacks ${missing.size} of the ${listed.size} records that are listed`;
    throw new UpdateError('FEED_BROKEN', message, { subject: folder });
  }
  const records = [...missing].map((unit) => ({
    unit,
    version: units.get(unit) ?? '',
    address: `${folder}/${encodeURIComponent(unit.slice(name.length + 1))}.json`,
    path: `${unit}.json`,
  }));
  yield* fetchRecords(records, order);
}

/** Takes the records that have changed out of the archive; those that it has as they are listed are no longer missing. */
async function* fetchArchive(
  folder: string,
  units: ReadonlyMap<string, string>,
  missing: Set<string>,
  { web, folder: downloads, report }: FetchOrder,
): AsyncIterable<FetchEvent> {
  const address = `${folder}/all.zip`;
  report(address);
  const file = downloadPlace(downloads, address);
  const answer = await web.download({ address, file, limitBytes: MAX_ARCHIVE_BYTES });
  if (answer.kind !== 'fetched') throw broken(address, 'is not there');
  for await (const found of feedFiles([answer.content])) {
    if (found.kind === 'problem') throw broken(address, `is damaged: ${found.reason}`);
    const unit = `${nameOf(folder)}/${basename(found.file.path, '.json')}`;
    if (!missing.has(unit) || !isAsNew(found.file.bytes, units.get(unit) ?? '')) continue;
    missing.delete(unit);
    yield { kind: 'file', unit, version: units.get(unit) ?? '', file: found.file };
  }
}

/** `Rocky Linux` of the address that ends in `Rocky%20Linux`. */
function nameOf(folder: string): string {
  return decodeURIComponent(basename(folder));
}

/** Whether a record of the archive is no older than the list has it. */
function isAsNew(record: Uint8Array, listed: string): boolean {
  const text = Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString('utf8');
  const modified = /"modified"\s*:\s*"([^"]{10,40})"/.exec(text)?.[1];
  // the list has fewer digits of the second
  return modified === undefined || !(Date.parse(modified) < Math.floor(Date.parse(listed) / 1000) * 1000);
}

interface List {
  /** Times by identifier. */
  readonly listed: ReadonlyMap<string, string>;
  /** Lines that could not be read. */
  readonly odd: readonly string[];
}

/** `<time>,<id>` a line. With more than a few odd lines it is something else. */
function parseList(bytes: Buffer, address: string): List {
  const listed = new Map<string, string>();
  const odd: string[] = [];
  for (const line of bytes.toString('utf8').split('\n')) {
    if (line.trim() === '') continue;
    const [, time, id] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z),([A-Za-z0-9][\w.:+~-]{0,199})\s*$/.exec(line) ?? [];
    if (time !== undefined && id !== undefined) listed.set(id, time);
    else if (odd.push(line.slice(0, 100)) > MOST_ODD_LINES) throw broken(address, `has the line ${odd[0]}`);
  }
  if (listed.size === 0) throw broken(address, 'lists nothing');
  return { listed, odd };
}

function broken(address: string, what: string): UpdateError {
  return new UpdateError('FEED_BROKEN', `${address} ${what}`, { subject: address });
}
