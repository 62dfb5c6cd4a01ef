import { writtenDay } from '../../../dates.ts';

/** What a line of a record says of a package: `[buster] - openssl <not-affected> (Vulnerable code introduced later)`. */
export interface PackageNote {
  /** Codename; null for unstable. */
  readonly release: string | null;
  readonly name: string;
  /** The version that has the fix; null where the line has a word instead. */
  readonly fixed: string | null;
  /** `unfixed`, `not-affected`, `no-dsa`. */
  readonly word: string | null;
  /** What stands behind in parentheses, taken apart: `bug #989288`, `unimportant`. */
  readonly remarks: readonly string[];
  /** The line, for people. */
  readonly text: string;
}

/** A record of one of the lists: a header line, and indented lines about it. */
export interface ListRecord {
  /** `DSA-5380-1`, `CVE-2021-3450`. */
  readonly id: string;
  /** RFC 3339 full-date; null in the list of flaws. */
  readonly date: string | null;
  /** Of an advisory, behind the package's name: `security update`. */
  readonly title: string;
  /** What stands in braces: an advisory's flaws, a flaw's advisories. */
  readonly names: readonly string[];
  readonly notes: readonly PackageNote[];
}

/** `[29 Mar 2023] DSA-5380-1 xorg-server - security update`, and `[August 26th, 2005] DTSA-1-1 kismet - various`. */
const ADVISORY = /^\[([^\]]{8,30})\] (D[SLT]{1,2}A-\d+(?:-\d+)?)(?:\s+(.*))?$/;

/** `CVE-2021-3450 (The X509_V_FLAG_X509_STRICT flag …)`; flaws without a description yet have only their name. */
const FLAW = /^(CVE-\d{4}-\w{4,})(?:\s|$)/;

const NOTE = /^(?:\[([\w-]+)\] )?- (\S+)(?:\s+(?:<([a-z-]+)>|([^\s(<]\S*)))?\s*(?:\((.*)\)?)?$/;

/** A record that lines are still added to. */
interface OpenRecord extends ListRecord {
  readonly names: string[];
  readonly notes: PackageNote[];
}

/** The records of a list in its order. Lines that say nothing of a package (`NOTE:`, `TODO:`, `RESERVED`) are passed over. */
export function* recordsOfList(lines: Iterable<string>): Iterable<ListRecord> {
  let record: OpenRecord | null = null;
  for (const line of lines) {
    if (!/^\s/.test(line)) {
      if (record !== null) yield record;
      record = headerOf(line);
      continue;
    }
    const text = line.trim();
    if (record === null || text === '') continue;
    if (text.startsWith('{')) record.names.push(...text.split(/[\s{}]+/).filter(Boolean));
    else if (text.startsWith('[') || text.startsWith('- ')) record.notes.push(noteOf(text));
  }
  if (record !== null) yield record;
}

function headerOf(line: string): OpenRecord | null {
  const [, written = '', advisory, title = ''] = ADVISORY.exec(line) ?? [];
  const id = advisory ?? FLAW.exec(line)?.[1];
  if (id === undefined) return null;
  // behind the name of the package
  return { id, date: dateOf(written), title: title.replace(/^.*? - /, '').trim(), names: [], notes: [] };
}

function noteOf(text: string): PackageNote {
  const [, release, name = '', word, fixed, remarks = ''] = NOTE.exec(text) ?? [];
  return {
    release: release ?? null,
    name,
    fixed: fixed ?? null,
    word: word ?? (fixed === undefined ? 'unfixed' : null),
    remarks: remarks.split(/[;)]\s*/).map((remark) => remark.trim()),
    text,
  };
}

/** `29 Mar 2023` and `August 26th, 2005` as RFC 3339. */
function dateOf(written: string): string | null {
  const parts = /^(\d{1,2}) ([A-Za-z]+) (\d{4})$/.exec(written);
  const older = /^([A-Za-z]+) (\d{1,2})[a-z]{2}, (\d{4})$/.exec(written);
  const [day = '', month = '', year = ''] = parts?.slice(1) ?? [older?.[2], older?.[1], older?.[3]];
  return writtenDay(year, month, day);
}
