import { formatExpression } from '../licences/spdx-expression.ts';
import type { Package } from '../model/package.ts';

/** A declared licence: an SPDX identifier or expression, or text that is neither. */
export type Licence =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'expression'; readonly expression: string }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Reads a declaration as an SPDX licence expression (SPDX 2.3, annex D), and takes as text what is none. A single
 * reference to a text (`LicenseRef-…`) is text too: nothing but a name is there.
 */
export function readLicence(declared: string): Licence {
  const text = declared.trim();
  const expression = formatExpression(text);
  if (expression === null || /^\S*Ref-\S*$/.test(expression)) return { kind: 'text', text };
  return /[ +]/.test(expression) ? { kind: 'expression', expression } : { kind: 'id', id: expression };
}

/** Declarations that say something, without repetitions, in their order. */
export function readLicences(declared: readonly string[]): Licence[] {
  const texts = new Set(declared.map((text) => text.trim()).filter(Boolean));
  return [...texts].map(readLicence);
}

/**
 * What a package declares: one expression where that says more than the declarations do, else these. An expression that
 * is but a reference says less than the name that it was made of.
 */
export function declaredLicences({
  licences,
  licenceExpression,
}: Pick<Package, 'licences' | 'licenceExpression'>): readonly Licence[] {
  const whole = licenceExpression === null || licences.length === 0 ? null : readLicence(licenceExpression);
  return whole === null || whole.kind === 'text' ? readLicences(licences) : [whole];
}
