/** What upstream leaves to Go's standard library, and what JavaScript does otherwise. */

/** `unicode.IsSpace`: with U+0085 and without U+FEFF, unlike JavaScript. */
const SPACES: ReadonlySet<string> = new Set(
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);

/** What the elements of lists lose at both ends. */
export const LIST_SPACES: ReadonlySet<string> = new Set('\n\r\t ');

/** Where the text begins behind these characters; its length when there is nothing else. */
export function skip(text: string, characters: ReadonlySet<string> = SPACES): number {
  let start = 0;
  while (start < text.length && characters.has(text.charAt(start))) start += 1;
  return start;
}

/** `strings.TrimRightFunc`: by hand, since a regular expression takes quadratic time on long runs of spaces. */
export function trimEnd(text: string, characters: ReadonlySet<string> = SPACES): string {
  let end = text.length;
  while (end > 0 && characters.has(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** `strings.TrimSpace` and `strings.Trim`. */
export function trim(text: string, characters: ReadonlySet<string> = SPACES): string {
  return trimEnd(text.slice(skip(text, characters)), characters);
}

/** `path.Clean`: the shortest path that means the same; `..` at the beginning stays. */
export function cleanPath(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push(part);
  }
  const joined = kept.join('/');
  return isRooted ? `/${joined}` : joined || '.';
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

/** `strconv.Quote`, which error texts show values by. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escape)}"`;
}

function escape(character: string): string {
  const known = ESCAPES.get(character);
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  const hex = (length: number) => code.toString(16).padStart(length, '0');
  if (code < 0x80) return `\\x${hex(2)}`;
  return code < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}
