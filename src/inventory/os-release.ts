import { boundedText } from './evidence.ts';

/**
 * Reads the assignments of os-release(5) and of files in the same form (lsb-release). Values are quoted as a shell
 * would: bare, in single quotes, or in double quotes where a backslash protects `"`, `$`, the backquote and itself.
 * Of two assignments the later one counts, as in a shell. Lines that are no assignment are passed over.
 */
export function parseAssignments(text: string): ReadonlyMap<string, string> {
  const assignments = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Z][A-Z0-9_]{0,63})=(.*)$/s.exec(line);
    if (match === null) continue;
    const [, name = '', value = ''] = match;
    assignments.set(name, boundedText(unquote(value.trim()), MAX_VALUE_LENGTH) ?? '');
  }
  return assignments;
}

const MAX_VALUE_LENGTH = 256;

function unquote(value: string): string {
  const quote = value[0];
  if (quote !== '"' && quote !== "'") return value.replace(/\\(.)/g, '$1');
  const end = closingQuote(value, quote);
  const inner = value.slice(1, end);
  return quote === '"' ? inner.replace(/\\(["$\\`])/g, '$1') : inner;
}

function closingQuote(value: string, quote: string): number {
  for (let index = 1; index < value.length; index += 1) {
    if (value[index] === '\\' && quote === '"') index += 1;
    else if (value[index] === quote) return index;
  }
  return value.length;
}
