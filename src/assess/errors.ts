import { type ErrorDetails, type ErrorTable, HallmarkError } from '../model/errors.ts';

export const ASSESS_ERRORS = {
  BASE_INDEX_NOT_FOUND: {
    exit: 3,
    means: 'There is no index of base images at this place.',
    remedy: 'Check the path, or make an index with "hallmark base-index build".',
  },
  BASE_INDEX_UNREADABLE: {
    exit: 1,
    means: 'A file is not an index of base images, or it is damaged.',
    remedy: 'Make it again with "hallmark base-index build".',
  },
  BASE_INDEX_NOT_WRITTEN: {
    exit: 1,
    means: 'An index of base images could not be written.',
    remedy: 'Check that the folder may be written to and has room.',
  },
  CONFIGURATION_NOT_FOUND: {
    exit: 3,
    means: 'A configuration file that was named cannot be read.',
    remedy: 'Check the path, or leave it out.',
  },
  VEX_FILE_UNREADABLE: {
    exit: 3,
    means: 'A file or folder that was named with --vex cannot be read, or holds no VEX document.',
    remedy: 'Name a document in OpenVEX, CSAF VEX or CycloneDX, or a folder with some.',
  },
  SBOM_FILE_UNREADABLE: {
    exit: 3,
    means: 'The file with a bill of materials cannot be read.',
    remedy: 'Check the path; sbom:- reads standard input.',
  },
  SBOM_NOT_ATTACHED: {
    exit: 4,
    means: 'No bill of materials that can be read is attached to the image.',
    remedy: 'Leave out sbom-of: to have its layers read.',
  },
} as const satisfies ErrorTable;

/** What can go wrong around an assessment, apart from the image and the advisories themselves. */
export class AssessError extends HallmarkError {
  override readonly name = 'AssessError';
  constructor(code: keyof typeof ASSESS_ERRORS, message: string, details?: ErrorDetails) {
    super(code, ASSESS_ERRORS[code], message, details);
  }
}
