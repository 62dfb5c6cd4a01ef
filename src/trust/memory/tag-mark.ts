/**
 * The newest statement about a tag that was believed. With it a registry that serves an older image under the tag is noticed, though
 * that image and its own statement are soundly signed and not yet expired.
 */
import type { Digest } from '../../model/digest.ts';
import type { Check } from '../../model/trust.ts';
import { check } from '../checks/checks.ts';

export interface TagMark {
  readonly version: number;
  /** What the tag meant. */
  readonly digest: Digest;
  /** RFC 3339: when it was last seen here. */
  readonly seen: string;
}

/** What is signed of a tag now. */
export interface SightedMark {
  readonly tag: string;
  /** Null where nobody who is believed says anything of the tag. */
  readonly mark: Omit<TagMark, 'seen'> | null;
}

/** Compares what is signed of a tag now with what was signed of it before. */
export function compareMark(before: TagMark | null, now: SightedMark): readonly Check[] {
  const { tag, mark } = now;
  if (before !== null) {
    const fault = faultOf(before, now);
    const holds = `what is signed of the tag ${tag} is not older than version ${before.version}, seen on ${before.seen}`;
    return [check('tag.version', fault === null ? 'passed' : 'failed', null, fault ?? holds)];
  }
  if (mark === null) return [];
  const reason = `what is signed of the tag ${tag} was not seen before: of older versions nothing is known`;
  return [check('tag.version', 'not-checked', null, reason)];
}

function faultOf(before: TagMark, { tag, mark }: SightedMark): string | null {
  const was = `version ${before.version} was seen on ${before.seen}`;
  // else an image of the time before tags were signed could come back, which an older signed one cannot
  if (mark === null) return `nobody whom the rule names says what the tag ${tag} means any more, and ${was}`;
  const { version, digest } = mark;
  if (version < before.version)
    return `the tag ${tag} is signed with version ${version}, and ${was}: it was moved back`;
  if (version === before.version && digest !== before.digest)
    return `version ${version} of the tag ${tag} is signed for ${digest}, and was for ${before.digest}`;
  return null;
}

/** Whether what is signed now is newer than what was seen before. */
export const isNewer = (before: TagMark | null, now: SightedMark | null): boolean =>
  before !== null && now !== null && now.mark !== null && now.mark.version > before.version;
