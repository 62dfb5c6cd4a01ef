import { explainVulnerability } from '../../findings/explain.ts';
import type { Assessment } from '../../model/assessment.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatExplanation, formatUnmatched } from '../../report/explanation.ts';
import { formatDatabase } from '../../report/database-line.ts';
import { formatJson } from '../../report/json.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { AdvisoryFlags, ImageFlags } from '../options.ts';
import { assessWithAdvisories } from '../run-assessment.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export const EXPLAIN_FORMATS = ['terminal', 'json'] as const;

/** Identifiers of every database in use are letters, digits and a few marks, with at least one hyphen. */
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9:._-]{1,80}$/;

/** CVE identifiers are written in capitals, and GHSA ones but for their prefix in small letters. */
function inItsOwnCase(id: string): string {
  if (/^cve-/i.test(id)) return id.toUpperCase();
  return /^ghsa-/i.test(id) ? `GHSA-${id.slice(5).toLowerCase()}` : id;
}

export async function explain(
  reference: string,
  name: string,
  flags: ImageFlags & AdvisoryFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, EXPLAIN_FORMATS);
  if (!IDENTIFIER.test(name)) {
    throw new CliError(
      'FINDING_UNKNOWN',
      `${JSON.stringify(name.slice(0, 100))} is not a vulnerability identifier`,
    );
  }
  const id = inItsOwnCase(name);
  return assessWithAdvisories(reference, flags, terminal, ({ assessments, database }) => {
    const style = styleFor(terminal.stdout, terminal.environment);
    const explanations = assessments.map((assessment: Assessment) => ({
      assessment,
      ...explainVulnerability({
        packages: assessment.packages,
        distribution: assessment.distribution,
        database,
        id,
        now: terminal.now(),
      }),
    }));
    writeTargets(
      targets,
      (format) =>
        format === 'json'
          ? formatJson(
              explanations.map(({ assessment, findings, unmatched, coverage }) => ({
                reference: assessment.image.reference,
                id,
                findings,
                unmatched,
                coverage,
              })),
            )
          : explanations
              .map(
                ({ assessment, findings, unmatched }) =>
                  findings.map((finding) => formatExplanation(finding, style)).join('\n') +
                  formatUnmatched(id, unmatched, findings.length > 0, style) +
                  formatDatabase(assessment, style),
              )
              .join('\n'),
      terminal.stdout,
    );
    return 0;
  });
}
