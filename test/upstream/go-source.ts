/** Takes cases out of tests that are written in Go. */

/** Texts between backquotes, in their order. */
export function rawStrings(source: string): readonly string[] {
  return [...source.matchAll(/`([^`]*)`/g)].map(([, text = '']) => text);
}

/** What an example prints, by the comment at its end; without space at its beginning and end, as Go compares it. */
export function exampleOutput(source: string, name: string): string {
  const start = source.indexOf(`func ${name}(`);
  const comment = source.slice(source.indexOf('// Output:\n', start) + '// Output:\n'.length);
  const lines = /^(?:\t\/\/.*\n)+/.exec(comment)?.[0] ?? '';
  return lines.replaceAll(/^\t\/\/ ?/gm, '').trim();
}

/** Texts between double quotes, none of which has an escape. */
export function quotedStrings(source: string): readonly string[] {
  return [...source.matchAll(/"([^"\\]*)"/g)].map(([, text = '']) => text);
}
