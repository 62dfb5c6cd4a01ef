import parseExpression, { type Info } from 'spdx-expression-parse';

/** The parser recurses at each bracket and each operator. */
const MAX_DEPTH = 40;
const MAX_OPERANDS = 1000;
const MAX_LENGTH = 50_000;

/**
 * An SPDX licence expression (SPDX 2.3, annex D) in one spelling: operators in capitals, no more brackets than needed,
 * nothing twice. Null for what is none.
 */
export function formatExpression(text: string): string | null {
  if (!isBounded(text)) return null;
  try {
    return format(parseExpression(text));
  } catch {
    return null; // it is no expression; that is the answer
  }
}

/** Deep brackets and endless chains would exhaust the parser's stack. */
function isBounded(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  let [depth, operands] = [0, 1];
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ' ') operands++;
    if (depth > MAX_DEPTH || operands > 2 * MAX_OPERANDS) return false;
  }
  return true;
}

function format(info: Info): string {
  if ('license' in info) {
    const exception = info.exception === undefined ? '' : ` WITH ${info.exception}`;
    return `${info.license}${info.plus === true ? '+' : ''}${exception}`;
  }
  const { conjunction } = info;
  const operands = new Set(operandsOf(info, conjunction));
  const isGroup = conjunction === 'and' && operands.size > 1;
  return [...operands]
    .map((text) => (isGroup && text.includes(' OR ') ? `(${text})` : text))
    .join(` ${conjunction.toUpperCase()} `);
}

/** `A AND (B AND C)` has three. */
function operandsOf(info: Info, conjunction: 'and' | 'or'): readonly string[] {
  return 'conjunction' in info && info.conjunction === conjunction
    ? [...operandsOf(info.left, conjunction), ...operandsOf(info.right, conjunction)]
    : [format(info)];
}

/** One expression of several; what is bracketed is left to `formatExpression`. */
export function joinExpressions(expressions: readonly string[], operator: 'AND' | 'OR'): string {
  return expressions.length === 1
    ? (expressions[0] ?? '')
    : expressions.map((text) => (text.includes(' ') ? `(${text})` : text)).join(` ${operator} `);
}
