import { feedFiles } from '../../advisories/files/feed-files.ts';
import { UpdateError } from '../errors.ts';
import { fetchChanged, formatVersion, parseVersion } from './conditional-files.ts';
import { filesOfUnit, type Fetcher } from './fetch-event.ts';

const DAY_MS = 86_400_000;
/** Publishers miss a day now and then. */
const MOST_DAYS = 3;

/** One file a day, of which only the newest counts. Today's may not be there yet, and then yesterday's is the newest. */
export const fetchDailyFile: Fetcher = async function* (order) {
  const { upstream, known, now } = order;
  const [address = ''] = upstream.addresses;
  const ending = upstream.retrieval?.kind === 'daily-file' ? upstream.retrieval.ending : '';
  const [had] = await known();
  for (let daysAgo = 0; daysAgo < MOST_DAYS; daysAgo += 1) {
    const day = new Date(now.getTime() - daysAgo * DAY_MS).toISOString().slice(0, 10);
    const unit = `${address}${day}${ending}`;
    order.report(unit);
    const changed = await fetchChanged(unit, had?.[0] === unit ? parseVersion(had[1]) : null, order);
    if (changed === null) return null;
    if (changed === 'missing') continue;
    yield { kind: 'whole' };
    yield* filesOfUnit(unit, formatVersion(changed), feedFiles([changed.file]));
    return null;
  }
  const message = `${address} has had no file for ${MOST_DAYS} days`;
  throw new UpdateError('FEED_BROKEN', message, { subject: address });
};
