/** Longest text that is looked at; `pom.properties` and `release` have a few lines. */
const MAX_LENGTH = 100_000;

/**
 * Keys and values of a text in the format of `java.util.Properties.load`: comments begin with `#` or `!`, the key ends
 * at the first `=`, `:` or white space, a backslash takes the next character for itself. Long lines that continue
 * behind a backslash are not joined: no file that is read here has them.
 */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const line of text.slice(0, MAX_LENGTH).split(/[\r\n]+/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('!')) continue;
    const end = /(?<!\\)[=:\s]/.exec(trimmed)?.index ?? trimmed.length;
    const value = trimmed.slice(end).trim().replace(/^[=:]/, '').trim();
    properties.set(unescape(trimmed.slice(0, end)), unescape(value));
  }
  return properties;
}

function unescape(text: string): string {
  return text.includes('\\')
    ? text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, character: string) =>
        code === undefined ? character : String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
}
