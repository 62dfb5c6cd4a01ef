/** Whether a tag is supported, since and until when, and what took its place. */
import { carrierOf, describeEntry, type NamedEntry } from './entry-name.ts';
import type { GivenName, TagSpan } from '../ledger/tag-spans.ts';
import type { HistoryPoint, TagHistory, TagInterval } from './tag-history.ts';
import { readTagName } from './tag-name.ts';

export type TagState =
  /** The definitions have it. */
  | 'supported'
  /** Gone; its entry goes on under a newer version. */
  | 'superseded'
  /** Gone, and its line with it. */
  | 'retired'
  /** Gone, although the definitions still have what its name asks for: most likely by mistake. */
  | 'orphaned'
  /** No tag: a name that a publication gave to what a tag meant then, and that never moves. */
  | 'dated'
  /** Never seen, as far as the history and the ledger go. */
  | 'unknown';

export interface StandingPoint extends Pick<HistoryPoint, 'at'> {
  /** The commit that changed the definition; null where the ledger says it: then something was published or retired. */
  readonly commit: string | null;
}

export interface TagStanding {
  readonly state: TagState;
  /** Of the last time that it was supported; null where that is not known. */
  readonly since: StandingPoint | null;
  readonly until: StandingPoint | null;
  /** What to use in its place. */
  readonly successor: string | null;
  /** One sentence. */
  readonly because: string;
}

/** @param entries of the definition as it is now; @param history null where there is none at hand; @param span what the ledger knows of it */
export function standingOf(
  tag: string,
  entries: readonly NamedEntry[],
  history: TagHistory | null,
  span: TagSpan | null = null,
): TagStanding {
  const last = history?.tags.get(tag)?.at(-1);
  const isDefined = entries.some(({ tags }) => tags.some((name) => name.tag === tag));
  // one that came back is published when its images are there: its former time is not the present one
  const isOver = isDefined && span?.until !== null;
  const since = last?.meanings[0].since ?? (span === null || isOver ? null : pointOf(span.since));
  if (isDefined) {
    return { state: 'supported', since, until: null, successor: null, because: 'the definition has it' };
  }
  if (last === undefined && span !== null) {
    const because =
      span.until === null
        ? 'it was published, and the definition does not have it'
        : 'the publisher has retired it';
    return { state: 'retired', since, until: pointOf(span.until), successor: span.successor, because };
  }
  if (last === undefined) {
    const because =
      history === null ? 'the definition does not have it' : 'no version of the definition has it';
    return { state: 'unknown', since: null, until: null, successor: null, because };
  }
  const became = whatBecameOf(tag, last, entries);
  return { since, until: last.until, ...became, successor: became.successor ?? span?.successor ?? null };
}

/** Of what is no tag, but a name that a tag was given. */
export function standingOfName(
  { at, digest }: GivenName,
  tag: string,
  entries: readonly NamedEntry[],
): TagStanding {
  const isDefined = entries.some(({ tags }) => tags.some((name) => name.tag === tag));
  return {
    state: 'dated',
    since: pointOf(at),
    until: null,
    successor: isDefined ? tag : null,
    because: `what ${tag} meant then, for good: ${digest}`,
  };
}

/** @param at RFC 3339 */
function pointOf(at: string | null): StandingPoint | null {
  return at === null ? null : { commit: null, at: Math.floor(Date.parse(at) / 1000) };
}

function whatBecameOf(
  tag: string,
  { meanings }: TagInterval,
  entries: readonly NamedEntry[],
): Pick<TagStanding, 'state' | 'successor' | 'because'> {
  if (entries.length === 0) {
    return { state: 'retired', successor: null, because: 'the repository has no supported tags any more' };
  }
  const { software, siblings } = meanings.at(-1) ?? meanings[0];
  const carrier = carrierOf(
    readTagName(tag),
    { software: readTagName(software), tags: siblings.map(readTagName) },
    entries,
  );
  if (carrier !== null) {
    const because = `${describeEntry(carrier)} is still what its name asks for, and does not have it`;
    return { state: 'orphaned', successor: carrier.name, because };
  }
  for (const sibling of siblings) {
    const heir = entries.find(({ tags }) => tags.some((name) => name.tag === sibling));
    if (heir === undefined) continue;
    return {
      state: 'superseded',
      successor: heir.name,
      because: `${sibling}, which meant the same image, now means ${describeEntry(heir)}`,
    };
  }
  return { state: 'retired', successor: null, because: 'no tag of its image is supported any more' };
}
