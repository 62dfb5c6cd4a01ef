import type { ExitStatus } from '../../model/errors.ts';
import { billFormatNames, writeBill } from '../../sbom/bill-formats.ts';
import { workflowOrigin } from '../../sbom/github/workflow-origin.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { AdvisoryFlags, ImageFlags } from '../options.ts';
import { coverageStatus, inventoryImages } from '../run-assessment.ts';
import { issueDate, type Terminal } from '../terminal.ts';

export type SbomFlags = ImageFlags & Pick<AdvisoryFlags, 'requireCoverage'>;

export async function sbom(reference: string, flags: SbomFlags, terminal: Terminal): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, billFormatNames());
  if (flags.allPlatforms === true) {
    throw new CliError('USAGE', 'an SBOM describes one image, not those of all platforms', {
      remedy: 'Write one for each platform with --platform.',
    });
  }
  const assessments = await inventoryImages(reference, flags, terminal);
  const [assessment] = assessments;
  const origin = workflowOrigin(terminal.environment);
  const options = { created: issueDate(terminal), files: flags.files === true, origin };
  writeTargets(targets, (format) => writeBill(format, assessment, options), terminal.stdout);
  return coverageStatus(assessments, flags);
}
