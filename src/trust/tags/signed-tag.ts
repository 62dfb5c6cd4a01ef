/**
 * What is signed of a tag, of all that is attached to an image. An attacker who moves the tag to an older image brings that image's
 * statement along, which was true once: it is caught here when it has expired, and by `memory/tag-mark.ts` before.
 */
import type { Digest } from '../../model/digest.ts';
import { isFuture } from '../clock-skew.ts';
import type { Check, Endorsement, Signer } from '../../model/trust.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import { check } from '../checks/checks.ts';
import { type TagPredicate, readTagStatement } from './tag-statement.ts';

/** What a tag is asked about. */
export interface TagQuestion {
  /** As the statements have to name it: of a mirror, what it mirrors. */
  readonly repository: string;
  readonly tag: string;
  /** What the tag led to. */
  readonly digest: Digest;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is signed of a tag by those who are believed. */
export interface SignedTag {
  readonly repository: string;
  readonly tag: string;
  /** `tag.signed`, and `tag.statement` for each statement that is not as its format asks. */
  readonly checks: readonly Check[];
  /** The newest statement, whether it holds or not; null where there is none about this tag. */
  readonly newest: TagWord | null;
}

/** One statement about a tag. */
export interface TagWord extends TagPredicate {
  readonly digest: Digest;
  readonly signer: Signer;
  readonly evidence: Digest;
}

/**
 * Judges the statements about a tag: the highest version counts, whatever older ones say.
 *
 * @param believed statements of the type `TAG_TYPE` by those who may speak for the repository
 */
export function judgeTag(believed: readonly Endorsement[], question: TagQuestion): SignedTag {
  const { repository, tag } = question;
  const words: TagWord[] = [];
  const checks: Check[] = [];
  for (const endorsement of believed) {
    const read = readTagWord(endorsement);
    if (read instanceof ShapeMismatch) {
      const reason = `${read.place === '' ? 'the predicate' : read.place}: ${read.message}`;
      checks.push(check('tag.statement', 'failed', endorsement.evidence, reason));
    } else if (concerns(read, question)) {
      words.push(read);
    }
  }
  const [newest = null, ...others] = words.toSorted(newestFirst);
  if (newest === null) {
    const reason = `nobody whom the rule names says that the tag ${tag} means this digest: whoever may push could move it to another signed one`;
    return { repository, tag, newest, checks: [...checks, check('tag.signed', 'not-checked', null, reason)] };
  }
  const rival = others.find(({ version, digest }) => version === newest.version && digest !== newest.digest);
  const fault =
    rival === undefined
      ? faultOf(newest, question)
      : `version ${newest.version} of the tag ${tag} is signed for ${newest.digest} and for ${rival.digest}`;
  const holds = `version ${newest.version} says that the tag ${tag} means this digest, until ${newest.expires}`;
  const signed = check('tag.signed', fault === null ? 'passed' : 'failed', newest.evidence, fault ?? holds);
  return { repository, tag, newest, checks: [...checks, signed] };
}

/** Of two with one version, as two parties that count seconds may sign, the one that lasts longer. */
const newestFirst = (a: TagWord, b: TagWord): number =>
  b.version - a.version || Date.parse(b.expires) - Date.parse(a.expires);

/** A statement about a tag, by itself. */
export function readTagWord({ statement, subject, signer, evidence }: Endorsement): TagWord | ShapeMismatch {
  if (statement === null) return new ShapeMismatch('', 'expected a statement, got a bare signature');
  const read = readTagStatement(statement);
  return read instanceof ShapeMismatch ? read : { ...read, digest: subject, signer, evidence };
}

/** Whether it is about the tag in question; what it says of another one says nothing here. */
export const concerns = (word: TagPredicate, { repository, tag }: TagQuestion): boolean =>
  word.repository === repository && word.tags.includes(tag);

/** Why a statement about the tag does not hold now, for what the tag led to; null where it does. */
export function faultOf(
  { version, digest, issued, expires }: TagWord,
  { tag, digest: found, now }: TagQuestion,
): string | null {
  const said = `version ${version} of what is signed of the tag ${tag}`;
  if (digest !== found) return `${said} is about ${digest}, and the tag led to ${found}`;
  if (isFuture(Date.parse(issued), now)) return `${said} is of ${issued}, which is yet to come`;
  // freeze: whoever serves the tag cannot keep it where it is for longer than the signer meant
  if (!(now < Date.parse(expires))) return `${said} expired at ${expires}: nobody says what it means now`;
  return null;
}
