import type { ExitStatus } from '../../model/errors.ts';
import { OPEN_VERDICTS } from '../../model/finding.ts';
import { formatInspection } from '../../report/inspect.ts';
import { formatAssessments } from '../../report/json.ts';
import { formatSeveral } from '../../report/several.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { AdvisoryFlags, ImageFlags } from '../options.ts';
import { type AssessmentRun, assessWithAdvisories, coverageStatus } from '../run-assessment.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export const INSPECT_FORMATS = ['terminal', 'json'] as const;

export type InspectFlags = ImageFlags & AdvisoryFlags;

export async function inspect(
  reference: string,
  flags: InspectFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, INSPECT_FORMATS);
  // the screen shows open findings and counts the others; a document has them all
  const isWhole = targets.some(({ format }) => format === 'json');
  const wanted = { verify: true, ...(isWhole ? {} : { verdicts: OPEN_VERDICTS }) };
  const show = ({ assessments }: AssessmentRun): ExitStatus => {
    const style = styleFor(terminal.stdout, terminal.environment);
    writeTargets(
      targets,
      (format) =>
        format === 'json'
          ? formatAssessments(assessments, { files: flags.files === true })
          : formatSeveral(assessments, (assessment) => formatInspection(assessment, style), style),
      terminal.stdout,
    );
    return coverageStatus(assessments, flags);
  };
  return assessWithAdvisories(reference, flags, terminal, show, wanted);
}
