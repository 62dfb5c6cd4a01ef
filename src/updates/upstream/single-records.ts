import { HallmarkError } from '../../model/errors.ts';
import { isOurOwn } from './conditional-files.ts';
import { twoAtATime } from './compare-units.ts';
import { MAX_RECORD_BYTES, type FetchEvent, type FetchOrder } from './fetch-event.ts';

export interface SingleRecord {
  readonly unit: string;
  readonly version: string;
  readonly address: string;
  /** What the file is called, for people and for readers that go by it. */
  readonly path: string;
}

/** After so many nobody is asked for the others: the server is not well. */
const MOST_FAILURES = 20;

/** Fetches records one by one, each a unit. One that fails, or is gone already, leaves the others alone. */
export async function* fetchRecords(
  records: readonly SingleRecord[],
  { web, report }: FetchOrder,
): AsyncIterable<FetchEvent> {
  let [done, failures] = [0, 0];
  const fail = (unit: string, reason: string): FetchEvent => {
    failures += 1;
    return { kind: 'failed', unit, reason };
  };
  yield* twoAtATime(records, async (record): Promise<FetchEvent> => {
    const { unit, version, address, path } = record;
    if (failures >= MOST_FAILURES)
      return fail(unit, `${address} was not asked for after ${MOST_FAILURES} failures`);
    try {
      const answer = await web.read({ address, limitBytes: MAX_RECORD_BYTES });
      report(`${(done += 1)} of ${records.length} records`);
      if (answer.kind === 'fetched')
        return { kind: 'file', unit, version, file: { path, bytes: answer.content } };
      return fail(unit, `${address} is listed, but not there`);
    } catch (error) {
      if (!(error instanceof HallmarkError) || isOurOwn(error)) throw error;
      return fail(unit, error.message);
    }
  });
}
