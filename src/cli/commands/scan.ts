import type { Assessment } from '../../model/assessment.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { OPEN_VERDICTS, type Verdict } from '../../model/finding.ts';
import type { SeverityLevel } from '../../model/severity.ts';
import { filterFindings, type FindingFilter } from '../../report/findings-table.ts';
import { formatAssessments } from '../../report/json.ts';
import type { LayerOwner } from '../../report/layer-owner.ts';
import { formatScan } from '../../report/scan.ts';
import { formatSeveral } from '../../report/several.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { AdvisoryFlags, ImageFlags } from '../options.ts';
import { assessWithAdvisories, chooseLayers, coverageStatus } from '../run-assessment.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export const SCAN_FORMATS = ['terminal', 'json'] as const;

export interface ScanFlags extends ImageFlags, AdvisoryFlags {
  readonly severity?: SeverityLevel;
  /** `--fixed` true, `--unfixed` false. */
  readonly fixed?: boolean;
  readonly unfixed?: boolean;
  readonly verdict: ReadonlySet<Verdict>;
  readonly failOn?: SeverityLevel;
  readonly allLayers?: boolean;
  readonly layers?: LayerOwner;
}

/** Exit status 2 when `--fail-on` is met by a finding that is shown, 4 when coverage is required and lacking. */
export async function scan(reference: string, flags: ScanFlags, terminal: Terminal): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, SCAN_FORMATS);
  const filter: FindingFilter = {
    verdicts: flags.verdict,
    ...(flags.severity === undefined ? {} : { severity: flags.severity }),
    ...(flags.fixed === true ? { fixed: true } : flags.unfixed === true ? { fixed: false } : {}),
  };
  return assessWithAdvisories(
    reference,
    flags,
    terminal,
    ({ assessments }) => {
      const shown = assessments.map((assessment) => {
        const chosen = chooseLayers(assessment, flags);
        return { ...chosen, findings: filterFindings(chosen.findings, filter) };
      });
      const style = styleFor(terminal.stdout, terminal.environment);
      writeTargets(
        targets,
        (format) =>
          format === 'json'
            ? formatAssessments(shown, { files: flags.files === true })
            : formatSeveral(shown, (assessment) => formatScan(assessment, style), style),
        terminal.stdout,
      );
      return gateStatus(shown, flags) || coverageStatus(assessments, flags);
    },
    { allLayers: flags.allLayers === true, verdicts: flags.verdict },
  );
}

function gateStatus(shown: readonly Assessment[], { failOn }: ScanFlags): ExitStatus {
  if (failOn === undefined) return 0;
  const gate: FindingFilter = { verdicts: OPEN_VERDICTS, severity: failOn };
  return shown.some(({ findings }) => filterFindings(findings, gate).length > 0) ? 2 : 0;
}
