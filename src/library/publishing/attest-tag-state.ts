/** What says to machines whether tags are supported still, in the publisher's name: docs/library-predicates.md has the format. */
import { parseReference } from '../../oci/reference.ts';
import { signWithKey } from '../../signing/sign-with-key.ts';
import { policyName } from '../../trust/policy/repository-pattern.ts';
import { TAG_STATE_TYPE } from '../../trust/statements/predicate-types.ts';
import type { TagStatePredicate } from '../../trust/tags/tag-state.ts';
import type { Retirement } from '../ledger/entry.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import { movedTags, type PreparedPublication } from './carry-out.ts';
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
 * Takes back what was said of tags that are about to mean again what they meant when they were retired.
 *
 * @param states by the whole ledger
 * @throws as {@link attestRetirement}
 */
export async function attestReturn(
  { repository, tags, index: { digest } }: PreparedPublication,
  since: string,
  states: TagStates,
  path: string,
  publisher: Publisher,
): Promise<void> {
  const back = tags.filter((tag) => states.get(repository)?.get(tag)?.retired?.event.digest === digest);
  if (back.length === 0) return;
  const said = { state: 'supported', since, successor: null } as const;
  await attestTagState({ repository, tags: back, digest }, said, path, publisher);
}

async function attestTagState(
  { repository, tags, digest }: Pick<Retirement, 'repository' | 'tags' | 'digest'>,
  said: Pick<TagStatePredicate, 'state' | 'since' | 'successor'>,
  path: string,
  { key, now, signal, ...publisher }: Publisher,
): Promise<void> {
  const place = parseReference(`${path}/${repository}`);
  const value: TagStatePredicate = {
    repository: policyName(place.registry, place.repository),
    tags,
    ...said,
  };
  await signWithKey(publisher.repository(repository), digest, {
    meaning: { kind: 'attestation', predicate: { type: TAG_STATE_TYPE, value } },
    key,
    created: said.since,
    now,
    signal,
  });
}
