import type { TrustReport } from '../../model/trust-report.ts';
import type { VerdictInput } from '../report/verdict.ts';
import { namesDigest, type PolicyFacts } from './policy-facts.ts';

/** What a report says was found, as a policy and a verdict ask for it. */
export function recordedEvidence(
  report: TrustReport,
): Omit<VerdictInput, 'decision'> & { readonly facts: PolicyFacts } {
  const { repository, tag, subjects, images, endorsements, evidence, checks, notChecked, gaps } = report;
  return {
    facts: {
      repository,
      tag,
      isPinned: namesDigest(report.reference),
      subjects,
      images: images.map(({ digest }) => digest),
      endorsements,
      // the day of the recording: what was fresh enough then stays so
      now: Date.parse(report.freshness.asOf),
    },
    outcomes: evidence.map((each) => ({
      evidence: each,
      result: each.result,
      checks: [...checks, ...notChecked].filter((check) => check.evidence === each.digest),
      endorsements: endorsements.filter((endorsement) => endorsement.evidence === each.digest),
    })),
    gaps,
    bases: report.bases,
    // history is not recorded: the alarm that was raised then is raised again; what is signed of a tag is judged anew
    alarms:
      report.code === 'ALARM'
        ? checks.filter(({ id, reason }) => reason === report.because && id !== 'tag.signed')
        : [],
  };
}
