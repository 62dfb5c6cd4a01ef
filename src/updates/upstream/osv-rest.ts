import { z } from 'zod';
import { UpdateError } from '../errors.ts';
import { compareUnits } from './compare-units.ts';
import { MAX_LIST_BYTES, type Fetcher } from './fetch-event.ts';
import { fetchRecords } from './single-records.ts';
import { NO_VALIDATORS } from './web-request.ts';

const Identifier = z.string().regex(/^[A-Za-z0-9][\w.:+~-]{0,199}$/);
const List = z.array(z.object({ id: Identifier, modified: z.string().max(100) })).min(1);
const Mark = z
  .object({ etag: z.string().nullable(), lastModified: z.string().nullable() })
  .catch(NO_VALIDATORS);

/** OSV's convention for publishers: a record is fetched when its `modified` in `all.json` is another than before. */
export const fetchOsvRest: Fetcher = async function* (order) {
  const [base = ''] = order.upstream.addresses;
  const address = `${base}/all.json`;
  order.report(address);
  const answer = await order.web.read({ address, known: Mark.parse(order.mark), limitBytes: MAX_LIST_BYTES });
  if (answer.kind === 'unchanged') return order.mark;
  if (answer.kind === 'missing') throw broken(address, 'is not there');
  const listed = new Map(parseList(answer.content, address).map(({ id, modified }) => [id, modified]));
  const { changed, gone } = compareUnits(listed, await order.known());
  for (const unit of gone) yield { kind: 'gone', unit };
  const records = changed.map((unit) => ({
    unit,
    version: listed.get(unit) ?? '',
    address: `${base}/${encodeURIComponent(unit)}.json`,
    path: `${unit}.json`,
  }));
  yield* fetchRecords(records, order);
  return answer.validators;
};

function parseList(bytes: Buffer, address: string): z.infer<typeof List> {
  try {
    return List.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw broken(address, 'is no list of records');
  }
}

function broken(address: string, what: string): UpdateError {
  return new UpdateError('FEED_BROKEN', `${address} ${what}`, { subject: address });
}
