import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

export const FINDINGS_ERRORS = {
  CONFIGURATION_INVALID: {
    exit: 3,
    means: 'A configuration file with exceptions or overrides is not as it should be.',
    remedy: 'Mend the lines that are named; docs/vex.md describes each field.',
  },
} as const satisfies ErrorTable;

export class FindingsError extends HallmarkError {
  override readonly name = 'FindingsError';
  constructor(code: keyof typeof FINDINGS_ERRORS, message: string, details?: ErrorDetails) {
    super(code, FINDINGS_ERRORS[code], message, details);
  }
}
