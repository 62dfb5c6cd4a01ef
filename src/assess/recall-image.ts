import type { Digest } from '../model/digest.ts';
import type { Freshness } from '../model/trust-report.ts';
import type { Check, Endorsement, TrustVerdict } from '../model/trust.ts';
import { readMemory, writeMemory } from '../trust/memory/memory-file.ts';
import { historyOf, recall, remember } from '../trust/memory/repository-memory.ts';
import { toSighting } from '../trust/memory/sighting.ts';
import { tagSummary } from '../trust/memory/tag-history.ts';
import type { SignedTag } from '../trust/tags/signed-tag.ts';
import type { TrustRule } from '../trust/policy/policy.ts';
import { expectedOfTag } from '../trust/policy/tag-rules.ts';

export interface RecallFacts {
  /** Null: an image without a name is not remembered. */
  readonly repository: string | null;
  /** Null where no tag led to the image. */
  readonly tag: string | null;
  readonly root: Digest;
  /** Null: no rule speaks of the repository. */
  readonly rule: TrustRule | null;
  /** Null where no tag led to the image, or nobody is named who could say what it means. */
  readonly signedTag: SignedTag | null;
  /** All that hold. */
  readonly endorsements: readonly Endorsement[];
  /** True where there is evidence that can neither be verified nor refused. */
  readonly hasUndecided: boolean;
  /** Those of whom the rule names. */
  readonly believed: readonly Endorsement[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is known of an image from earlier verifications. */
export interface RecalledImage {
  readonly alarms: readonly Check[];
  readonly tag: Freshness['tag'];
  /** Keeps what was seen now; to be called with the verdict. */
  remember(verdict: TrustVerdict): void;
}

/** Why nobody can tell whether the signers changed: that nobody is known to have signed is not that nobody did. */
function notComparable({ rule, endorsements, hasUndecided }: RecallFacts): string | null {
  if (rule === null)
    return 'no rule says whose signatures count, so they were not compared with what was learnt';
  return endorsements.length === 0 && hasUndecided
    ? 'none of the keys and roots that are given fits the evidence, so it was not compared with what was learnt'
    : null;
}

/**
 * Compares an image with what is remembered of its repository.
 *
 * @param directory of the memories; null: nothing is compared
 * @throws {TrustError} MEMORY_INVALID; `remember` throws MEMORY_NOT_WRITTEN
 */
export function recallImage(directory: string | null, facts: RecallFacts): RecalledImage {
  const { repository, tag, root, rule, signedTag, endorsements, believed, now } = facts;
  if (directory === null || repository === null) return { alarms: [], tag: null, remember: () => {} };
  const memory = readMemory(directory, repository);
  const sighting = toSighting({
    // where only others signed, the alarm shall say who they are, and not that nobody is there
    endorsements: believed.length === 0 ? endorsements : believed,
    tag,
    signedTag,
    digest: root,
    created: null,
  });
  const expected =
    tag === null
      ? { movement: null, maxAgeSeconds: null, definition: null }
      : expectedOfTag(rule, { repository, tag });
  // that nobody whom the rule names signed is for the rule to judge, and not a tag that stands still
  const wanted = believed.length === 0 ? { ...expected, maxAgeSeconds: null } : expected;
  const alarms = recall(memory, sighting, wanted, new Date(now), notComparable(facts));
  return {
    alarms,
    tag: tag === null ? null : tagSummary(historyOf(memory.tags, tag)),
    remember: (verdict) => writeMemory(directory, remember(memory, sighting, alarms, verdict, new Date(now))),
  };
}
