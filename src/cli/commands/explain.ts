import { explainVulnerability } from '../../findings/explain.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatExplanation, formatUnmatched } from '../../report/explanation.ts';
import { formatDatabase } from '../../report/database-line.ts';
import { formatJson } from '../../report/json.ts';
import { formatCoverageList } from '../../report/scan.ts';
import { formatSeveral } from '../../report/several.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { AdvisoryFlags, ImageFlags } from '../options.ts';
import { assessWithAdvisories, coverageStatus } from '../run-assessment.ts';
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
  return assessWithAdvisories(reference, flags, terminal, ({ assessments, database, triage }) => {
    const style = styleFor(terminal.stdout, terminal.environment);
    const explanations = assessments.map((assessment) => {
      const { packages, distribution } = assessment;
      const now = terminal.now();
      const { findings, unmatched } = explainVulnerability({
        packages,
        distribution,
        database,
        triage: triage.get(assessment),
        id,
        now,
        severitySources: flags.severitySource,
      });
      return { ...assessment, findings, unmatched };
    });
    writeTargets(
      targets,
      (format) =>
        format === 'json'
          ? formatJson(
              explanations.map(({ image, findings, unmatched, coverage }) => ({
                reference: image.reference,
                platform: image.platform,
                id,
                findings,
                unmatched,
                coverage,
              })),
            )
          : formatSeveral(
              explanations,
              (explained) =>
                explained.findings.map((finding) => formatExplanation(finding, style)).join('\n') +
                formatUnmatched(id, explained.unmatched, explained.findings.length > 0, style) +
                formatCoverageList(explained, style) +
                formatDatabase(explained, style),
              style,
            ),
      terminal.stdout,
    );
    return coverageStatus(assessments, flags);
  });
}
