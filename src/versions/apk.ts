/**
 * Alpine's versions, `digits{.digits}…{letter}{_suffix{digits}}…{~hash}{-r digits}`, tokenised and compared as
 * apk-tools 3 does (src/version.c). A version is a list of tokens; lists compare token by token, first by kind, then
 * by value. What goes on is newer than what ends, unless it goes on with the suffix of a pre-release.
 *
 * apk also compares what it calls invalid; installed databases and Alpine's own advisories hold such versions
 * (`4.8.0.-r1`). So does this scheme, in a total order: digits after a letter count, as in apk-tools 2 (`5.7.1p1`); a
 * missing number is older than any; and reading stops at the first thing that is none of these, which is older than
 * the end. Only what does not begin with a digit is no version.
 */
import { compareDigits, compareText, digitsEnd, isDigit } from './ascii.ts';
import { unreadableVersion, type VersionScheme } from './scheme.ts';

/** Kinds of tokens, in their order where two versions differ in kind. */
const PRE_RELEASE = 0;
const INVALID = 1;
const NO_NUMBER = 2;
const END = 3;
const REVISION = 4;
const HASH = 5;
const SUFFIX_NUMBER = 6;
const POST_RELEASE = 7;
const LETTER = 8;
const NUMBER = 9;
const FIRST_NUMBER = 10;

const PRE_RELEASES: readonly string[] = ['alpha', 'beta', 'pre', 'rc'];
const POST_RELEASES: readonly string[] = ['cvs', 'svn', 'git', 'hg', 'p'];

/** A version and the token that was read last: `text.slice(start, end)`. */
interface Reader {
  readonly text: string;
  kind: number;
  start: number;
  end: number;
  /** Place of a suffix among those of its kind. */
  suffix: number;
}

export const apk: VersionScheme = {
  name: 'apk',
  isValid: (version) => /^\d\S*$/.test(version),
  compare(a, b) {
    const [left, right] = firstDifference(a, b);
    return left.kind === right.kind ? compareValues(left, right) : left.kind - right.kind;
  },
};

/** Reads both to the first tokens that differ, or to the end of both. */
function firstDifference(a: string, b: string): readonly [Reader, Reader] {
  const left = firstToken(a);
  const right = firstToken(b);
  while (left.kind === right.kind && compareValues(left, right) === 0) {
    if (left.kind === END || left.kind === INVALID) break;
    nextToken(left);
    nextToken(right);
  }
  return [left, right];
}

function firstToken(text: string): Reader {
  if (text === '') throw unreadableVersion('apk', text);
  const end = digitsEnd(text, 0);
  return { text, kind: end === 0 ? NO_NUMBER : FIRST_NUMBER, start: 0, end, suffix: 0 };
}

function nextToken(reader: Reader): void {
  const { text, end } = reader;
  // the place in the grammar that has been reached; it falls from FIRST_NUMBER to REVISION
  const reached =
    reader.kind === PRE_RELEASE ? POST_RELEASE : reader.kind === NO_NUMBER ? NUMBER : reader.kind;
  const code = end < text.length ? text.charCodeAt(end) : -1;
  reader.kind = INVALID;
  reader.start = end;
  if (code === -1) {
    reader.kind = END;
  } else if (isLowerCase(code) && reached >= NUMBER) {
    reader.kind = LETTER;
    reader.end = end + 1;
  } else if (code === 0x2e && reached >= NUMBER) {
    reader.start = end + 1;
    reader.end = digitsEnd(text, end + 1);
    reader.kind = reader.end === reader.start ? NO_NUMBER : NUMBER;
  } else if (isDigit(code) && (reached === POST_RELEASE || reached === LETTER)) {
    reader.kind = reached === LETTER ? NUMBER : SUFFIX_NUMBER;
    reader.end = digitsEnd(text, end);
  } else if (code === 0x5f && reached >= SUFFIX_NUMBER) {
    readSuffix(reader, end + 1);
  } else if (code === 0x7e && reached > HASH) {
    reader.start = end + 1;
    reader.end = hashEnd(text, end + 1);
    reader.kind = reader.end === reader.start ? INVALID : HASH;
  } else if (
    code === 0x2d &&
    reached > REVISION &&
    text[end + 1] === 'r' &&
    !isLowerCase(text.charCodeAt(end + 2))
  ) {
    reader.start = end + 2;
    reader.end = digitsEnd(text, end + 2);
    reader.kind = REVISION;
  }
}

function readSuffix(reader: Reader, start: number): void {
  let end = start;
  while (isLowerCase(reader.text.charCodeAt(end))) end += 1;
  const word = reader.text.slice(start, end);
  const before = PRE_RELEASES.indexOf(word);
  const after = POST_RELEASES.indexOf(word);
  if (before < 0 && after < 0) return;
  reader.kind = before < 0 ? POST_RELEASE : PRE_RELEASE;
  reader.suffix = before < 0 ? after : before;
  reader.start = start;
  reader.end = end;
}

/** Compares tokens of one kind. */
function compareValues(a: Reader, b: Reader): number {
  switch (a.kind) {
    case PRE_RELEASE:
    case POST_RELEASE:
      return a.suffix - b.suffix;
    case NUMBER: {
      // numbers after a dot are fractions when one begins with 0: 1.05 is older than 1.5
      const fraction = startsWithZero(a) || startsWithZero(b);
      return fraction ? compareAsText(a, b) : compareAsNumber(a, b);
    }
    case FIRST_NUMBER:
    case SUFFIX_NUMBER:
    case REVISION:
      return compareAsNumber(a, b);
    case LETTER:
    case HASH:
      return compareAsText(a, b);
    default:
      return 0;
  }
}

function compareAsNumber(a: Reader, b: Reader): number {
  return compareDigits(a.text, a.start, a.end, b.text, b.start, b.end);
}

function compareAsText(a: Reader, b: Reader): number {
  return compareText(a.text, a.start, a.end, b.text, b.start, b.end);
}

function startsWithZero({ text, start }: Reader): boolean {
  return text.charCodeAt(start) === 0x30;
}

function hashEnd(text: string, from: number): number {
  let i = from;
  while (isDigit(text.charCodeAt(i)) || (isLowerCase(text.charCodeAt(i)) && text.charCodeAt(i) <= 0x66))
    i += 1;
  return i;
}

function isLowerCase(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}
