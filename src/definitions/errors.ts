import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

export const DEFINITION_ERRORS = {
  DEFINITION_INVALID: {
    exit: 3,
    means: 'A library definition file does not follow its format.',
    remedy:
      'Correct the file at the place that is named; "hallmark library lint" tells everything that is wrong.',
  },
} as const satisfies ErrorTable;

export class DefinitionError extends HallmarkError {
  override readonly name = 'DefinitionError';
  constructor(code: keyof typeof DEFINITION_ERRORS, message: string, details?: ErrorDetails) {
    super(code, DEFINITION_ERRORS[code], message, details);
  }
}
