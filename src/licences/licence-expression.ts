import type { PackageType } from '../model/package.ts';
import { readDeclaration } from './declaration.ts';
import { rulesOf } from './ecosystem-rules.ts';
import { formatExpression, joinExpressions } from './spdx-expression.ts';

/**
 * What is declared as one SPDX expression, in the meaning of the package's ecosystem. A licence that is not on SPDX's
 * list is a `LicenseRef-` with its name. Null without a declaration, and where one of them cannot be read: an expression
 * that leaves out one of the licences would say less than is asked for.
 */
export function toLicenceExpression(type: PackageType, declarations: readonly string[]): string | null {
  const rules = rulesOf(type);
  const read = declarations
    .filter((declared) => declared.trim() !== '')
    .map((declared) => readDeclaration(declared, rules));
  const expressions = read.filter((expression) => expression !== null);
  if (expressions.length === 0 || expressions.length < read.length) return null;
  return formatExpression(joinExpressions(expressions, rules.several));
}
