/**
 * Whether provenance is what somebody expects. SLSA 1.1, "Verifying artifacts": signature and subject are verified before;
 * here follow the type of the predicate, the level of the builder, and the expectations, of which each unknown parameter is
 * one that fails.
 */
import type { Check, Endorsement } from '../../model/trust.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import { check, type CheckId } from '../checks/checks.ts';
import { matchesText } from '../identity/match-identity.ts';
import { parseWorkflowUri } from '../identity/workflow-uri.ts';
import type { ProvenanceExpectation, TextPattern } from '../policy/policy.ts';
import { agreeWithCertificate } from './certificate-agreement.ts';
import { shownValue } from './parameters.ts';
import type { Provenance } from './provenance.ts';
import { readProvenance } from './read-provenance.ts';
import { buildLevel } from './slsa-builders.ts';

/** All checks of one verified provenance: that it can be read, agrees with its certificate, and is what is expected. */
export function checkProvenance(
  endorsement: Endorsement,
  expectation: ProvenanceExpectation | null,
): readonly Check[] {
  const { evidence, statement } = endorsement;
  if (statement === null)
    return [check('provenance.type', 'failed', evidence, 'expected provenance, got a bare signature')];
  const provenance = readProvenance(statement);
  if (provenance instanceof ShapeMismatch) {
    const id = provenance.place === 'predicateType' ? 'provenance.type' : 'provenance.readable';
    const place = provenance.place === '' ? 'the predicate' : provenance.place;
    return [check(id, 'failed', evidence, `${place}: ${provenance.message}`)];
  }
  return [
    check('provenance.type', 'passed', evidence, `it is ${provenance.format}`),
    check('provenance.readable', 'passed', evidence, 'every field is as its format asks'),
    ...agreeWithCertificate(endorsement, provenance),
    ...(expectation === null ? [] : expect(endorsement, provenance, expectation)),
  ];
}

function expect(
  endorsement: Endorsement,
  provenance: Provenance,
  expectation: ProvenanceExpectation,
): readonly Check[] {
  const { evidence } = endorsement;
  const { builderId } = provenance;
  return [
    ...expectSource('source', expectation.source, provenance, evidence),
    ...expectText('provenance.builder', 'builder', expectation.builder, builderId, evidence),
    ...expectText(
      'provenance.workflow',
      'workflow',
      expectation.workflow,
      workflowPath(provenance),
      evidence,
    ),
    ...expectSource('ref', expectation.ref, provenance, evidence),
    ...expectLevel(endorsement, provenance, expectation.level),
    ...expectParameters(provenance, expectation.parameters, evidence),
  ];
}

type EvidenceDigest = Endorsement['evidence'];

function expectSource(
  what: 'source' | 'ref',
  wanted: TextPattern | null,
  { source }: Provenance,
  evidence: EvidenceDigest,
): readonly Check[] {
  const id = `provenance.${what}` as const;
  const found = (what === 'source' ? source?.uri : source?.ref) ?? null;
  // what the client of a build remarks about its folder, nobody has looked at
  if (wanted !== null && source !== null && source.statedBy === 'client') {
    const reason = `expected ${what} ${shown(wanted)}, got ${found ?? 'none'} as a remark of the client, which the builder did not check`;
    return [check(id, 'failed', evidence, reason)];
  }
  return expectText(id, what, wanted, found, evidence);
}

/** The workflow that was run: of GitHub's and Google's provenance the source's path, else that of the builder. */
function workflowPath({ source, builderId }: Provenance): string | null {
  const path = source?.path ?? null;
  const signing = builderId === null ? null : parseWorkflowUri(builderId);
  return path?.startsWith('.github/workflows/') === true ? path : (signing?.path ?? path);
}

function expectText(
  id: CheckId,
  what: string,
  wanted: TextPattern | null,
  found: string | null,
  evidence: EvidenceDigest,
): readonly Check[] {
  if (wanted === null) return [];
  if (found !== null && matchesText(found, wanted))
    return [check(id, 'passed', evidence, `the ${what} is ${found}`)];
  const reason = `expected ${what} ${shown(wanted)}, got ${found ?? 'none'}`;
  return [check(id, 'failed', evidence, reason)];
}

const shown = (pattern: TextPattern): string =>
  pattern.kind === 'exact' ? pattern.text : `like ${pattern.glob}`;

function expectLevel(
  endorsement: Endorsement,
  provenance: Provenance,
  wanted: ProvenanceExpectation['level'],
): readonly Check[] {
  if (wanted === null) return [];
  const { build, because } = buildLevel(endorsement, provenance);
  const outcome = build >= wanted ? 'passed' : 'failed';
  const reason = `expected SLSA build level ${wanted} or more, got ${build}: ${because}`;
  return [check('provenance.level', outcome, endorsement.evidence, reason)];
}

function expectParameters(
  { parameters, buildType }: Provenance,
  allowed: ProvenanceExpectation['parameters'],
  evidence: EvidenceDigest,
): readonly Check[] {
  if (allowed === null) return [];
  const id = 'provenance.parameters';
  const failures = parameters.flatMap(({ name, value }) => {
    // own fields only: nobody has allowed a parameter called "constructor"
    const wanted = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (wanted === undefined) return [`the parameter ${name} is not one that is allowed`];
    if (wanted === null || matchesText(value, wanted)) return [];
    return [`expected parameter ${name} ${shown(wanted)}, got ${shownValue(name, value)}`];
  });
  if (failures.length > 0)
    return failures.slice(0, MAX_FAILURES).map((reason) => check(id, 'failed', evidence, reason));
  const reason = `${parameters.length === 0 ? 'there are no parameters' : 'every parameter is one that is allowed'} (build type ${buildType ?? 'unnamed'})`;
  return [check(id, 'passed', evidence, reason)];
}

/** Somebody who expects one parameter need not read of two thousand others. */
const MAX_FAILURES = 20;
