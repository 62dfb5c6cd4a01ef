import { compareDigits, digitsEnd, isDigit, isLetter } from './ascii.ts';
import { unreadableVersion, type VersionScheme } from './scheme.ts';

/** dpkg reads the epoch into a C int. */
const GREATEST_EPOCH = 2_147_483_647;

/**
 * Debian's versions, `[epoch:]upstream[-revision]`. deb-version(7); dpkg, lib/dpkg/version.c and parsehelp.c.
 * Valid is what dpkg compares, if with a warning: it minds other characters and a leading letter, but reads on.
 */
export const deb: VersionScheme = {
  name: 'deb',
  isValid: (version) => epochOf(version) >= 0,
  compare(a, b) {
    const epochs = readEpoch(a) - readEpoch(b);
    if (epochs !== 0) return epochs;
    const [upstreamA, upstreamB] = [a.indexOf(':') + 1, b.indexOf(':') + 1];
    const [revisionA, revisionB] = [revisionStart(a), revisionStart(b)];
    return (
      comparePart(a, upstreamA, revisionA, b, upstreamB, revisionB) ||
      // an absent revision equals an empty one, and both equal "0"
      comparePart(a, revisionA + 1, a.length, b, revisionB + 1, b.length)
    );
  },
};

function readEpoch(version: string): number {
  const epoch = epochOf(version);
  if (epoch < 0) throw unreadableVersion('deb', version);
  return epoch;
}

/** The epoch, 0 when there is none, and -1 for what is no version at all. */
function epochOf(version: string): number {
  const upstream = version.indexOf(':') + 1;
  const revision = revisionStart(version);
  if (revision <= upstream || revision === version.length - 1) return -1;
  for (let i = upstream; i < version.length; i += 1) {
    const code = version.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f) return -1;
  }
  if (upstream === 0) return 0;
  let epoch = 0;
  for (let i = 0; i < upstream - 1; i += 1) {
    const digit = version.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    epoch = epoch * 10 + digit;
  }
  return upstream > 1 && epoch <= GREATEST_EPOCH ? epoch : -1;
}

/** Position of the hyphen before the revision; the end when there is none. A hyphen in the epoch is no hyphen. */
function revisionStart(version: string): number {
  const hyphen = version.lastIndexOf('-');
  return hyphen < 0 ? version.length : hyphen;
}

/** Runs of other characters and runs of digits in turn, the former by `rank`, the latter by value. */
function comparePart(a: string, i: number, endA: number, b: string, j: number, endB: number): number {
  while (i < endA || j < endB) {
    for (;;) {
      const rankA = i < endA ? rank(a.charCodeAt(i)) : 0;
      const rankB = j < endB ? rank(b.charCodeAt(j)) : 0;
      if (rankA !== rankB) return rankA - rankB;
      if (rankA === 0) break;
      i += 1;
      j += 1;
    }
    const numberA = digitsEnd(a, i, endA);
    const numberB = digitsEnd(b, j, endB);
    const order = compareDigits(a, i, numberA, b, j, numberB);
    if (order !== 0) return order;
    i = numberA;
    j = numberB;
  }
  return 0;
}

/** A tilde sorts before the end, the end and digits before letters, letters before everything else. */
function rank(code: number): number {
  if (isDigit(code)) return 0;
  if (code === 0x7e) return -1;
  return isLetter(code) ? code : code + 256;
}
