import { z } from 'zod';
import { asObject } from '../../advisories/feed.ts';
import { UpdateError } from '../errors.ts';
import { MAX_LIST_BYTES, type Fetcher, type FetchOrder } from './fetch-event.ts';

/** https://nvd.nist.gov/developers/vulnerabilities: the most that a page and a window of time may have. */
const PAGE_RECORDS = 2_000;
const WINDOW_MS = 119 * 86_400_000;
/** Changes that were not there yet when the last window ended, although dated before its end. */
const OVERLAP_MS = 3_600_000;

/** https://nvd.nist.gov/developers/start-here: 5 requests in 30 seconds, with a key 50. */
const INTERVAL_MS = 6_500;
const INTERVAL_WITH_KEY_MS = 650;
const KEY_VARIABLE = 'NVD_API_KEY';

const Page = z.object({
  totalResults: z.int().nonnegative(),
  vulnerabilities: z.array(z.unknown()).max(PAGE_RECORDS),
});

/** `before`: the first fetch, which goes through everything, has come to this record. */
const Mark = z
  .object({ until: z.iso.datetime(), startIndex: z.int().nonnegative().nullable() })
  .nullable()
  .catch(null);

/**
 * Every record is a unit. The first time all pages are fetched, from where an earlier attempt stopped; from then on what
 * was modified since, in windows. Nothing is ever deleted: records are rejected instead.
 */
export const fetchNvd: Fetcher = async function* (order) {
  const mark = Mark.parse(order.mark);
  if (mark === null || mark.startIndex !== null) {
    // what changes meanwhile is after this time
    const until = mark?.until ?? order.now.toISOString();
    let startIndex = mark?.startIndex ?? 0;
    for (let total = Infinity; startIndex < total; startIndex += PAGE_RECORDS) {
      const page = await fetchPage({ startIndex: String(startIndex) }, order);
      total = page.totalResults;
      yield* page.records;
      yield { kind: 'checkpoint', mark: { until, startIndex: startIndex + PAGE_RECORDS } };
    }
    return { until, startIndex: null };
  }
  let from = Date.parse(mark.until) - OVERLAP_MS;
  while (from < order.now.getTime()) {
    const to = Math.min(from + WINDOW_MS, order.now.getTime());
    const window = {
      lastModStartDate: new Date(from).toISOString(),
      lastModEndDate: new Date(to).toISOString(),
    };
    let startIndex = 0;
    for (let total = 1; startIndex < total; startIndex += PAGE_RECORDS) {
      const page = await fetchPage({ ...window, startIndex: String(startIndex) }, order);
      total = page.totalResults;
      yield* page.records;
    }
    yield { kind: 'checkpoint', mark: { until: new Date(to).toISOString(), startIndex: null } };
    from = to;
  }
  return { until: order.now.toISOString(), startIndex: null };
};

async function fetchPage(query: Readonly<Record<string, string>>, order: FetchOrder) {
  const url = new URL(order.upstream.addresses[0] ?? '');
  for (const [name, value] of Object.entries({ resultsPerPage: String(PAGE_RECORDS), ...query }))
    url.searchParams.set(name, value);
  const key = order.environment[KEY_VARIABLE] ?? '';
  order.report(`from record ${query['startIndex']}`);
  const answer = await order.web.read({
    address: url.href,
    limitBytes: MAX_LIST_BYTES,
    ...(key === ''
      ? { intervalMs: INTERVAL_MS }
      : { intervalMs: INTERVAL_WITH_KEY_MS, headers: { apiKey: key } }),
  });
  const page = Page.safeParse(answer.kind === 'fetched' ? parseJson(answer.content) : null);
  if (!page.success) {
    const message = `${url.origin}${url.pathname} did not answer with a page of records`;
    throw new UpdateError('FEED_BROKEN', message, { subject: url.host });
  }
  const { totalResults, vulnerabilities } = page.data;
  return { totalResults, records: vulnerabilities.flatMap(toEvent) };
}

function toEvent(value: unknown) {
  const cve = asObject(asObject(value)?.['cve']);
  const [id, version] = [cve?.['id'], cve?.['lastModified']];
  if (typeof id !== 'string' || typeof version !== 'string') return [];
  const bytes = Buffer.from(JSON.stringify(value));
  return [{ kind: 'file', unit: id, version, file: { path: `${id}.json`, bytes } } as const];
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
