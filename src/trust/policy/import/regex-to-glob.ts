/** A glob that matches what a regular expression does. */
export interface ConvertedExpression {
  readonly glob: string;
  /** True when the glob matches less: a dot was taken for a dot. */
  readonly isStricter: boolean;
}

/**
 * Writes a regular expression of Go as a glob: literals, `.*` and `[^/]*`, with or without anchors. An expression without anchors
 * matches anywhere, and so does the glob.
 *
 * @returns null for what a glob cannot say
 */
export function regexToGlob(expression: string): ConvertedExpression | null {
  const start = expression.startsWith('^') ? '' : '**';
  const isEnded = expression.endsWith('$') && !expression.endsWith('\\$');
  const body = expression.slice(start === '' ? 1 : 0, isEnded ? -1 : undefined);
  let glob = start;
  let isStricter = false;
  for (let at = 0; at < body.length;) {
    const token = TOKENS.find(({ text }) => body.startsWith(text, at));
    const character = body[at] ?? '';
    const escaped = character === '\\' ? (body[at + 1] ?? '') : null;
    if (token !== undefined) {
      glob += token.glob;
      at += token.text.length;
    } else if (escaped !== null && /^[^a-zA-Z0-9*?]$/.test(escaped)) {
      glob += escaped;
      at += 2;
    } else if (/^[a-zA-Z0-9\-_/:@=,~#&%!<>";' ]$/.test(character) || character === '.') {
      isStricter ||= character === '.';
      glob += character;
      at += 1;
    } else return null;
    // a sign of repetition after a literal is none of the glob's
    if (/^[*+?{]/.test(body.slice(at))) return null;
  }
  const whole = (glob + (isEnded ? '' : '**')).replaceAll(/\*{3,}/g, '**');
  return { glob: whole, isStricter };
}

const TOKENS = [
  { text: '.*', glob: '**' },
  { text: '[^/]*', glob: '*' },
] as const;
