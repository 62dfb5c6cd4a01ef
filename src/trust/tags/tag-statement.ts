/**
 * Statements that say what a tag means, and until when. What cosign, Notation and Docker sign names a digest only, so whoever can
 * write to a registry can put any signed image behind any tag, and leave it there for ever. docs/signed-tags.md has the format.
 */
import { isTime } from '../../formats/time.ts';
import type { Statement } from '../../model/trust.ts';
import { applyShape, count, object, refined, type Shape, ShapeMismatch, string } from '../../oci/shape.ts';
import { readNamedReference } from '../policy/named-reference.ts';
import { TAG_TYPE } from '../statements/predicate-types.ts';

/** The predicate. Whoever signs it says that from `issued` to `expires` the tag means the statement's one subject. */
export interface TagPredicate {
  /** As policies name it: `docker.io/library/debian`. */
  readonly repository: string;
  readonly tag: string;
  /** Grows with every statement about the tag: a lower one is an old one. */
  readonly version: number;
  /** RFC 3339. */
  readonly issued: string;
  readonly expires: string;
}

/** The reference that a statement about a tag names; null for every other statement. */
export function tagReference(statement: Statement | null): string | null {
  const read = statement === null ? null : readTagStatement(statement);
  return read === null || read instanceof ShapeMismatch ? null : `${read.repository}:${read.tag}`;
}

const time = refined(string(40), (text): text is string => isTime(text), 'a time of RFC 3339');

const fields = object({
  repository: string(512),
  tag: string(128),
  version: refined(count, (version): version is number => version >= 1, 'a whole number from 1'),
  issued: time,
  expires: time,
});

/** The predicate; fields that are not known are passed over, as in-toto asks for. */
export const tagPredicateShape: Shape<TagPredicate> = (value, place) => {
  const read = fields(value, place);
  // one way to write each name, so that names compare as texts
  const named = readNamedReference(`${read.repository}:${read.tag}`);
  if (named?.name !== read.repository || named.tag !== read.tag)
    throw new ShapeMismatch('repository', 'expected a repository as policies name it, and a tag of it');
  if (Date.parse(read.issued) >= Date.parse(read.expires))
    throw new ShapeMismatch('expires', 'expected a time later than "issued"');
  return read;
};

/** Reads a statement about a tag; a mismatch says what in it is not as the format asks. */
export function readTagStatement({
  subjects,
  predicateType,
  predicate,
}: Pick<Statement, 'subjects' | 'predicateType' | 'predicate'>): TagPredicate | ShapeMismatch {
  if (predicateType !== TAG_TYPE) return new ShapeMismatch('predicateType', `expected ${TAG_TYPE}`);
  // a tag that means two images means whichever an attacker likes better
  if (subjects.length !== 1)
    return new ShapeMismatch('subject', `expected one, found ${subjects.length}: a tag means one image`);
  return applyShape(tagPredicateShape, predicate);
}
