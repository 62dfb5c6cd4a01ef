/** What says to machines whether tags are supported still, in the publisher's name: docs/library-predicates.md has the format. */
import { gatherEvidence } from '../../oci/evidence/gather-evidence.ts';
import { TAG_STATE_TYPE } from '../../trust/statements/predicate-types.ts';
import { retiredTags, type TagStatePredicate } from '../../trust/tags/tag-state.ts';
import type { Retirement } from '../ledger/entry.ts';
import { movedTags, type PreparedPublication } from './carry-out.ts';
import { attestIndex } from './attest-image.ts';
import { saidByPublisher } from './confirm-publication.ts';
import { publicName } from './public-name.ts';
import type { Publisher } from './publisher.ts';

/**
 * Says of an image that tags of it are retired: of those that still mean it, whatever the state says of others. Saying the same twice
 * changes nothing.
 *
 * @param since RFC 3339
 * @param path of public repositories, `registry/path`
 * @throws {OciError} @throws {SigningError}
 */
export async function attestRetirement(
  retirement: Retirement,
  since: string,
  path: string,
  publisher: Publisher,
): Promise<void> {
  const tags = await movedTags(retirement, publisher);
  if (tags.length === 0) return;
  const { successor } = retirement;
  await attestTagState({ ...retirement, tags }, { state: 'retired', since, successor }, path, publisher);
}

/**
 * Takes back what was said of tags that are about to mean an image again at which they were retired. That is told from what the publisher
 * has signed about the image: the tags may have meant others in between.
 *
 * @throws as {@link attestRetirement}
 */
export async function attestReturn(
  { repository, tags, index: { digest } }: PreparedPublication,
  path: string,
  publisher: Publisher,
): Promise<void> {
  const { signal, now } = publisher;
  const gathering = await gatherEvidence(publisher.repository(repository), digest, { isAlone: true, signal });
  const name = publicName(path, repository);
  const standing = retiredTags(await saidByPublisher(gathering, publisher)).filter(
    ({ state, endorsement }) => state.repository === name && endorsement.subject === digest,
  );
  const retired = new Set(standing.flatMap((one) => one.tags));
  const back = tags.filter((tag) => retired.has(tag));
  if (back.length === 0) return;
  // the later word counts, whatever the clock was then
  const last = Math.max(...standing.map(({ state }) => Date.parse(state.since)));
  const since = new Date(Math.max(now().getTime(), last + 1)).toISOString();
  const said = { state: 'supported', since, successor: null } as const;
  await attestTagState({ repository, tags: back, digest }, said, path, publisher);
}

async function attestTagState(
  { repository, tags, digest }: Pick<Retirement, 'repository' | 'tags' | 'digest'>,
  said: Pick<TagStatePredicate, 'state' | 'since' | 'successor'>,
  path: string,
  publisher: Publisher,
): Promise<void> {
  const value: TagStatePredicate = { repository: publicName(path, repository), tags, ...said };
  await attestIndex({ repository, digest }, { type: TAG_STATE_TYPE, value }, said.since, publisher);
}
