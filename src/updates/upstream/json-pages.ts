import { createHash } from 'node:crypto';
import { asObject } from '../../advisories/feed.ts';
import { UpdateError } from '../errors.ts';
import { MAX_LIST_BYTES, type Fetcher, type FetchOrder } from './fetch-event.ts';
import type { PageShape } from './upstream.ts';

/** More pages than any list of 2026 has by far; a list that leads back to itself ends here. */
const MOST_PAGES = 5_000;

/** A list in pages, each record of which is a unit; its version is what it says. */
export const fetchJsonPages: Fetcher = async function* (order) {
  const shape = order.upstream.retrieval?.kind === 'json-pages' ? order.upstream.retrieval.pages : null;
  if (shape === null) return null;
  const known = await order.known();
  const seen = new Set<string>();
  for (const address of order.upstream.addresses) {
    for await (const { name, record } of recordsAt(address, shape, order)) {
      const bytes = Buffer.from(JSON.stringify(record));
      const version = createHash('sha256').update(bytes).digest('hex');
      seen.add(name);
      if (known.get(name) === version) continue;
      yield { kind: 'file', unit: name, version, file: { path: `${name}.json`, bytes } };
    }
  }
  for (const unit of known.keys()) if (!seen.has(unit)) yield { kind: 'gone', unit };
  return null;
};

async function* recordsAt(
  start: string,
  shape: PageShape,
  { web, report }: FetchOrder,
): AsyncIterable<{ readonly name: string; readonly record: unknown }> {
  let address: string | null = start;
  for (let page = 1; address !== null; page += 1) {
    if (page > MOST_PAGES) throw broken(start, `has more than ${MOST_PAGES} pages`);
    report(address);
    const answer = await web.read({ address, limitBytes: MAX_LIST_BYTES });
    const document = answer.kind === 'fetched' ? parseObject(answer.content) : null;
    const records: unknown = document?.[shape.records];
    if (document === null || !Array.isArray(records)) throw broken(address, 'is no page of records');
    for (const record of records as readonly unknown[]) {
      const name = asObject(record)?.[shape.name];
      if (typeof name !== 'string' || name.length > 200) throw broken(address, 'has a record without a name');
      yield { name, record };
    }
    address = nextPage(address, start, page, document, shape);
  }
}

function nextPage(
  address: string,
  start: string,
  page: number,
  document: Readonly<Record<string, unknown>>,
  { next }: PageShape,
): string | null {
  if (next === 'link') {
    const link = asObject(document['links'])?.['next'];
    if (typeof link !== 'string' || link === '') return null;
    const url = URL.parse(link, address);
    // a page must not lead to another server
    if (url === null || url.origin !== new URL(start).origin) throw broken(address, 'leads elsewhere');
    return url.href;
  }
  const pages = Number(document['pages']);
  if (!(page < pages)) return null;
  const url = new URL(start);
  url.searchParams.set('page', String(page + 1));
  return url.href;
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    return asObject(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}

function broken(address: string, what: string): UpdateError {
  return new UpdateError('FEED_BROKEN', `${address} ${what}`, { subject: address });
}
