/**
 * What was seen of a repository when it was first trusted, and the alarm when that changes. Nobody has to write down in advance
 * who signs an image and what it is built from; whoever takes it over afterwards does not go unnoticed.
 */
import type { Check, Endorsement } from '../../model/trust.ts';
import { check, type CheckId } from '../checks/checks.ts';
import { stableIdentity } from '../identity/stable-identity.ts';
import { parseWorkflowUri } from '../identity/workflow-uri.ts';
import type { Provenance } from './provenance.ts';

/** What the evidence of one verification says, without what differs from release to release. Each list sorted. */
export interface Observation {
  /** As `stableIdentity` writes them. */
  readonly signers: readonly string[];
  readonly sources: readonly string[];
  readonly builders: readonly string[];
}

/** What is expected of a repository from now on. */
export interface LearntExpectation extends Observation {
  /** RFC 3339: when it was learnt, or accepted by the user. */
  readonly since: string;
}

/**
 * What verified evidence says.
 *
 * @param endorsements those that were believed; their signers count
 * @param provenances those that were signed by one of them: what nobody signed is nothing to learn from
 */
export function observe(
  endorsements: readonly Pick<Endorsement, 'signer'>[],
  provenances: readonly Pick<Provenance, 'source' | 'builderId'>[],
): Observation {
  return {
    signers: distinct(endorsements.map(({ signer }) => stableIdentity(signer))),
    sources: distinct(provenances.flatMap(({ source }) => source?.uri ?? [])),
    builders: distinct(
      provenances.flatMap(({ builderId }) => (builderId === null ? [] : stableBuilder(builderId))),
    ),
  };
}

/** A workflow without its ref, a run without its number. */
function stableBuilder(builderId: string): string {
  const workflow = parseWorkflowUri(builderId);
  if (workflow !== null) return builderId.slice(0, -workflow.ref.length - '@'.length);
  return builderId.replace(/\/actions\/runs\/\d+(?:\/attempts\/\d+)?$/, '/actions');
}

/**
 * What is expected after evidence that was trusted. Only what was not known at all is learnt: whoever once managed to sign
 * beside a known signer would otherwise be known the next time, alone.
 */
export function learn(
  before: LearntExpectation | null,
  seen: Observation,
  now: Date,
): LearntExpectation | null {
  if (before === null) return seen.signers.length === 0 ? null : { since: now.toISOString(), ...seen };
  const { since, signers, sources, builders } = before;
  return {
    since,
    signers,
    sources: sources.length === 0 ? seen.sources : sources,
    builders: builders.length === 0 ? seen.builders : builders,
  };
}

/**
 * What is expected once the user accepts what is seen, besides what was expected before: an older image may come back. Of an
 * image that is not signed any more nothing is expected any more.
 */
export function accept(
  before: LearntExpectation | null,
  seen: Observation,
  now: Date,
): LearntExpectation | null {
  if (seen.signers.length === 0) return null;
  return {
    since: now.toISOString(),
    signers: distinct([...seen.signers, ...(before?.signers ?? [])]),
    sources: distinct([...seen.sources, ...(before?.sources ?? [])]),
    builders: distinct([...seen.builders, ...(before?.builders ?? [])]),
  };
}

/**
 * Compares what is seen with what was learnt; each check that failed is an alarm. Nothing was learnt: nothing is checked.
 *
 * One known signer is enough, for anybody may add a signature of theirs. Of sources and builders all must be known: a true
 * provenance beside a foreign one would hide that.
 */
export function compareWithLearnt(learnt: LearntExpectation | null, seen: Observation): readonly Check[] {
  if (learnt === null) {
    const reason = 'nothing was learnt of this repository yet';
    return [check('expectation.signer', 'not-checked', null, reason)];
  }
  if (seen.signers.length === 0) {
    const reason = `signing stopped: since ${learnt.since} it was signed by ${listed(learnt.signers)}`;
    return [check('expectation.signing', 'failed', null, reason)];
  }
  const isKnown = seen.signers.some((signer) => learnt.signers.includes(signer));
  return [
    check('expectation.signing', 'passed', null, 'it is signed, as it was before'),
    check(
      'expectation.signer',
      isKnown ? 'passed' : 'failed',
      null,
      isKnown
        ? `signed by ${listed(seen.signers)}, as before`
        : `the signer changed from ${listed(learnt.signers)} to ${listed(seen.signers)}`,
    ),
    compareAll('expectation.source', 'source', learnt.sources, seen.sources),
    compareAll('expectation.builder', 'builder', learnt.builders, seen.builders),
  ];
}

function compareAll(id: CheckId, what: string, learnt: readonly string[], seen: readonly string[]): Check {
  if (learnt.length === 0) return check(id, 'not-checked', null, `no ${what} was learnt yet`);
  if (seen.length === 0) {
    // leaving provenance out would otherwise be the way around this check
    return check(id, 'failed', null, `the ${what} was ${listed(learnt)}, and now none is named`);
  }
  const foreign = seen.filter((one) => !learnt.includes(one));
  return foreign.length === 0
    ? check(id, 'passed', null, `the ${what} is ${listed(seen)}, as before`)
    : check(id, 'failed', null, `the ${what} changed from ${listed(learnt)} to ${listed(foreign)}`);
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

const listed = (texts: readonly string[]): string =>
  texts.length <= 3 ? texts.join(' and ') : `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more`;
