/** What says to machines what tags mean, and until when, in the publisher's name: docs/signed-tags.md has the format. */
import type { Digest } from '../../model/digest.ts';
import { gatherEvidence } from '../../oci/evidence/gather-evidence.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import { TAG_TYPE } from '../../trust/statements/predicate-types.ts';
import { readTagWord, type TagWord } from '../../trust/tags/signed-tag.ts';
import type { TagPredicate } from '../../trust/tags/tag-statement.ts';
import { attestIndex } from './attest-image.ts';
import { saidByPublisher } from './confirm-publication.ts';
import { publicName } from './public-name.ts';
import type { Publisher } from './publisher.ts';

/** Tags that mean one index. */
export interface MeantTags {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: Digest;
}

export interface TagSigning {
  /** Seconds for which it is to be believed. */
  readonly validity: number;
  /** Of public repositories, `registry/path`. */
  readonly path: string;
}

/**
 * Signs what tags mean, or are about to mean. Words that last for half of the validity still are enough.
 *
 * @param before what the tags mean in public as yet: the new word has a higher version than those about it
 * @returns until when the tags are signed, RFC 3339
 * @throws {OciError} @throws {SigningError}
 */
export async function attestTags(
  meant: MeantTags,
  before: readonly Digest[],
  { validity, path }: TagSigning,
  publisher: Publisher,
): Promise<string> {
  const { repository, digest } = meant;
  const words = (
    await Promise.all(
      [...new Set([digest, ...before])].map((one) => wordsAbout({ ...meant, digest: one }, path, publisher)),
    )
  ).flat();
  const begin = publisher.now().getTime();
  const standing = lastWords(meant.tags, words);
  const enough = standing.filter(
    (word) => word?.digest === digest && Date.parse(word.expires) >= begin + (validity * 1000) / 2,
  );
  if (enough.length === meant.tags.length) {
    return enough
      .map((word) => word?.expires ?? '')
      .reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b));
  }
  const version = Math.max(Math.floor(begin / 1000), ...words.map((word) => word.version + 1));
  const value: TagPredicate = {
    repository: publicName(path, repository),
    tags: meant.tags,
    version,
    issued: new Date(begin).toISOString(),
    expires: new Date(begin + validity * 1000).toISOString(),
  };
  await attestIndex(meant, { type: TAG_TYPE, value }, value.issued, publisher);
  return value.expires;
}

/** Of several tags those of which the publisher itself says, in a word that has not expired, that they mean this. */
export async function tagsStillSigned(
  meant: MeantTags,
  { path }: Pick<TagSigning, 'path'>,
  publisher: Publisher,
): Promise<readonly string[]> {
  const words = await wordsAbout(meant, path, publisher);
  const now = publisher.now().getTime();
  const last = lastWords(meant.tags, words);
  return meant.tags.filter((_tag, at) => now < Date.parse(last[at]?.expires ?? ''));
}

/** What the publisher has signed of any of these tags in evidence about one index. */
async function wordsAbout(
  { repository, tags, digest }: MeantTags,
  path: string,
  publisher: Publisher,
): Promise<readonly TagWord[]> {
  const writer = publisher.repository(repository);
  // what is not there any more has nobody's word
  if ((await writer.readManifest(digest, publisher.signal)) === null) return [];
  const gathering = await gatherEvidence(writer, digest, { isAlone: true, signal: publisher.signal });
  const name = publicName(path, repository);
  return (await saidByPublisher(gathering, publisher)).flatMap((endorsement) => {
    const word = readTagWord(endorsement);
    if (word instanceof ShapeMismatch || word.digest !== digest || word.repository !== name) return [];
    return word.tags.some((tag) => tags.includes(tag)) ? [word] : [];
  });
}

/** The word of the highest version about each tag. */
function lastWords(tags: readonly string[], words: readonly TagWord[]): readonly (TagWord | undefined)[] {
  const inOrder = words.toSorted((a, b) => b.version - a.version);
  return tags.map((tag) => inOrder.find((word) => word.tags.includes(tag)));
}
