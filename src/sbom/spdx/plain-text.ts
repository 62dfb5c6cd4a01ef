/**
 * The text if every serialisation of SPDX carries it to the letter: without control characters but line feeds and
 * tabs, without white space around it, and without the brackets that hold tag-value's long texts; else null.
 */
export function plainText(text: string | null): string | null {
  return text !== null && isPlain(text) ? text : null;
}

/** A name that is always there; what no serialisation would carry is left out of it. */
export function plainName(text: string): string {
  if (isPlain(text) && !text.includes('\n')) return text;
  const kept = text
    .toWellFormed()
    .replaceAll(/<\/?text>/g, '')
    .replaceAll(CONTROLS, ' ')
    .trim();
  return kept === '' ? 'unnamed' : kept;
}

const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

function isPlain(text: string): boolean {
  return text !== '' && text.isWellFormed() && text.trim() === text && !/[^\P{Cc}\n\t]|<\/?text>/u.test(text);
}

/** The part of an SPDX identifier that is for people: letters, digits, `.` and `-`. SPDX 2.3, section 7.2. */
export function idText(text: string): string {
  return text
    .slice(0, 60)
    .replaceAll(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/-$/, '');
}
