/** Variables in references, as Dockerfiles and Compose files write them: `$A`, `${A}`, `${A:-default}`, `${A-default}`. */

/** A text whose variables were replaced, or the name of the first one that has no value. */
export type Expansion =
  | { readonly kind: 'known'; readonly text: string; readonly hasVariables: boolean }
  | { readonly kind: 'unknown'; readonly variable: string };

const VARIABLE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^}$]*))?\})/g;

/**
 * Replaces variables by the values given, and by their own defaults. A `$` that begins none of the forms above makes the
 * text unknown: it is not guessed at. Dockerfile reference, "Environment replacement"; Compose specification, "Interpolation".
 */
export function expandVariables(
  text: string,
  valueFor: (name: string) => string | undefined = () => undefined,
): Expansion {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, plain, braced, operator = '', operand = ''] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + whole.length;
    const name = plain ?? braced;
    if (name === undefined) {
      parts.push('$');
      continue;
    }
    const value = valueOf(valueFor(name), operator, operand);
    if (value === null) return { kind: 'unknown', variable: name };
    parts.push(value);
  }
  const rest = text.slice(end);
  const stray = [...parts.filter((_, index) => index % 2 === 0), rest].some((part) => part.includes('$'));
  if (stray) return { kind: 'unknown', variable: text };
  return { kind: 'known', text: parts.join('') + rest, hasVariables: end > 0 };
}

/** Null: it has no value. */
function valueOf(value: string | undefined, operator: string, operand: string): string | null {
  const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
  if (operator.endsWith('-')) return isSet ? value : operand;
  if (operator.endsWith('+')) return isSet ? operand : '';
  return isSet ? value : null;
}
