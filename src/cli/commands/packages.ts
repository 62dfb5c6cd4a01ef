import type { Assessment } from '../../model/assessment.ts';
import type { ExitStatus } from '../../model/errors.ts';
import type { PackageType } from '../../model/package.ts';
import { formatAssessments } from '../../report/json.ts';
import type { LayerOwner } from '../../report/layer-owner.ts';
import { formatPackages } from '../../report/packages-table.ts';
import { formatCoverageList } from '../../report/scan.ts';
import { formatSeveral } from '../../report/several.ts';
import type { Style } from '../../report/style.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { AdvisoryFlags, ImageFlags } from '../options.ts';
import { chooseLayers, coverageStatus, inventoryImages } from '../run-assessment.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export const PACKAGES_FORMATS = ['terminal', 'json', 'purl'] as const;

export interface PackagesFlags extends ImageFlags, Pick<AdvisoryFlags, 'requireCoverage'> {
  readonly type?: PackageType;
  readonly layers?: LayerOwner;
}

export async function packages(
  reference: string,
  flags: PackagesFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, PACKAGES_FORMATS);
  const all = await inventoryImages(reference, flags, terminal);
  const shown = all.map((assessment) => {
    const chosen = chooseLayers(assessment, flags);
    const packages = chosen.packages.filter(({ type }) => flags.type === undefined || type === flags.type);
    return { ...chosen, packages };
  });
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(targets, (format) => render(format, shown, flags, style), terminal.stdout);
  return coverageStatus(all, flags);
}

function render(
  format: (typeof PACKAGES_FORMATS)[number],
  shown: readonly Assessment[],
  flags: PackagesFlags,
  style: Style,
): string {
  switch (format) {
    case 'json':
      return formatAssessments(shown, { files: flags.files === true });
    case 'purl':
      return shown.flatMap((assessment) => assessment.packages.map(({ purl }) => `${purl}\n`)).join('');
    case 'terminal':
      return formatSeveral(
        shown,
        (assessment) => formatPackages(assessment, style) + formatCoverageList(assessment, style),
        style,
      );
  }
}
