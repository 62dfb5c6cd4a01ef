/**
 * What is remembered of a repository from one verification to the next: whom to expect, and where its tags pointed. Pure; the
 * file is `memory-file.ts`'s.
 */
import type { Check, TrustVerdict } from '../../model/trust.ts';
import { check } from '../checks/checks.ts';
import {
  accept,
  compareWithLearnt,
  learn,
  type LearntExpectation,
  type Observation,
} from '../provenance/expectations.ts';
import { checkDefined } from './defined-tags.ts';
import {
  recordSighting,
  type TagExpectation,
  type TagHistory,
  tagMoves,
  type TagSighting,
} from './tag-history.ts';
import { compareMark, isNewer, type SightedMark, type TagMark } from './tag-mark.ts';

export interface RepositoryMemory {
  /** As policies name it: `docker.io/library/debian`. */
  readonly repository: string;
  /** Null until something was trusted. */
  readonly expectation: LearntExpectation | null;
  readonly tags: Readonly<Record<string, TagHistory>>;
  /** The newest statements about tags, by tag. */
  readonly marks: Readonly<Record<string, TagMark>>;
  /** What raised an alarm last and was not accepted; null when nothing waits. */
  readonly pending: PendingChange | null;
}

/** What one verification saw. */
export interface Sighting {
  readonly observation: Observation;
  /** Null for references by digest, which no tag can mislead. */
  readonly tag: ({ readonly name: string } & TagSighting) | null;
  /** What is signed of the tag; null where no tag led to the image, or nobody is believed. */
  readonly mark: SightedMark | null;
}

export interface PendingChange extends Sighting {
  /** RFC 3339. */
  readonly seen: string;
  /** The reasons of the alarms. */
  readonly alarms: readonly string[];
}

/** Tags of one repository that are remembered; those that were not seen for longest are dropped. */
export const MAX_TAGS = 200;

export function emptyMemory(repository: string): RepositoryMemory {
  return { repository, expectation: null, tags: {}, marks: {}, pending: null };
}

/**
 * Compares what is seen with what is remembered; each check that failed is an alarm.
 *
 * @param notComparable why who signs cannot be compared, though something was learnt of it; null where it can
 */
export function recall(
  { expectation, tags, marks }: RepositoryMemory,
  { observation, tag, mark }: Sighting,
  wanted: TagExpectation,
  now: Date,
  notComparable: string | null = null,
): readonly Check[] {
  const before = mark === null || !Object.hasOwn(marks, mark.tag) ? null : (marks[mark.tag] ?? null);
  const moves = tag === null ? [] : tagMoves(tag.name, historyOf(tags, tag.name), tag, wanted, now);
  const signers =
    expectation === null || notComparable === null
      ? compareWithLearnt(expectation, observation)
      : [check('expectation.signer', 'not-checked', null, notComparable)];
  return [
    ...signers,
    ...(mark === null ? [] : compareMark(before, mark)),
    ...(tag === null || wanted.definition === null
      ? []
      : [checkDefined(tag.name, tag, new Map(Object.entries(tags)), wanted.definition)]),
    ...(isNewer(before, mark) ? moves.map(asSigned) : moves),
  ];
}

/** Who signs may move a tag back, and says so with a newer statement; whoever only serves it may not. */
function asSigned(one: Check): Check {
  if (one.id !== 'tag.rollback' || one.outcome !== 'failed') return one;
  return { ...one, outcome: 'passed', reason: `${one.reason}; a newer statement about the tag says so` };
}

/**
 * The memory after a verification. An alarm changes nothing but what waits to be accepted; evidence that was not believed is
 * not learnt from, and where a bad image stood the tag's return to the good one is no rollback.
 *
 * @param alarms what `recall` answered
 */
export function remember(
  memory: RepositoryMemory,
  sighting: Sighting,
  alarms: readonly Check[],
  verdict: TrustVerdict,
  now: Date,
): RepositoryMemory {
  const failed = alarms.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) {
    const reasons = failed.map(({ reason }) => reason);
    return { ...memory, pending: { ...sighting, seen: now.toISOString(), alarms: reasons } };
  }
  if (verdict === 'untrusted' || verdict === 'error') return memory;
  const { expectation } = memory;
  return {
    ...memory,
    expectation: verdict === 'trusted' ? learn(expectation, sighting.observation, now) : expectation,
    tags: withSighting(memory.tags, sighting, now),
    // that nothing is signed of a tag any more is an alarm, and only forgotten once that was accepted
    marks: sighting.mark?.mark === null ? memory.marks : withMark(memory.marks, sighting, now),
    pending: null,
  };
}

/** The memory once the user accepts what raised the alarm. Null when nothing waits. */
export function acceptChange(memory: RepositoryMemory, now: Date): RepositoryMemory | null {
  const { pending, expectation, tags, marks } = memory;
  if (pending === null) return null;
  return {
    ...memory,
    expectation: accept(expectation, pending.observation, now),
    tags: withSighting(tags, pending, now),
    marks: withMark(marks, pending, now),
    pending: null,
  };
}

export function historyOf(tags: RepositoryMemory['tags'], tag: string): TagHistory {
  return Object.hasOwn(tags, tag) ? (tags[tag] ?? []) : [];
}

function withMark(
  marks: RepositoryMemory['marks'],
  { mark: sighted }: Sighting,
  now: Date,
): RepositoryMemory['marks'] {
  if (sighted === null) return marks;
  const { tag, mark } = sighted;
  const found = mark === null ? null : { ...mark, seen: now.toISOString() };
  return withNewest(marks, tag, found, ({ seen }) => seen);
}

function withSighting(
  tags: RepositoryMemory['tags'],
  { tag }: Sighting,
  now: Date,
): RepositoryMemory['tags'] {
  if (tag === null) return tags;
  const { name, digest, created, verifiedTime } = tag;
  const history = recordSighting(historyOf(tags, name), { digest, created, verifiedTime }, now);
  return withNewest(tags, name, history, (entries) => entries.at(-1)?.lastSeen ?? '');
}

/** Of each tag what is known; without this one where nothing is. */
function withNewest<T>(
  known: Readonly<Record<string, T>>,
  tag: string,
  newest: T | null,
  lastSeen: (one: T) => string,
): Readonly<Record<string, T>> {
  const others = Object.entries(known).filter(([other]) => other !== tag);
  const kept = others.toSorted(([, a], [, b]) => (lastSeen(a) < lastSeen(b) ? 1 : -1)).slice(0, MAX_TAGS - 1);
  const all = newest === null ? kept : [...kept, [tag, newest] as const];
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
