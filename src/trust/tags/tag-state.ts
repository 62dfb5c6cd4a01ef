/** Statements that say whether tags of an image are supported still. docs/library-predicates.md has the format. */
import { isTime } from '../../formats/time.ts';
import type { Endorsement, Statement } from '../../model/trust.ts';
import {
  applyShape,
  list,
  nullable,
  object,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import { TAG_STATE_TYPE } from '../statements/predicate-types.ts';

/** The predicate: what tags that mean, or meant, the statement's subject are since a time. */
export interface TagStatePredicate {
  /** As policies name it: `docker.io/library/redis`. */
  readonly repository: string;
  readonly tags: readonly string[];
  readonly state: 'retired' | 'supported';
  /** RFC 3339. Of two statements about a tag the later one counts. */
  readonly since: string;
  /** The tag that takes their place; null where none does. */
  readonly successor: string | null;
}

const MAX_TAGS = 10_000;
const tag = string(128);

/** Fields that are not known are passed over, as in-toto asks for. */
export const tagStateShape: Shape<TagStatePredicate> = object({
  repository: string(512),
  tags: list(tag, MAX_TAGS),
  state: refined(
    string(20),
    (text): text is 'retired' | 'supported' => text === 'retired' || text === 'supported',
    'retired or supported',
  ),
  since: refined(string(40), (text): text is string => isTime(text), 'a time of RFC 3339'),
  successor: nullable(tag),
});

/** Null for every other statement, and for one that is not as its format asks. */
export function readTagState({ predicateType, predicate }: Statement): TagStatePredicate | null {
  if (predicateType !== TAG_STATE_TYPE) return null;
  const read = applyShape(tagStateShape, predicate);
  return read instanceof ShapeMismatch ? null : read;
}

/** A statement by which tags are retired. */
export interface SaidRetired {
  readonly state: TagStatePredicate;
  /** Those of its tags of which nothing was said since. */
  readonly tags: readonly string[];
  readonly endorsement: Endorsement;
}

/** What is retired by all statements about an image and what it lists, each naming the tags that it has the last word on. */
export function retiredTags(believed: readonly Endorsement[]): readonly SaidRetired[] {
  const said = believed
    .flatMap((endorsement) => {
      const state = endorsement.statement === null ? null : readTagState(endorsement.statement);
      return state === null ? [] : [{ endorsement, state }];
    })
    .sort((a, b) => Date.parse(a.state.since) - Date.parse(b.state.since));
  const last = new Map(said.flatMap((one) => one.state.tags.map((name) => [nameOf(one, name), one])));
  return said
    .filter(({ state }) => state.state === 'retired')
    .map((one) => ({
      ...one,
      tags: one.state.tags.filter((name) => last.get(nameOf(one, name)) === one),
    }))
    .filter(({ tags }) => tags.length > 0);
}

/** An index and the images in it are spoken of apart. */
const nameOf = ({ state, endorsement }: Omit<SaidRetired, 'tags'>, name: string): string =>
  `${endorsement.subject} ${state.repository}:${name}`;
