import type { ExitStatus } from '../../model/errors.ts';
import { formatHistory } from '../../report/history.ts';
import { formatAssessments } from '../../report/json.ts';
import { formatSeveral } from '../../report/several.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { ImageFlags } from '../options.ts';
import { inventoryImages } from '../run-assessment.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export const HISTORY_FORMATS = ['terminal', 'json'] as const;

export interface HistoryFlags extends ImageFlags {
  readonly full?: boolean;
}

export async function history(
  reference: string,
  flags: HistoryFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, HISTORY_FORMATS);
  const assessments = await inventoryImages(reference, flags, terminal);
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) =>
      format === 'json'
        ? formatAssessments(assessments)
        : formatSeveral(
            assessments,
            (assessment) => formatHistory(assessment, style, flags.full === true),
            style,
          ),
    terminal.stdout,
  );
  return 0;
}
