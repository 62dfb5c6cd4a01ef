import parseExpression, { type Info } from 'spdx-expression-parse';

/** Longest expression that is read; the parser recurses, so that deep brackets would exhaust the stack. */
const MAX_EXPRESSION_LENGTH = 1000;

/** A declared licence: an SPDX identifier or expression, or text that is neither. */
export type Licence =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'expression'; readonly expression: string }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Reads a declaration as an SPDX licence expression (SPDX 2.3, annex D), and takes as text what is none. References to
 * texts in other documents (`LicenseRef-…`) are text too: the text is not there.
 */
export function readLicence(declared: string): Licence {
  const text = declared.trim();
  if (text.length > MAX_EXPRESSION_LENGTH || text.includes('Ref-')) return { kind: 'text', text };
  const parsed = tryParse(text);
  if (parsed === null) return { kind: 'text', text };
  const expression = formatExpression(parsed);
  return 'license' in parsed && parsed.license === expression
    ? { kind: 'id', id: expression }
    : { kind: 'expression', expression };
}

function tryParse(text: string): Info | null {
  try {
    return parseExpression(text);
  } catch {
    return null; // it is no expression; that is the answer
  }
}

/** Operators in capitals, and no more brackets than needed. */
function formatExpression(info: Info): string {
  if ('license' in info) {
    const exception = info.exception === undefined ? '' : ` WITH ${info.exception}`;
    return `${info.license}${info.plus === true ? '+' : ''}${exception}`;
  }
  const part = (side: Info) => {
    const text = formatExpression(side);
    return info.conjunction === 'and' && 'conjunction' in side && side.conjunction === 'or'
      ? `(${text})`
      : text;
  };
  return `${part(info.left)} ${info.conjunction.toUpperCase()} ${part(info.right)}`;
}

/** Declarations that say something, without repetitions, in their order. */
export function readLicences(declared: readonly string[]): Licence[] {
  const texts = new Set(declared.map((text) => text.trim()).filter(Boolean));
  return [...texts].map(readLicence);
}
