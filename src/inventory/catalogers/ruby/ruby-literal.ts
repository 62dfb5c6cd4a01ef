/**
 * Literals as RubyGems writes them into a gemspec: `"text".freeze`, `%q<name>.freeze`, lists of these. A gemspec is a
 * program, but an installed one is what `Gem::Specification#to_ruby` wrote: a line for each attribute, texts as
 * `String#dump` escapes them, without line breaks. It is read so and never run.
 */

/** Longer lists are cut: no gem has so many authors or licences. */
const MAX_ELEMENTS = 1000;

/** The texts in a literal text or a list of them; none for any other expression, an interpolated text among them. */
export function parseTexts(expression: string): readonly string[] {
  // sticky: each match begins where the last one ended, so that the time follows the length
  const literal =
    /\s*(?:\[\s*)?(?:"((?:[^"\\#]|\\.|#(?![{$@]))*)"|'((?:[^'\\]|\\.)*)'|%q(?:<([^>]*)>|\{([^}]*)\}))(?:\.freeze)?\s*(?:,|[\])]|(?=$| if ))/y;
  const texts: string[] = [];
  while (texts.length < MAX_ELEMENTS) {
    const match = literal.exec(expression);
    if (match === null) break;
    const [, dumped, quoted, inAngles, inBraces] = match;
    texts.push(dumped === undefined ? (quoted ?? inAngles ?? inBraces ?? '') : undump(dumped));
  }
  return texts;
}

/** The text that a literal stands for; null for any other expression. */
export function parseText(expression: string): string | null {
  return expression.trimStart().startsWith('[') ? null : (parseTexts(expression)[0] ?? null);
}

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
  ['b', '\b'],
  ['a', '\x07'],
  ['e', '\x1b'],
]);

/** Undoes `String#dump`. Bytes of a text that is not marked as UTF-8, though it mostly is, stand as `\xC3\xA9`. */
function undump(dumped: string): string {
  return dumped.replaceAll(
    /(?:\\x[0-9A-Fa-f]{2})+|\\u\{([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})|\\(.)/gs,
    (escape: string, braced?: string, plain?: string, character?: string) => {
      if (character !== undefined) return CONTROLS.get(character) ?? character;
      const hex = braced ?? plain;
      if (hex === undefined) return Buffer.from(escape.replaceAll('\\x', ''), 'hex').toString();
      const codePoint = Number.parseInt(hex, 16);
      return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '\ufffd';
    },
  );
}
