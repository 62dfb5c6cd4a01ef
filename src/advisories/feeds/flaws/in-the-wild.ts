import { recordDate } from '../../dates.ts';
import { asObject, type Feed, type FeedDocument, type FeedItem } from '../../feed.ts';

const SOURCE = 'in-the-wild';

/**
 * What inTheWild knows to have been exploited: `https://inthewild.io/api/exploited`, `[{id: "CVE-2021-30666",
 * earliestReport: "2021-05-04T00:00:00.000Z"}]`, gathered by a community (github.com/gmatuz/inthewilddb).
 */
export const inTheWild: Feed = {
  format: 'in-the-wild',

  recognises(document) {
    const first = asObject(entriesOf(document)[0]);
    return typeof first?.['id'] === 'string' && 'earliestReport' in first;
  },

  *read(document, now) {
    for (const [index, entry] of entriesOf(document).entries()) {
      yield readEntry(asObject(entry), `${document.path}: entry ${index}`, now);
    }
  },
};

function entriesOf(document: FeedDocument): readonly unknown[] {
  return document.kind === 'tree' && Array.isArray(document.value)
    ? (document.value as readonly unknown[])
    : [];
}

function readEntry(entry: Readonly<Record<string, unknown>> | null, record: string, now: Date): FeedItem {
  const [id, earliest] = [entry?.['id'], entry?.['earliestReport']];
  if (typeof id !== 'string') return { kind: 'rejected', record, reason: 'names no flaw' };
  if (!/^CVE-\d{4}-\d{4,19}$/.test(id)) return { kind: 'skipped', reason: 'an exploited flaw without a CVE' };
  const published = recordDate(typeof earliest === 'string' ? earliest : null, now);
  return {
    kind: 'flaw',
    flaw: {
      id,
      source: SOURCE,
      published,
      modified: published,
      rejected: null,
      severities: [],
      weaknesses: [],
      report: { exploitation: 'active', automatable: null, technicalImpact: null },
    },
  };
}
