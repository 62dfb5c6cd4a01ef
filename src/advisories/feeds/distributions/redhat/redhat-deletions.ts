import { recordDate } from '../../../dates.ts';
import { asObject, type Feed, type FeedItem } from '../../../feed.ts';
import { advisoryItem } from '../../advisory-item.ts';

/**
 * What Red Hat took back since the archives of its CSAF documents were made: `deletions.csv` beside them, with a line
 * `"2024/rhsa-2024_0010.json","2025-02-18T14:28:08+00:00"` for each, and documents of which nothing is left but
 * `{"document": {"tracking": {"id": "CVE-2023-0118", "status": "deleted"}}}`. A record is withdrawn from that day on:
 * one that is published again afterwards counts.
 */
export const redHatDeletions: Feed = {
  format: 'redhat-deletions',

  recognises(document) {
    if (document.kind === 'text') return document.path.endsWith('deletions.csv') && LINE.test(document.text);
    return document.kind === 'tree' && deletedTracking(document.value) !== null;
  },

  *read(document, now) {
    const { path } = document;
    if (document.kind === 'text') {
      for (const line of document.text.split('\n')) {
        if (line.trim() === '') continue;
        const [, name = '', date] = LINE.exec(line) ?? [];
        yield withdrawal(
          name.toUpperCase().replace('_', ':'),
          date,
          `${path}: ${JSON.stringify(line.slice(0, 100))}`,
          now,
        );
      }
    } else if (document.kind === 'tree') {
      const { id, current_release_date: date } = deletedTracking(document.value) ?? {};
      yield withdrawal(id, date, path, now);
    }
  },
};

const LINE = /^"(?:\d{4}\/)?([a-z]{3,4}-\d{4}[-_]\d{1,10})\.json","([^"]{10,64})"\r?$/m;

function deletedTracking(value: unknown): Readonly<Record<string, unknown>> | null {
  const document = asObject(asObject(value)?.['document']);
  const tracking = asObject(document?.['tracking']);
  return tracking?.['status'] === 'deleted' && document?.['publisher'] === undefined ? tracking : null;
}

function withdrawal(id: unknown, date: unknown, record: string, now: Date): FeedItem {
  if (typeof id !== 'string' || !/^(?:CVE-\d{4}-\d{4,10}|RH[SBE]A-\d{4}:\d{1,10})$/.test(id))
    return { kind: 'rejected', record, reason: 'a deletion of what is no record of Red Hat' };
  const withdrawn = recordDate(typeof date === 'string' ? date : null, now);
  // without a day nothing tells whether it came before or after the record
  if (withdrawn === null) return { kind: 'skipped', reason: 'a deletion without a day' };
  return advisoryItem({
    id,
    source: id.startsWith('CVE-') ? 'redhat-vex' : 'redhat',
    modified: withdrawn,
    withdrawn,
    affected: [],
  });
}
