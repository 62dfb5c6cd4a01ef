/**
 * Software that was installed without a package manager is known by what its files say: a program holds its version
 * because it prints it. What to look for is data (`Software`); this file finds it in time that follows the file's length,
 * whatever the file holds: a literal text is searched for, and a pattern sees only the few bytes around it.
 */
import type { CpeProduct } from '../../../model/cpe.ts';
import type { PackageType } from '../../../model/package.ts';

/** One piece of software, and the files that show it. */
export interface Software {
  /** As its ecosystem writes it: `drupal/core` with the type `composer`. */
  readonly name: string;
  /** Where it is a package of an ecosystem that has advisories about it. Default: `generic`. */
  readonly type?: PackageType;
  /** As the National Vulnerability Database names it, the best known first. */
  readonly cpes?: readonly CpeProduct[];
  readonly evidence: readonly SoftwareEvidence[];
}

/** Files of one kind, and what they say. */
export type SoftwareEvidence = {
  /** The first that is found tells the version. */
  readonly clues: readonly Clue[];
} & (
  | {
      /** Base names of ELF files. Versions in them do not matter: `libpython3.12.so.1.0` is any `libpython*.so`. */
      readonly programs: readonly string[];
    }
  | {
      /** Ends of paths of other files, from a slash on; `*` is any one name: `releases`, `*`, `OTP_VERSION`. */
      readonly texts: readonly string[];
    }
);

export interface Clue {
  /** What is searched for; of a function null where the path rules this clue out. */
  readonly anchor: string | ((path: string) => string | null);
  /**
   * What the text around the anchor looks like, NULs as they are, other bytes as Latin-1. It captures `version`, or
   * `major`, `minor` and `patch`, whose leading zeros do not count.
   */
  readonly pattern: RegExp;
  /** Bytes before the anchor that the pattern sees. Default: 64. */
  readonly before?: number;
  /** Bytes behind the anchor that the pattern sees. Default: 96. */
  readonly after?: number;
  /** What must be in the file too, where anchor and pattern alone could be another program's. */
  readonly beside?: string;
}

const BEFORE = 64;
const AFTER = 96;

/** Places of an anchor that are looked at. Real files have a few hundred; a file made of anchors has millions. */
const PLACES_MAX = 20_000;

/** The version that a file says, null when it says none. */
export function versionIn(path: string, content: Buffer, clues: readonly Clue[]): string | null {
  for (const clue of clues) {
    const version = clueVersion(path, content, clue);
    if (version !== null) return version;
  }
  return null;
}

function clueVersion(path: string, content: Buffer, clue: Clue): string | null {
  const { pattern, beside, before = BEFORE, after = AFTER } = clue;
  const anchor = typeof clue.anchor === 'string' ? clue.anchor : clue.anchor(path);
  if (anchor === null) return null;
  let at = content.indexOf(anchor, 0, 'latin1');
  if (at < 0 || (beside !== undefined && !content.includes(beside, 0, 'latin1'))) return null;
  for (let places = 0; at >= 0 && places < PLACES_MAX; places++) {
    const end = at + anchor.length;
    const found = pattern.exec(content.toString('latin1', Math.max(at - before, 0), end + after));
    if (found?.groups !== undefined) return toVersion(found.groups);
    at = content.indexOf(anchor, end, 'latin1');
  }
  return null;
}

function toVersion({ version, major, minor, patch }: Partial<Record<string, string>>): string {
  if (version !== undefined) return version;
  return [major, minor, patch].flatMap((part) => part?.replace(/^0+(?=\d)/, '') ?? []).join('.');
}

/**
 * A base name without the versions in it, by which programs are looked up: `ruby3.1` is `ruby`, `gcc-12` is `gcc`,
 * `libcrypto.so.1.0.2k` is `libcrypto.so`. Nor does the hash count that auditwheel gives to the libraries that it puts
 * into a wheel: `libssl-8bd944e8.so.3`.
 */
export function programName(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/-[0-9a-f]{8}(?=\.so)/, '')
    .replaceAll(/[-.]?\d+(?:\.\d+)*(?:[a-z](?=$|\.))?/g, '');
}

/** True when a path ends as a pattern of `SoftwareEvidence.texts` says. */
export function endsLike(path: string, ending: string): boolean {
  const segments = path.split('/');
  const wanted = ending.split('/');
  const tail = segments.slice(-wanted.length);
  return (
    tail.length === wanted.length &&
    wanted.every((segment, index) => segment === '*' || segment === tail[index])
  );
}
