/**
 * The axes on which images of a repository differ besides their version: what they are built on, and how much is in them.
 * docker-library/official-images names them by convention only, so this is a table of the words that are in use.
 */
import { DEBIAN_RELEASES } from '../../model/debian-releases.ts';
import { UBUNTU_RELEASES } from '../../model/ubuntu-releases.ts';
import { isPast, lastDayOfSupport } from '../../findings/end-of-life.ts';
import { variantOf, type TagName, type TagPart } from './tag-name.ts';

/** A release of a distribution, with `ID` and `VERSION_ID` of its os-release. */
export interface SystemRelease {
  readonly id: string;
  readonly versionId: string;
}

export interface EndOfLife {
  readonly release: SystemRelease;
  /** An RFC 3339 full-date. */
  readonly lastDay: string;
  readonly isOver: boolean;
}

/** Distributions that tags name with their version, by `ID` of os-release. */
const SYSTEM_WORDS: ReadonlyMap<string, string> = new Map([
  ['al', 'amzn'],
  ['almalinux', 'almalinux'],
  ['alpine', 'alpine'],
  ['amazonlinux', 'amzn'],
  ['centos', 'centos'],
  ['debian', 'debian'],
  ['fedora', 'fedora'],
  ['ol', 'ol'],
  ['oraclelinux', 'ol'],
  ['rockylinux', 'rocky'],
  ['ubi', 'rhel'],
  ['ubuntu', 'ubuntu'],
]);

/** The release of a distribution that a part of a tag names: `noble`, `alpine3.24`; null for none. */
export function releaseOfPart({ word, version }: TagPart): SystemRelease | null {
  if (version === '') {
    const debian = DEBIAN_RELEASES.get(word);
    if (debian !== undefined) return { id: 'debian', versionId: debian };
    const ubuntu = UBUNTU_RELEASES.get(word);
    return ubuntu === undefined ? null : { id: 'ubuntu', versionId: ubuntu };
  }
  const id = SYSTEM_WORDS.get(word);
  return id === undefined ? null : { id, versionId: version };
}

/** The release that a tag, or the tags of one image, name. */
export function releaseOf(tags: readonly TagName[]): SystemRelease | null {
  for (const { parts } of tags) {
    for (const part of parts) {
      const release = releaseOfPart(part);
      if (release !== null) return release;
    }
  }
  return null;
}

/** Until when a release gets public security updates; null where that is not known. */
export function endOfLifeOf(release: SystemRelease, nowMs: number): EndOfLife | null {
  const lastDay = lastDayOfSupport({ ...release, rolling: false }, { supportPeriods: () => [] });
  return lastDay === null ? null : { release, lastDay, isOver: isPast(lastDay, nowMs) };
}

/** Words of images with less in them than their siblings have, and how much that weighs against other such words. */
const LEAN_WORDS: ReadonlyMap<string, number> = new Map([
  ['alpine', 4],
  ['curl', 2],
  ['headless', 1],
  ['jre', 2],
  ['micro', 3],
  ['minimal', 2],
  ['musl', 1],
  ['nanoserver', 4],
  ['scm', 1],
  ['slim', 3],
  ['uclibc', 1],
]);

/** Words that say the same as the plain image of their kind does with another word. */
const FULL_WORDS: ReadonlyMap<string, string> = new Map([
  ['jre', 'jdk'],
  ['nanoserver', 'windowsservercore'],
]);

/** How little is in an image, as its tag has it; 0 for a plain one. An order, not a size. */
export function leannessOf({ parts }: TagName): number {
  return parts.reduce((sum, { word }) => sum + (LEAN_WORDS.get(word) ?? 0), 0);
}

/** What is left of a tag's variant without its system: images of one kind are compared by version. */
export function kindOf(tag: TagName): string {
  return variantOf({ ...tag, parts: tag.parts.filter((part) => !isSystem(part)) });
}

/** What is left of it without what makes it lean as well: images of one family differ in size. */
export function familyOf(tag: TagName): string {
  const words = tag.parts
    .filter((part) => !isSystem(part) && (!LEAN_WORDS.has(part.word) || FULL_WORDS.has(part.word)))
    .map(({ word }) => FULL_WORDS.get(word) ?? word);
  return variantOf({ ...tag, parts: words.map((word) => ({ word, version: '' })) });
}

/** Whether a part says what an image is built on, and nothing else: `alpine3.24` is a kind of its own, for it is lean. */
export function isSystem(part: TagPart): boolean {
  return part.word === 'ltsc' || (part.word !== 'alpine' && releaseOfPart(part) !== null);
}
