import type { Digest } from '../../model/digest.ts';
import type { TrustReport } from '../../model/trust-report.ts';
import { makeVsa } from '../statements/vsa.ts';

/**
 * A verification as the predicate of a verification summary, for whoever verified to sign. What is not trusted by a rule, or has
 * no name, is not summed up.
 *
 * @param verifierId who verified, as those who accept the summary know it: an address
 * @returns the predicate, or why there is none
 */
export function summariseReport(report: TrustReport, verifierId: string): object | string {
  const { verdict, because, repository, policy, believed, tool, freshness } = report;
  if (verdict !== 'trusted') return `the image is not trusted: ${because}`;
  if (repository === null) return 'the image has no name that a summary could be about';
  if (policy === null || policy.digest === null)
    return 'no rule speaks of the repository, so nothing was asked for';
  return makeVsa({
    verifierId,
    verifierVersion: tool.version,
    timeVerified: new Date(freshness.asOf),
    resourceUri: repository,
    policy: { uri: encodeURI(policy.policy), digest: policy.digest },
    inputs: believed,
    isPassed: true,
    verifiedLevels: buildLevels(report),
  });
}

/** The level that every image reaches, by provenance of signers whom the rule names; an index speaks for its images. */
function buildLevels({ images, subjects, provenance, believed }: TrustReport): readonly string[] {
  const parents = new Map(subjects.map(({ digest, parent }) => [digest, parent]));
  const signed = provenance.filter(({ evidence }) => believed.includes(evidence));
  const levels = images.map(({ digest }) => {
    const speakers = new Set<Digest>();
    // an index that names itself is no parent to go on with
    for (let at: Digest | null = digest; at !== null && !speakers.has(at); at = parents.get(at) ?? null)
      speakers.add(at);
    return Math.max(0, ...signed.filter(({ about }) => speakers.has(about)).map(({ level }) => level.build));
  });
  const lowest = levels.length === 0 ? 0 : Math.min(...levels);
  return lowest === 0 ? [] : [`SLSA_BUILD_LEVEL_${lowest}`];
}
