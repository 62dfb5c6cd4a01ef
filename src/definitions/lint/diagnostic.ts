import { type LintRule, LINT_RULES, type Severity } from './rules.ts';

/** Something that is wrong in a definition, or probably is. */
export interface Diagnostic {
  readonly rule: LintRule;
  readonly severity: Severity;
  /** Both are counted from 1. */
  readonly line: number;
  readonly column: number;
  /** First tag of the entry that it is in; null for the first paragraph and for the file. */
  readonly entry: string | null;
  readonly message: string;
  readonly remedy: string;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export const startOf = ({ line }: { readonly line: number }): Place => ({ line, column: 1 });

/** @param remedy where the place knows better than the rule */
export function diagnostic(
  rule: LintRule,
  block: Pick<Diagnostic, 'entry'> | null,
  { line, column }: Place,
  message: string,
  remedy?: string,
): Diagnostic {
  const { severity, remedy: general } = LINT_RULES[rule];
  return { rule, severity, line, column, entry: block?.entry ?? null, message, remedy: remedy ?? general };
}
