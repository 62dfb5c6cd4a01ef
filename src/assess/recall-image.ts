import type { Digest } from '../model/digest.ts';
import type { Freshness } from '../model/trust-report.ts';
import type { Check, TrustVerdict } from '../model/trust.ts';
import { stableIdentity } from '../trust/identity/stable-identity.ts';
import { readMemory, writeMemory } from '../trust/memory/memory-file.ts';
import { historyOf, recall, remember, type Sighting } from '../trust/memory/repository-memory.ts';
import { tagSummary } from '../trust/memory/tag-history.ts';
import type { PolicyDecision } from '../trust/policy/evaluate.ts';
import { observe } from '../trust/provenance/expectations.ts';
import type { FoundProvenance } from '../trust/report-provenance.ts';

export interface RecallFacts {
  /** Null: an image without a name is not remembered. */
  readonly repository: string | null;
  readonly tag: string | null;
  readonly root: Digest;
  readonly decision: PolicyDecision;
  readonly provenance: FoundProvenance;
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

/** A tag moves as its name says. */
const BY_NAME = { movement: null, maxAgeSeconds: null } as const;

/**
 * Compares an image with what is remembered of its repository.
 *
 * @param directory of the memories; null: nothing is compared
 * @throws {TrustError} MEMORY_INVALID; `remember` throws MEMORY_NOT_WRITTEN
 */
export function recallImage(directory: string | null, facts: RecallFacts): RecalledImage {
  const { repository, tag, root, decision, provenance, now } = facts;
  if (directory === null || repository === null) return { alarms: [], tag: null, remember: () => {} };
  const memory = readMemory(directory, repository);
  const believed = decision.requirements.flatMap(({ by }) => by);
  const signers = new Set(believed.map(({ signer }) => stableIdentity(signer)));
  const trusted = provenance.read.filter(
    ({ endorsement }) => endorsement !== null && signers.has(stableIdentity(endorsement.signer)),
  );
  const times = believed.flatMap((one) => one.times.map(({ at }) => at)).sort();
  const sighting: Sighting = {
    observation: observe(
      believed,
      trusted.map((one) => one.provenance),
    ),
    tag: tag === null ? null : { name: tag, digest: root, created: null, verifiedTime: times.at(-1) ?? null },
  };
  // without a rule nobody is believed, which is not the same as that nobody signs any more
  const comparable = decision.rule === null ? { ...memory, expectation: null } : memory;
  const alarms = recall(comparable, sighting, BY_NAME, new Date(now));
  return {
    alarms,
    tag: tag === null ? null : tagSummary(historyOf(memory.tags, tag)),
    remember: (verdict) => writeMemory(directory, remember(memory, sighting, alarms, verdict, new Date(now))),
  };
}
