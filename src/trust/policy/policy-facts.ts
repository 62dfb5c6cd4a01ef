import type { Digest } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import type { KnownSubject } from '../evidence/evidence.ts';

/** Everything that a policy is applied to. */
export interface PolicyFacts {
  /** Normalised, without tag and digest: `docker.io/library/debian`; null where the image has no name. */
  readonly repository: string | null;
  /** Null where none was asked for. */
  readonly tag: string | null;
  /** True where the user gave a digest, beside a tag or without one: then no tag led to the image. */
  readonly isPinned: boolean;
  /** Every manifest that evidence may be about. */
  readonly subjects: readonly PolicySubject[];
  /** The images that are to be used: the one that was chosen, or all of an index. */
  readonly images: readonly Digest[];
  readonly endorsements: readonly Endorsement[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whether a reference says itself which digest is meant; a folder may have an at sign in its name too. */
export const namesDigest = (reference: string): boolean => /@sha(?:256|512):[0-9a-f]+$/.test(reference);

export type PolicySubject = Pick<KnownSubject, 'digest' | 'role' | 'parent'>;

/**
 * The subjects of which any one, endorsed, speaks for each thing that is to be used. An index speaks for every image that it lists,
 * because its bytes name them; an image speaks for nothing but itself.
 *
 * @returns a list for each thing; empty where nothing there could speak for it
 */
export function speakersFor(
  { subjects, images }: Pick<PolicyFacts, 'subjects' | 'images'>,
  on: 'index' | 'image' | 'either',
): readonly (readonly Digest[])[] {
  const known = new Map(subjects.map((subject) => [subject.digest, subject]));
  // an index without images is used as it is
  const used = images.length > 0 ? images : subjects.slice(0, 1).map(({ digest }) => digest);
  return used.map((digest) => {
    const indexes = ancestors(digest, known).filter((each) => known.get(each)?.role === 'index');
    if (on === 'image') return [digest];
    return on === 'index' ? indexes : [digest, ...indexes.filter((index) => index !== digest)];
  });
}

/** The subject itself and the indexes around it, from the inside out. */
function ancestors(digest: Digest, known: ReadonlyMap<Digest, PolicySubject>): readonly Digest[] {
  const found: Digest[] = [];
  for (
    let at: Digest | null = digest;
    at !== null && !found.includes(at);
    at = known.get(at)?.parent ?? null
  ) {
    found.push(at);
  }
  return found;
}
