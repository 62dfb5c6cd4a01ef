import { formatVerification } from '../../library/admission/format-verification.ts';
import { toVerificationDocument, type VerifiedImage } from '../../library/admission/verification-document.ts';
import { verifyProgramme } from '../../library/running/verify-programme.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatJson } from '../../report/json.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { type ActingFlags, actingOptions } from '../library/acting-options.ts';
import { advisoriesOf, type AdvisoryFlags } from '../library/advisories.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface VerifyImagesFlags extends ProgrammeFlags, AdvisoryFlags, ActingFlags {
  readonly readOnly?: boolean;
  readonly format: readonly string[];
}

export async function verifyImages(
  references: readonly string[],
  flags: VerifyImagesFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, ['terminal', 'json']);
  const { environment, stdout } = terminal;
  const images = await verifyProgramme({
    folder: programmeFolder(flags, terminal),
    references,
    isExamining: flags.readOnly !== true,
    ...advisoriesOf(flags, terminal),
    ...actingOptions(flags, terminal),
  });
  const document = toVerificationDocument(images);
  writeTargets(
    targets,
    (format) =>
      format === 'json' ? formatJson(document) : formatVerification(document, styleFor(stdout, environment)),
    stdout,
  );
  return statusOf(images);
}

/** What could not be examined or asked about is told before what was refused. */
function statusOf(images: readonly VerifiedImage[]): ExitStatus {
  if (images.some(({ verdict }) => verdict === 'unexamined' || verdict === 'undecided')) return 1;
  return images.every(({ verdict }) => verdict === 'admitted') ? 0 : 2;
}
