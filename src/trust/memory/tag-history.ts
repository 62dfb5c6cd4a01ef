/**
 * What a tag pointed to. No signature of cosign's or Notation's says which image a tag means today, so a registry, or whoever
 * can write to it, can serve an old and still soundly signed image under `latest`. Whoever keeps a history notices.
 */
import type { Definition } from '../../definitions/definition.ts';
import type { Digest } from '../../model/digest.ts';
import type { Freshness } from '../../model/trust-report.ts';
import type { Check } from '../../model/trust.ts';
import { check } from '../checks/checks.ts';

/** One time that a tag pointed to an image: a digest that comes back has another entry. */
export interface TagEntry {
  readonly digest: Digest;
  /** RFC 3339. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** When the image was made, by its own configuration; null where it does not say. */
  readonly created: string | null;
  /** The newest time that somebody other than the signer vouches for; null without one. */
  readonly verifiedTime: string | null;
}

/** What a tag points to now. */
export type TagSighting = Pick<TagEntry, 'digest' | 'created' | 'verifiedTime'>;

/** The oldest first. */
export type TagHistory = readonly TagEntry[];

/** Moves of a tag that are kept; the oldest are dropped. */
export const MAX_TAG_ENTRIES = 50;

/** The history with what is seen now. */
export function recordSighting(history: TagHistory, sighting: TagSighting, now: Date): TagHistory {
  const last = history.at(-1);
  const seen = now.toISOString();
  if (last?.digest !== sighting.digest) {
    const entry: TagEntry = { ...sighting, firstSeen: seen, lastSeen: seen };
    return [...history, entry].slice(-MAX_TAG_ENTRIES);
  }
  const verifiedTime = newest(last.verifiedTime, sighting.verifiedTime);
  const created = sighting.created ?? last.created;
  return [...history.slice(0, -1), { ...last, created, verifiedTime, lastSeen: seen }];
}

/** How a tag may move. `immutable`: never; `floating`: forward; null: as its name says. */
export type TagMovement = 'immutable' | 'floating' | null;

export interface TagExpectation {
  readonly movement: TagMovement;
  /** Oldest verified time that is accepted, in seconds before now; null: any. */
  readonly maxAgeSeconds: number | null;
  /** Which tags the repository has, and which of them go together; null where a rule names none. */
  readonly definition: Definition | null;
}

/** Compares what a tag points to now with what it pointed to; each check that failed is an alarm. */
export function tagMoves(
  tag: string,
  history: TagHistory,
  sighting: TagSighting,
  { movement, maxAgeSeconds }: Omit<TagExpectation, 'definition'>,
  now: Date,
): readonly Check[] {
  return [
    ...checkMove(tag, history, sighting, movement),
    ...(maxAgeSeconds === null ? [] : [checkAge(tag, sighting, maxAgeSeconds, now)]),
  ];
}

function checkMove(
  tag: string,
  history: TagHistory,
  sighting: TagSighting,
  movement: TagMovement,
): readonly Check[] {
  const last = history.at(-1);
  if (last === undefined)
    return [check('tag.moved', 'not-checked', null, `the tag ${tag} was not seen before`)];
  if (last.digest === sighting.digest) {
    const reason = `the tag ${tag} points to the same image since ${last.firstSeen}`;
    return [check('tag.moved', 'passed', null, reason), check('tag.rollback', 'passed', null, reason)];
  }
  const mayNotMove = movement === 'immutable' || (movement === null && isFixedTag(tag));
  const moved = `the tag ${tag} moved from ${last.digest} to ${sighting.digest}`;
  return [
    mayNotMove
      ? check('tag.moved', 'failed', null, `${moved}, and a tag like this one should not move`)
      : check('tag.moved', 'passed', null, `${moved}, as it may`),
    checkRollback(tag, history, last, sighting),
  ];
}

function checkRollback(tag: string, history: TagHistory, last: TagEntry, sighting: TagSighting): Check {
  const earlier = history.findLast(({ digest }) => digest === sighting.digest);
  if (earlier !== undefined) {
    const reason = `the tag ${tag} moved back to ${sighting.digest}, last seen ${earlier.lastSeen} and replaced since`;
    return check('tag.rollback', 'failed', null, reason);
  }
  const highest = history.reduce<string | null>((found, entry) => newest(found, entry.verifiedTime), null);
  if (highest === null || sighting.verifiedTime === null) {
    const reason = `the tag ${tag} moved to an image that was not seen before, and ${highest === null ? `no verified time is known of what it pointed to` : 'no verified time is known of it'}`;
    return check('tag.rollback', 'not-checked', null, reason);
  }
  const isOlder = Date.parse(sighting.verifiedTime) < Date.parse(highest);
  const reason = isOlder
    ? `the tag ${tag} moved to an image signed ${sighting.verifiedTime}, older than what it pointed to (${highest})`
    : `the tag ${tag} moved to an image signed ${sighting.verifiedTime}, after ${last.digest}`;
  return check('tag.rollback', isOlder ? 'failed' : 'passed', null, reason);
}

function checkAge(tag: string, { verifiedTime }: TagSighting, maxAgeSeconds: number, now: Date): Check {
  if (verifiedTime === null)
    return check('tag.freeze', 'failed', null, `nobody vouches for when what ${tag} points to was signed`);
  const isFresh = now.getTime() - Date.parse(verifiedTime) <= maxAgeSeconds * 1000;
  const reason = `what ${tag} points to was signed ${verifiedTime}; at most ${maxAgeSeconds} seconds ago is asked for`;
  return check('tag.freeze', isFresh ? 'passed' : 'failed', null, reason);
}

/**
 * True for tags that name one content by their form: a full semantic version, a date of eight digits, a commit or digest.
 * `1.2` and `latest` are made to move.
 */
export function isFixedTag(tag: string): boolean {
  return (
    /^v?\d+\.\d+\.\d+(?:[-+_.][0-9A-Za-z.+_-]+)?$/.test(tag) ||
    /(?:^|[^0-9])(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:$|[^0-9])/.test(tag) ||
    /^(?:sha-?(?:256-)?)?(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(tag)
  );
}

/** What a report says of a tag; null for one that was never seen. */
export function tagSummary(history: TagHistory): Freshness['tag'] {
  const [first] = history;
  if (first === undefined) return null;
  const last = history.at(-1) ?? first;
  return {
    firstSeen: first.firstSeen,
    previous: history.at(-2)?.digest ?? null,
    movedAt: history.length > 1 ? last.firstSeen : null,
    times: history.length - 1,
  };
}

function newest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) < Date.parse(b) ? b : a;
}
