import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';
import type { LintRule } from './lint/rules.ts';

export const DEFINITION_ERRORS = {
  DEFINITION_INVALID: {
    exit: 3,
    means: 'A library definition file does not follow its format.',
    remedy:
      'Correct the file at the place that is named; "hallmark library lint" tells everything that is wrong.',
  },
} as const satisfies ErrorTable;

/** Which rule of `hallmark library lint` tells the same, and where; lines are counted from 1. */
export interface DefinitionFault {
  readonly rule: LintRule;
  readonly line: number;
}

export class DefinitionError extends HallmarkError {
  override readonly name = 'DefinitionError';
  readonly fault: DefinitionFault;
  constructor(
    code: keyof typeof DEFINITION_ERRORS,
    message: string,
    fault: DefinitionFault,
    details?: ErrorDetails,
  ) {
    super(code, DEFINITION_ERRORS[code], message, details);
    this.fault = fault;
  }
}

/** Ends the reading of a definition. @throws {DefinitionError} DEFINITION_INVALID */
export type Refuse = (rule: LintRule, line: number, message: string) => never;
