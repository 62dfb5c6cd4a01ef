import { compareDigits, compareText, digitsEnd, isDigit, isLetter } from './ascii.ts';
import { unreadableVersion, type VersionScheme } from './scheme.ts';

/**
 * Arch Linux's versions, `[epoch:]pkgver[-pkgrel]`, compared as pacman's `vercmp` does (lib/libalpm/version.c). A missing
 * pkgrel equals every pkgrel, so that the order is total only among versions that have one, as those of packages do.
 */
export const alpm: VersionScheme = {
  name: 'alpm',
  isValid: (version) => /^(?:\d+:)?[^\s:/-]+(?:-\d+(?:\.\d+)?)?$/.test(version),
  compare(a, b) {
    for (const version of [a, b]) if (!alpm.isValid(version)) throw unreadableVersion('alpm', version);
    const [left, right] = [partsOf(a), partsOf(b)];
    return (
      compareSegments(left.epoch, right.epoch) ||
      compareSegments(left.version, right.version) ||
      (left.release === null || right.release === null ? 0 : compareSegments(left.release, right.release))
    );
  },
};

function partsOf(text: string): { epoch: string; version: string; release: string | null } {
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? '0' : text.slice(0, colon),
    version: hyphen < 0 ? rest : rest.slice(0, hyphen),
    release: hyphen < 0 ? null : rest.slice(hyphen + 1),
  };
}

/**
 * Runs of digits by value and runs of letters by character, digits being newer than letters. Separators only count by
 * their number; at the end, letters that one of the two has left make it older, all else newer.
 */
function compareSegments(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [startA, startB] = [segmentStart(a, i), segmentStart(b, j)];
    const separators = startA - i - (startB - j);
    [i, j] = [startA, startB];
    if (i === a.length || j === b.length) break;
    if (separators !== 0) return separators;
    const digits = isDigit(a.charCodeAt(i));
    if (digits !== isDigit(b.charCodeAt(j))) return digits ? 1 : -1;
    const [endA, endB] = [segmentEnd(a, i, digits), segmentEnd(b, j, digits)];
    const order = digits ? compareDigits(a, i, endA, b, j, endB) : compareText(a, i, endA, b, j, endB);
    if (order !== 0) return order;
    [i, j] = [endA, endB];
  }
  if (i === a.length && j === b.length) return 0;
  return isLetter(a.charCodeAt(i)) || (i === a.length && !isLetter(b.charCodeAt(j))) ? -1 : 1;
}

function segmentStart(text: string, from: number): number {
  let i = from;
  while (i < text.length && !isDigit(text.charCodeAt(i)) && !isLetter(text.charCodeAt(i))) i += 1;
  return i;
}

function segmentEnd(text: string, start: number, digits: boolean): number {
  if (digits) return digitsEnd(text, start);
  let i = start;
  while (i < text.length && isLetter(text.charCodeAt(i))) i += 1;
  return i;
}
