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

/** Fetches records one by one, each a unit. One that fails, or is gone already, leaves the others alone. */
export async function* fetchRecords(
  records: readonly SingleRecord[],
  { web, report }: FetchOrder,
): AsyncIterable<FetchEvent> {
  let done = 0;
  yield* twoAtATime(records, async (record): Promise<FetchEvent> => {
    const { unit, version, address, path } = record;
    try {
      const answer = await web.read({ address, limitBytes: MAX_RECORD_BYTES });
      report(`${(done += 1)} of ${records.length} records`);
      if (answer.kind === 'fetched')
        return { kind: 'file', unit, version, file: { path, bytes: answer.content } };
      return { kind: 'failed', unit, reason: `${address} is listed, but not there` };
    } catch (error) {
      if (!(error instanceof HallmarkError) || isOurOwn(error)) throw error;
      return { kind: 'failed', unit, reason: error.message };
    }
  });
}
