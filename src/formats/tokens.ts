/**
 * Takes a text apart into tokens, for the small readers of syntaxes that no library reads: terms of Erlang, tables of Lua,
 * files of opam. Each expression is tried only where the last token ended, so that a text is gone through once.
 */

/** How a syntax looks: both expressions are sticky; `space` matches the empty text too, `token` does not. */
export interface Lexicon {
  readonly space: RegExp;
  readonly token: RegExp;
}

/** What stands among the tokens for the end of the text. */
export const END = '';

export interface Tokens {
  peek(): string;
  next(): string;
}

class UnreadableText extends Error {}

/** Gives up on a text; only within `readTokens`. */
export function giveUp(): never {
  throw new UnreadableText();
}

/** What `read` makes of the tokens of a text; null where it gives up, or no token begins at some place. */
export function readTokens<T>(text: string, lexicon: Lexicon, read: (tokens: Tokens) => T): T | null {
  try {
    return read(createTokens(text, lexicon));
  } catch (error) {
    if (error instanceof UnreadableText) return null;
    throw error;
  }
}

function createTokens(text: string, { space, token }: Lexicon): Tokens {
  let at = 0;
  let current = advance();

  function advance(): string {
    at += matchAt(space).length;
    if (at === text.length) return END;
    const found = matchAt(token);
    if (found === '') giveUp();
    at += found.length;
    return found;
  }

  function matchAt(expression: RegExp): string {
    expression.lastIndex = at;
    return expression.exec(text)?.[0] ?? '';
  }

  return {
    peek: () => current,
    next() {
      const taken = current;
      current = advance();
      return taken;
    },
  };
}
