import { before } from '../../../../versions/interval-set.ts';
import {
  NOTHING_STATED,
  type AffectedPackage,
  type SeverityStatement,
  type SourceStatus,
} from '../../../advisory.ts';
import { recordDate } from '../../../dates.ts';
import { isIdentifier, isPlainText, type Feed, type FeedItem } from '../../../feed.ts';
import { cvssStatement, severityWord } from '../../../severity-statements.ts';
import { ubuntuPocket, type UbuntuPocket } from '../../../vocabulary/ubuntu.ts';
import { advisoryItem } from '../../advisory-item.ts';

const SOURCE = 'ubuntu-tracker';

/** The Linux kernel's flaws, with all its flavours and releases, have some two thousand lines. */
const MAX_ENTRIES = 20_000;

/**
 * Files of the Ubuntu CVE tracker (`git.launchpad.net/ubuntu-cve-tracker`, folders `active`, `retired`, `ignored`), one a
 * CVE: fields at the beginning of a line, and for each source package and release a line `xenial_linux: released
 * (4.4.0-2.16)`. Its README, "Status", says what the words mean.
 */
export const ubuntuTracker: Feed = {
  format: 'ubuntu-tracker',

  recognises(document) {
    if (document.kind !== 'text') return false;
    const beginning = document.text.slice(0, 4_000);
    return /^Candidate:/m.test(beginning) && /^PublicDate:/m.test(beginning);
  },

  *read(document, now) {
    if (document.kind === 'text') yield* readFlaw(document.text, document.path, now);
  },
};

interface Fields {
  candidate: string;
  published: string;
  priority: string;
  readonly vectors: SeverityStatement[];
  readonly packagePriorities: Map<string, string>;
  readonly lines: StatusLine[];
}

interface StatusLine {
  readonly pocket: UbuntuPocket;
  readonly name: string;
  readonly status: string;
}

function* readFlaw(text: string, path: string, now: Date): Iterable<FeedItem> {
  const fields = readFields(text);
  const id = fields.candidate;
  if (id === '') {
    yield { kind: 'skipped', reason: 'a template of the Ubuntu CVE tracker' };
    return;
  }
  if (!isIdentifier(id) || fields.lines.length > MAX_ENTRIES) {
    const reason = isIdentifier(id) ? `more than ${MAX_ENTRIES} statuses` : 'names no flaw';
    yield { kind: 'rejected', record: path, reason };
    return;
  }
  const affected: AffectedPackage[] = [];
  for (const { pocket, name, status } of fields.lines) {
    const facts = statusOf(status);
    if (facts === 'absent') continue;
    if (facts === null || !isPlainText(name)) {
      const reason = `${JSON.stringify(`${name}: ${status}`.slice(0, 200))} is no status of the tracker`;
      yield { kind: 'rejected', record: `${path}: ${id}`, reason };
      continue;
    }
    const priority = severityWord(fields.packagePriorities.get(name) ?? '');
    affected.push({
      ...NOTHING_STATED,
      ...facts,
      ecosystem: pocket.ecosystem,
      name,
      naming: 'source',
      scheme: 'deb',
      severities: priority === null ? [] : [priority],
      channel: pocket.channel,
    });
  }
  if (affected.length === 0) {
    yield { kind: 'skipped', reason: 'a flaw in no package of a release of Ubuntu' };
    return;
  }
  const priority = severityWord(fields.priority);
  yield advisoryItem({
    id,
    source: SOURCE,
    published: trackerDate(fields.published, now),
    severities: [...(priority === null ? [] : [priority]), ...fields.vectors],
    affected,
  });
}

function readFields(text: string): Fields {
  const fields: Fields = {
    candidate: '',
    published: '',
    priority: '',
    vectors: [],
    packagePriorities: new Map(),
    lines: [],
  };
  let field = '';
  for (const line of text.split('\n')) {
    // what begins with a space goes on with the field before
    if (line.startsWith(' ')) {
      const vector = field === 'CVSS' ? cvssStatement(line.trim().split(/\s+/, 2)[1] ?? '') : null;
      if (vector !== null) fields.vectors.push(vector);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 0 || line.startsWith('#')) continue;
    field = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    const underscore = field.indexOf('_');
    if (underscore >= 0) addOfPackage(fields, field.slice(0, underscore), field.slice(underscore + 1), value);
    else if (field === 'Candidate') fields.candidate = value;
    else if (field === 'PublicDate') fields.published = value;
    else if (field === 'Priority') fields.priority = value;
  }
  return fields;
}

/** `Priority_php5: low`, `xenial_php5: needed`; also `Patches_`, `Tags_`, and releases that are not Ubuntu's. */
function addOfPackage(fields: Fields, label: string, name: string, value: string): void {
  if (label === 'Priority') {
    fields.packagePriorities.set(name, value);
    return;
  }
  const pocket = ubuntuPocket(label);
  if (pocket !== null) fields.lines.push({ pocket, name, status: value });
}

type StatusFacts = Pick<AffectedPackage, 'status' | 'statusWord' | 'intervals'>;

const OPEN_STATUSES: ReadonlyMap<string, SourceStatus> = new Map<string, SourceStatus>([
  ['deferred', 'deferred'],
  ['ignored', 'will_not_fix'],
  ['in-progress', 'affected'],
  ['needed', 'affected'],
  ['needs-triage', 'under_investigation'],
  ['pending', 'affected'],
]);

/** `released (1:2.3-4ubuntu5.6)`; older files have brackets. */
const STATUS = /^([A-Za-z-]+)\s*(?:[([]+\s*(.*?)\s*[)\]]*)?$/;

/**
 * What a status says, `absent` where the release does not have the package, null for none that is known. Once support
 * of a release has ended, its remarks say so and nothing else counts: "ignored (end of standard support, was needed)".
 * A fix that is pending cannot be had yet.
 */
function statusOf(text: string): StatusFacts | 'absent' | null {
  const [, word = '', remark = ''] = STATUS.exec(text) ?? [];
  if (word === 'DNE') return 'absent';
  if (word === 'not-affected') return { status: 'not_affected', statusWord: null, intervals: [] };
  if (word === 'released') {
    return /^\d[\w.+:~-]*$/.test(remark)
      ? {
          status: 'affected',
          statusWord: null,
          intervals: [before(remark)],
        }
      : { status: 'under_investigation', statusWord: word, intervals: [] };
  }
  const open = OPEN_STATUSES.get(word);
  if (open === undefined) return null;
  const status = hasEndedSupport(remark) ? 'end_of_life' : open;
  return { status, statusWord: word === 'needed' ? null : word, intervals: [] };
}

function hasEndedSupport(remark: string): boolean {
  return /\bend[ -]of[ -](?:life|(?:\w+ )?support)\b|\bout of (?:standard )?support\b/i.test(remark);
}

/** `2016-02-08 03:59:00 UTC`, which is no RFC 3339; `unknown`. */
function trackerDate(text: string, now: Date): string | null {
  const [, day, time = '00:00:00'] = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?/.exec(text) ?? [];
  return day === undefined ? null : recordDate(`${day}T${time}Z`, now);
}
