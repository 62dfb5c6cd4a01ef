import { basename } from 'node:path';
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

/** With more news than this, the archive comes first. */
const MOST_SINGLE = 2_000;
const MAX_NAME_BYTES = 10_000;

/** `"2021/cve-2021-47265.json","2024-11-08T18:28:22+00:00"`, newest first; a document may be listed twice. */
const LINE = /^"?((?:[\w.-]+\/)*[\w.:-]+\.json)"?,"?(\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)"?\s*$/;

/**
 * A folder of CSAF documents, each a unit whose version is its time in `changes.csv`. `deletions.csv` takes documents back,
 * `archive_latest.txt` names an archive of what there was on a day.
 */
export const fetchCsafDirectory: Fetcher = async function* (order) {
  const [base = ''] = order.upstream.addresses;
  const folder = base.endsWith('/') ? base : `${base}/`;
  const changes = await readList(`${folder}changes.csv`, order);
  if (changes === null || changes.size === 0) throw broken(`${folder}changes.csv`, 'is not there, or empty');
  const deleted = (await readList(`${folder}deletions.csv`, order)) ?? new Map<string, string>();
  // what was deleted and published again is there
  const isDeleted = (unit: string): boolean => {
    const [at, since] = [deleted.get(unit), changes.get(unit)];
    return at !== undefined && (since === undefined || Date.parse(since) <= Date.parse(at));
  };
  const listed = new Map([...changes].filter(([unit]) => !isDeleted(unit)));
  const known = await order.known();
  for (const unit of known.keys()) if (isDeleted(unit)) yield { kind: 'gone', unit };
  const missing = new Set(compareUnits(listed, known).changed);
  if (missing.size > MOST_SINGLE) yield* fetchArchive(folder, listed, missing, isDeleted, order);
  const records = [...missing].map((unit) => ({
    unit,
    version: listed.get(unit) ?? '',
    address: `${folder}${unit}`,
    path: unit,
  }));
  yield* fetchRecords(records, order);
  return null;
};

async function* fetchArchive(
  folder: string,
  listed: ReadonlyMap<string, string>,
  missing: Set<string>,
  isDeleted: (unit: string) => boolean,
  { web, folder: downloads, report }: FetchOrder,
): AsyncIterable<FetchEvent> {
  const pointer = `${folder}archive_latest.txt`;
  const named = await web.read({ address: pointer, limitBytes: MAX_NAME_BYTES });
  const name = named.kind === 'fetched' ? named.content.toString('utf8').trim() : '';
  const [, day] = /^[\w.-]*?(\d{4}-\d\d-\d\d)[\w.-]*$/.exec(name) ?? [];
  if (day === undefined) throw broken(pointer, 'names no archive with its date');
  const address = `${folder}${name}`;
  report(address);
  const file = downloadPlace(downloads, address);
  const answer = await web.download({ address, file, limitBytes: MAX_ARCHIVE_BYTES });
  if (answer.kind !== 'fetched') throw broken(address, 'is not there');
  for await (const found of feedFiles([answer.content])) {
    if (found.kind === 'problem') throw broken(address, `is damaged: ${found.reason}`);
    const unit = unitOf(found.file.path);
    if (unit === null || isDeleted(unit)) continue;
    const version = listed.get(unit) ?? '';
    // of the day of the archive itself nobody knows which it has
    if (Date.parse(version) >= Date.parse(day)) continue;
    missing.delete(unit);
    yield { kind: 'file', unit, version, file: found.file, mayBeOther: true };
  }
}

/** `2021/cve-2021-47265.json`, below whatever folder the archive has. */
function unitOf(path: string): string | null {
  const year = /(?:^|\/)(\d{4}\/)[^/]+\.json$/.exec(path)?.[1];
  return path.endsWith('.json') ? `${year ?? ''}${basename(path)}` : null;
}

/** The newest time of each document; null when there is no list. */
async function readList(address: string, { web, report }: FetchOrder): Promise<Map<string, string> | null> {
  report(address);
  const answer = await web.read({ address, limitBytes: MAX_LIST_BYTES });
  if (answer.kind !== 'fetched') return null;
  const listed = new Map<string, string>();
  for (const line of answer.content.toString('utf8').split('\n')) {
    if (line.trim() === '') continue;
    const [, name, time] = LINE.exec(line) ?? [];
    if (name === undefined || time === undefined || name.split('/').includes('..'))
      throw broken(address, `has the line ${line.slice(0, 100)}`);
    if (!listed.has(name)) listed.set(name, time);
  }
  return listed;
}

function broken(address: string, what: string): UpdateError {
  return new UpdateError('FEED_BROKEN', `${address} ${what}`, { subject: address });
}
