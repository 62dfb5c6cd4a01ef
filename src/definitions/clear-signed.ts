/**
 * Text inside of an OpenPGP signature in clear, RFC 4880 section 7. Nothing is verified, as upstream does not: it has no keys.
 * golang.org/x/crypto, `openpgp/clearsign` and `openpgp/armor`.
 */
import { trim, trimEnd } from './go-strings.ts';
import type { Line } from './control-file.ts';

const BEGIN_MESSAGE = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END_SIGNATURE = '-----END PGP SIGNATURE-----';
const TRAILING: ReadonlySet<string> = new Set(' \t');

export function isClearSigned([first]: readonly Line[]): boolean {
  return first?.text.startsWith('-----BEGIN PGP ') === true;
}

/** The lines of the first message, each but the last with a carriage return at its end. Null when there is no whole one. */
export function clearSignedLines(lines: readonly Line[]): Line[] | null {
  const start = lines.findIndex(({ text }) => text.startsWith(BEGIN_MESSAGE));
  if (start === -1 || bare(lines[start]) !== BEGIN_MESSAGE) return null;
  const headersEnd = lines.findIndex((line, index) => index > start && bare(line) === '');
  if (headersEnd === -1 || !lines.slice(start + 1, headersEnd).every((line) => isHashHeader(bare(line)))) {
    return null;
  }
  const end = lines.findIndex((line, index) => index > headersEnd && bare(line) === BEGIN_SIGNATURE);
  if (end === -1 || !isArmour(lines.slice(end + 1))) return null;
  return lines.slice(headersEnd + 1, end).map((line, index, { length }) => ({
    number: line.number,
    text: `${unescaped(bare(line))}${index < length - 1 ? '\r' : ''}`,
  }));
}

const bare = (line: Line | undefined) => line?.text.replace(/\r$/, '');

const isHashHeader = (text = '') => /^[ -~]*$/.test(text) && /^ *Hash *:/.test(text);

/** Lines that begin with a dash have another one in front; spaces at their ends are no part of what is signed. */
function unescaped(text = ''): string {
  return trimEnd(text.startsWith('- ') ? text.slice(2) : text, TRAILING);
}

/** Headers, an empty line, and the end of a signature. */
function isArmour(lines: readonly Line[]): boolean {
  const end = lines.findIndex(({ text }) => text.startsWith(END_SIGNATURE));
  const texts = lines.slice(0, Math.max(end, 0)).map(({ text }) => trim(text));
  const headersEnd = texts.indexOf('');
  return headersEnd !== -1 && texts.slice(0, headersEnd).every((text) => text.includes(': '));
}
