/**
 * Makes text from an image safe to print on a terminal and in one line: control characters (escape sequences, carriage
 * returns, C1), bidirectional overrides, line separators and characters without a shape (zero-width, tags, fillers),
 * with which a package could hide or forge lines of a report, become visible `\u{…}`; so do lone surrogates.
 */
export function escapeTerminal(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Unicode general categories Cc, Cf, Cs, Zl, Zp, and what Unicode says may be drawn as nothing at all. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Makes text safe in a line of Markdown: nothing in it is markup, nor an address that becomes a link by itself. CommonMark
 * 0.31, section 2.4; GitHub Flavored Markdown, section 6.9.
 */
export function escapeMarkdown(text: string): string {
  return escapeTerminal(text)
    .replace(/[\\`*_[\]<>&|~$]|:(?=\/\/)|^[#+=-]|(?<=www)\./gi, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** Text as Markdown shows code, whatever stands in it. CommonMark 0.31, section 6.1. */
export function markdownCode(text: string): string {
  const safe = escapeTerminal(text);
  const longest = Math.max(0, ...Array.from(safe.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = /^`|`$|^ .* $/.test(safe) ? ' ' : '';
  return safe === '' ? '' : `${fence}${space}${safe}${space}${fence}`;
}

/** Shortens to `width` characters with an ellipsis at the end. */
export function shorten(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
