import { compareDigits, compareText, digitsEnd, isDigit, isLetter } from './ascii.ts';
import { unreadableVersion, type VersionScheme } from './scheme.ts';

/**
 * rpm's versions, `[epoch:]version[-release]`, compared as `rpmverCmp` of rpm 4.16 and later does: no epoch is epoch
 * 0, and no release is older than any. rpm, rpmio/rpmvercmp.c and rpmio/rpmver.c.
 */
export const rpm: VersionScheme = {
  name: 'rpm',
  isValid: (version) => version !== '' && !/\s/.test(version),
  compare(a, b) {
    check(a);
    check(b);
    const [epochA, epochB] = [epochEnd(a), epochEnd(b)];
    const epochs = compareDigits(a, 0, Math.max(epochA, 0), b, 0, Math.max(epochB, 0));
    if (epochs !== 0) return epochs;

    const [startA, startB] = [epochA < 0 ? 0 : epochA + 1, epochB < 0 ? 0 : epochB + 1];
    const [releaseA, releaseB] = [releaseStart(a, startA), releaseStart(b, startB)];
    const versions = compareLabels(a, startA, releaseA, b, startB, releaseB);
    if (versions !== 0) return versions;

    const hasReleaseA = releaseA < a.length;
    if (hasReleaseA !== releaseB < b.length) return hasReleaseA ? 1 : -1;
    return compareLabels(a, releaseA + 1, a.length, b, releaseB + 1, b.length);
  },
};

function check(version: string): void {
  if (!rpm.isValid(version)) throw unreadableVersion('rpm', version);
}

/** Position of the colon after leading digits; -1 when there is no epoch. */
function epochEnd(version: string): number {
  const end = digitsEnd(version, 0);
  return version[end] === ':' ? end : -1;
}

/** Position of the last hyphen after the epoch; the end when there is none. */
function releaseStart(version: string, start: number): number {
  const hyphen = version.lastIndexOf('-');
  return hyphen < start ? version.length : hyphen;
}

/**
 * Compares runs of digits by value and runs of letters by character, digits being newer than letters. All else only
 * separates, but for `~`, older than the end, and `^`, newer than the end and older than anything that goes on.
 */
function compareLabels(a: string, i: number, endA: number, b: string, j: number, endB: number): number {
  while (i < endA || j < endB) {
    while (i < endA && isSeparator(a.charCodeAt(i))) i += 1;
    while (j < endB && isSeparator(b.charCodeAt(j))) j += 1;
    const atA = i < endA ? a.charCodeAt(i) : END;
    const atB = j < endB ? b.charCodeAt(j) : END;
    if (atA === TILDE || atB === TILDE) {
      if (atA !== atB) return atA === TILDE ? -1 : 1;
      i += 1;
      j += 1;
      continue;
    }
    if (atA === CARET || atB === CARET) {
      if (atA === END || atB === END) return atA === END ? -1 : 1;
      if (atA !== atB) return atA === CARET ? -1 : 1;
      i += 1;
      j += 1;
      continue;
    }
    if (atA === END || atB === END) break;

    const digits = isDigit(atA);
    if (digits !== isDigit(atB)) return digits ? 1 : -1;
    const runA = digits ? digitsEnd(a, i, endA) : lettersEnd(a, i, endA);
    const runB = digits ? digitsEnd(b, j, endB) : lettersEnd(b, j, endB);
    const order = digits ? compareDigits(a, i, runA, b, j, runB) : compareText(a, i, runA, b, j, runB);
    if (order !== 0) return order;
    i = runA;
    j = runB;
  }
  return i < endA ? 1 : j < endB ? -1 : 0;
}

const END = -1;
const TILDE = 0x7e;
const CARET = 0x5e;

function lettersEnd(text: string, start: number, end: number): number {
  let i = start;
  while (i < end && isLetter(text.charCodeAt(i))) i += 1;
  return i;
}

/** What is neither an ASCII letter or digit nor `~` or `^`; so is every letter of other scripts. */
function isSeparator(code: number): boolean {
  return !isDigit(code) && !isLetter(code) && code !== TILDE && code !== CARET;
}
