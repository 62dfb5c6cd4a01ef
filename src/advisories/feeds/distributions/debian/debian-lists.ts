import { before } from '../../../../versions/interval-set.ts';
import { NOTHING_STATED, type AffectedPackage, type SourceStatus } from '../../../advisory.ts';
import { debianEcosystem } from '../../../vocabulary/debian.ts';
import { recordDate } from '../../../dates.ts';
import { asObject, isPlainText, type Feed, type FeedDocument, type FeedItem } from '../../../feed.ts';
import { severityWord } from '../../../severity-statements.ts';
import { advisoryItem } from '../../advisory-item.ts';
import { recordsOfList, type ListRecord, type PackageNote } from './debian-list-records.ts';

const SOURCE = 'debian-lists';

/** The largest advisories are of the kernel, with some hundred flaws. */
const MAX_LINES = 10_000;

/**
 * The lists that Debian's security tracker is made from (`data/DSA/list`, `data/DLA/list`, `data/DTSA/list`,
 * `data/CVE/list` of salsa.debian.org/security-tracker-team/security-tracker), and single records of them as JSON in the
 * form of aquasecurity/vuln-list-debian. An advisory states the version that has the fixes for each release. Of the list
 * of flaws what is said of unstable and outright of a release is kept: what a release inherits from unstable the
 * tracker works out, and publishes in its JSON (`debian-tracker`).
 */
export const debianLists: Feed = {
  format: 'debian-lists',

  recognises(document) {
    if (document.kind === 'tree') return linesOfTree(document.value) !== null;
    if (document.kind !== 'text') return false;
    const beginning = document.text.slice(0, 8_000);
    // next-point-update.txt names flaws without a description: its fixes are not out yet
    const isFlaws = /^CVE-\d{4}-/.test(beginning) && /^CVE-\d{4}-\w+ \(/m.test(beginning);
    return isFlaws || /^\[[^\]\n]{8,30}\] D[SLT]{1,2}A-\d/.test(beginning);
  },

  *read(document, now) {
    for (const record of recordsOfList(linesOf(document))) yield* readRecord(record, document.path, now);
  },
};

function linesOf(document: FeedDocument): readonly string[] {
  if (document.kind === 'tree') return linesOfTree(document.value) ?? [];
  return document.text.split('\n');
}

/** `{"Header": {"Original": "…"}, "Annotations": [{"Original": "…"}]}`: the lines of one record. */
function linesOfTree(value: unknown): readonly string[] | null {
  const record = asObject(value);
  const header = asObject(record?.['Header'])?.['Original'];
  if (typeof header !== 'string') return null;
  const notes = Array.isArray(record?.['Annotations']) ? (record['Annotations'] as readonly unknown[]) : [];
  const lines = notes.map((note) => asObject(note)?.['Original']).filter((line) => typeof line === 'string');
  return [header, ...lines.map((line) => `\t${line}`)];
}

function* readRecord(record: ListRecord, path: string, now: Date): Iterable<FeedItem> {
  const { id, title, notes } = record;
  if (record.names.length > MAX_LINES || notes.length > MAX_LINES) {
    yield { kind: 'rejected', record: `${path}: ${id}`, reason: `more than ${MAX_LINES} flaws or packages` };
    return;
  }
  const covers = id.startsWith('CVE-') ? [] : record.names.filter((name) => name.startsWith('CVE-'));
  if (!id.startsWith('CVE-') && covers.length === 0 && isMaintenance(title)) {
    yield { kind: 'skipped', reason: 'an erratum that fixes no security flaw' };
    return;
  }
  if (/^CVE-\d{4}-X+$/.test(id)) {
    yield { kind: 'skipped', reason: 'a flaw of the Debian tracker that has no identifier yet' };
    return;
  }
  const affected: AffectedPackage[] = [];
  for (const note of notes) {
    const entry = toAffected(note);
    if (entry === 'unreadable') {
      const reason = `not a statement about a package: ${JSON.stringify(note.text.slice(0, 100))}`;
      yield { kind: 'rejected', record: `${path}: ${id}`, reason };
    } else if (entry !== null) affected.push(entry);
  }
  if (affected.length === 0) {
    yield { kind: 'skipped', reason: 'a record of the Debian tracker about no package of a known release' };
    return;
  }
  const published = recordDate(record.date, now);
  yield advisoryItem({
    id,
    source: SOURCE,
    covers: [...new Set(covers)],
    published,
    modified: published,
    affected,
  });
}

/** Advisories without a flaw mend an earlier one, or bring a new version, time zones, the end of support. */
function isMaintenance(title: string): boolean {
  return /\b(?:regression|bug ?fix|new (?:package|upstream|version)|time ?zone|version number|end[- ]of[- ](?:life|support))\b|^update$/i.test(
    title,
  );
}

const STATUSES: ReadonlyMap<string, SourceStatus> = new Map<string, SourceStatus>([
  ['end-of-life', 'end_of_life'],
  ['ignored', 'will_not_fix'],
  ['no-dsa', 'deferred'],
  ['not-affected', 'not_affected'],
  ['postponed', 'deferred'],
  ['removed', 'affected'],
  ['undetermined', 'under_investigation'],
  ['unfixed', 'affected'],
]);

/** Null for a release that is not known, and for software that nobody has packaged yet (`<itp>`). */
function toAffected({
  release,
  name,
  fixed,
  word,
  remarks,
}: PackageNote): AffectedPackage | 'unreadable' | null {
  const ecosystem = debianEcosystem(release ?? 'sid');
  if (ecosystem === null || word === 'itp') return null;
  const open = word === null ? 'affected' : STATUSES.get(word);
  if (open === undefined || !isPlainText(name) || (fixed !== null && !isPlainText(fixed)))
    return 'unreadable';
  // "(bug #989288; unimportant)"
  const unimportant = open === 'affected' && remarks.includes('unimportant');
  const severity = remarks.map(severityWord).find((statement) => statement !== null);
  return {
    ...NOTHING_STATED,
    ecosystem,
    name,
    naming: 'source',
    scheme: 'deb',
    status: unimportant ? 'unimportant' : open,
    statusWord: unimportant ? 'unimportant' : word === 'unfixed' || word === 'not-affected' ? null : word,
    intervals: fixed === null ? [] : [before(fixed)],
    severities: severity === undefined || unimportant ? [] : [severity],
  };
}
