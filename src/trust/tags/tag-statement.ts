/**
 * Statements that say what a tag means, and until when. What cosign, Notation and Docker sign names a digest only, so whoever can
 * write to a registry can put any signed image behind any tag, and leave it there for ever. docs/signed-tags.md has the format.
 */
import { isTime } from '../../formats/time.ts';
import type { Statement } from '../../model/trust.ts';
import {
  applyShape,
  count,
  list,
  object,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import { readNamedReference } from '../policy/named-reference.ts';
import { TAG_TYPE } from '../statements/predicate-types.ts';

/** The predicate. Whoever signs it says that from `issued` to `expires` each of the tags means the statement's one subject. */
export interface TagPredicate {
  /** As policies name it: `docker.io/library/debian`. */
  readonly repository: string;
  readonly tags: readonly string[];
  /** Grows with every statement about a tag: a lower one is an old one. */
  readonly version: number;
  /** RFC 3339. */
  readonly issued: string;
  readonly expires: string;
}

/** The references that a statement about tags names; none of every other statement. */
export function tagReferences(statement: Statement | null): readonly string[] {
  const read = statement === null ? null : readTagStatement(statement);
  if (read === null || read instanceof ShapeMismatch) return [];
  return read.tags.map((tag) => `${read.repository}:${tag}`);
}

/** More than any repository of a programme gives to one image. */
const MAX_TAGS = 1000;

const time = refined(string(40), (text): text is string => isTime(text), 'a time of RFC 3339');

const fields = object({
  repository: string(512),
  tags: refined(
    list(string(128), MAX_TAGS),
    (tags): tags is readonly string[] => tags.length > 0,
    'at least one tag',
  ),
  version: refined(count, (version): version is number => version >= 1, 'a whole number from 1'),
  issued: time,
  expires: time,
});

/** The predicate; fields that are not known are passed over, as in-toto asks for. */
export const tagPredicateShape: Shape<TagPredicate> = (value, place) => {
  const read = fields(value, place);
  // one way to write each name, so that names compare as texts
  for (const tag of read.tags) {
    const named = readNamedReference(`${read.repository}:${tag}`);
    if (named?.name !== read.repository || named.tag !== tag)
      throw new ShapeMismatch('repository', 'expected a repository as policies name it, and tags of it');
  }
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
