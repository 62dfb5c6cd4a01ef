import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

/** Everything that can go wrong when a bill of materials is read. What is wrong with single packages is coverage. */
export const SBOM_ERRORS = {
  SBOM_UNREADABLE: {
    exit: 3,
    means: 'The file is no well-formed document, or says of itself something that it is not.',
    remedy: 'Write the bill again with the tool that made it; a transfer may have cut it short.',
  },
  SBOM_FORMAT_UNKNOWN: {
    exit: 3,
    means: 'The document is well-formed, but no bill of materials in a format that Hallmark reads.',
    remedy: 'Use CycloneDX (JSON, XML), SPDX (JSON, tag-value), Syft JSON or a GitHub dependency snapshot.',
  },
  SBOM_TOO_LARGE: {
    exit: 3,
    means: 'The file is larger than Hallmark reads into memory.',
    remedy: 'Leave lists of files out of the bill, or write one for each image.',
  },
} as const satisfies ErrorTable;

export type SbomErrorCode = keyof typeof SBOM_ERRORS;

export class SbomError extends HallmarkError {
  override readonly name = 'SbomError';
  declare readonly code: SbomErrorCode;

  constructor(code: SbomErrorCode, message: string, details?: ErrorDetails) {
    super(code, SBOM_ERRORS[code], message, details);
  }
}
