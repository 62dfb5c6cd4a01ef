/** Which tags get names that never move, and the names that they get: `ledger/dated-name.ts` has the form. */
import type { Definition } from '../../definitions/definition.ts';
import type { Digest } from '../../model/digest.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { dayOf, formatDatedName, isDatable, MOST_A_DAY, parseDatedName } from '../ledger/dated-name.ts';
import type { TagState } from '../ledger/tag-states.ts';
import type { DatedTags } from '../programme/programme.ts';
import { compareSpecificity, readTagName } from '../tags/tag-name.ts';
import { refused } from './confirm-publication.ts';
import type { PlannedPublication } from './publication-plan.ts';
import type { Publisher } from './publisher.ts';
import { tagSets } from './tag-sets.ts';

/**
 * Not those that the definitions date themselves, as `trixie` where there is `trixie-20261109`: a name of ours could come to be one of
 * theirs.
 */
export function tagsToDate(definition: Definition, which: DatedTags): ReadonlySet<string> {
  if (which === 'none') return new Set();
  const sets = tagSets(definition);
  const own = new Set(sets.flatMap(({ tags }) => tags.map((tag) => parseDatedName(tag)?.tag)));
  return new Set(
    sets.flatMap(({ tags }) => {
      const open = tags.filter((tag) => !own.has(tag) && isDatable(tag));
      return which === 'all' ? open : mostSpecific(open);
    }),
  );
}

function mostSpecific(tags: readonly string[]): readonly string[] {
  const [first] = tags.map(readTagName).sort(compareSpecificity);
  return first === undefined ? [] : [first.tag];
}

/** As much of a {@link Publisher} as it takes to find out which names are free. */
export interface NamingRegistry extends Pick<Publisher, 'signal'> {
  repository(name: string): Pick<ImageWriter, 'readManifest'>;
}

/**
 * The names that tags get as they come to mean a digest: the first of the day that are free, or mean this digest already. A tag that has a
 * name for it keeps that one.
 *
 * @param known what the tags of the repository mean so far
 * @throws {LibraryError} PUBLICATION_REFUSED where a tag has used up the names of the day
 * @throws {OciError} what keeps the registry from being asked
 */
export async function chooseNames(
  { repository, dated }: Pick<PlannedPublication, 'repository' | 'dated'>,
  digest: Digest,
  known: ReadonlyMap<string, TagState> | undefined,
  now: Date,
  publisher: NamingRegistry,
): Promise<readonly string[]> {
  const writer = publisher.repository(repository);
  const today = dayOf(now);
  const names: string[] = [];
  for (const { tag, day, number } of dated) {
    if (known?.get(tag)?.dated?.digest === digest) continue;
    names.push(await firstFree(tag, day === today ? number : 1));
  }
  return names;

  async function firstFree(tag: string, from: number): Promise<string> {
    for (let number = from; number <= MOST_A_DAY; number += 1) {
      const name = formatDatedName({ tag, day: today, number });
      const there = await writer.readManifest(name, publisher.signal);
      if (there === null || there.digest === digest) return name;
    }
    const name = `${repository}:${tag}`;
    throw refused(`all ${MOST_A_DAY} names that ${name} can have on ${today} mean other images`, name);
  }
}
