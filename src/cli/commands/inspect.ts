import type { ExitStatus } from '../../model/errors.ts';
import { formatInspection } from '../../report/inspect.ts';
import { formatAssessments } from '../../report/json.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { AdvisoryFlags, ImageFlags } from '../options.ts';
import { assessWithAdvisories, coverageStatus } from '../run-assessment.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export const INSPECT_FORMATS = ['terminal', 'json'] as const;

export interface InspectFlags extends ImageFlags, AdvisoryFlags {
  readonly files?: boolean;
}

export async function inspect(
  reference: string,
  flags: InspectFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, INSPECT_FORMATS);
  return assessWithAdvisories(reference, flags, terminal, ({ assessments }) => {
    const style = styleFor(terminal.stdout, terminal.environment);
    writeTargets(
      targets,
      (format) =>
        format === 'json'
          ? formatAssessments(assessments, { files: flags.files === true })
          : assessments.map((assessment) => formatInspection(assessment, style)).join('\n'),
      terminal.stdout,
    );
    return coverageStatus(assessments, flags);
  });
}
