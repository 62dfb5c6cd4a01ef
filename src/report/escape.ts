/**
 * Makes text from an image safe to print on a terminal and in one line: control characters (escape sequences, carriage
 * returns, C1), bidirectional overrides and zero-width characters, with which a package could hide or forge lines of
 * a report, become visible `\u{…}`; so does a lone surrogate.
 */
export function escapeTerminal(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these are what it is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Shortens to `width` characters with an ellipsis at the end. */
export function shorten(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
