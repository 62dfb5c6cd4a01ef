/**
 * The newest statement about a tag that was believed. With it a registry that serves an older image under the tag is noticed, though
 * that image and its own statement are soundly signed and not yet expired.
 */
import type { Digest } from '../../model/digest.ts';
import type { Check } from '../../model/trust.ts';
import { check } from '../checks.ts';

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
export function compareMark(before: TagMark | null, { tag, mark }: SightedMark): readonly Check[] {
  if (before === null) {
    if (mark === null) return [];
    const reason = `what is signed of the tag ${tag} was not seen before: of older versions nothing is known`;
    return [check('tag.version', 'not-checked', null, reason)];
  }
  const was = `version ${before.version} was seen on ${before.seen}`;
  // else an image of the time before tags were signed would be accepted as an old one is not
  if (mark === null)
    return answer(false, `nothing that is signed names the tag ${tag} any more, of which ${was}`);
  if (mark.version < before.version)
    return answer(
      false,
      `the tag ${tag} is signed with version ${mark.version}, and ${was}: it was moved back`,
    );
  if (mark.version === before.version && mark.digest !== before.digest)
    return answer(
      false,
      `version ${mark.version} of the tag ${tag} is signed for ${mark.digest}, and was for ${before.digest}`,
    );
  return answer(true, `version ${mark.version} of the tag ${tag} is not older than what was seen: ${was}`);
}

const answer = (isPassed: boolean, reason: string): readonly Check[] => [
  check('tag.version', isPassed ? 'passed' : 'failed', null, reason),
];

/** Whether what is signed now is newer than what was seen before. */
export const isNewer = (before: TagMark | null, now: SightedMark | null): boolean =>
  before !== null && now !== null && now.mark !== null && now.mark.version > before.version;
