/** What a programme offers under one name, for programs: `repository.json`. */
import { ARCHITECTURES, type Architecture } from '../../definitions/architectures.ts';
import { inputsFor, type Entry } from '../../definitions/definition.ts';
import { sharedTagGroups } from '../../definitions/shared-tags.ts';
import { formatPlatform } from '../../model/platform.ts';
import { isObject, parseJsonObject, textsIn } from '../../formats/json.ts';
import type { Digest } from '../../model/digest.ts';
import type { Contents } from '../contents/contents.ts';
import type { TagState, TagStates } from '../ledger/tag-states.ts';
import type { ProgrammeSettings, Repository } from '../programme/programme.ts';
import type { RepositoryRecord } from './repository-schema.ts';
import { sourceLink } from './source-link.ts';
import { ownText, type TextSources } from './texts.ts';

const MOST_CATEGORIES = 3;

export interface RecordInput {
  readonly repository: Repository;
  readonly settings: Pick<ProgrammeSettings, 'registry' | 'pageUrl'>;
  readonly contents: Contents;
  readonly tags: TagStates;
  readonly texts: TextSources;
  /** Compressed, as it is transferred; null where nobody has looked. */
  readonly sizeOf: (image: Digest) => number | null;
}

type TagRecord = RepositoryRecord['tags'][number];
type EntryRecord = RepositoryRecord['entries'][number];

export function repositoryRecord(input: RecordInput): RepositoryRecord {
  const { repository, settings, texts, tags } = input;
  const { name, definition } = repository;
  const deprecation = ownText('deprecated.md', texts);
  const defined = definedTags(definition.entries);
  const shared = new Map(
    sharedTagGroups(definition.entries).flatMap(({ tags: group }) => group.map((tag) => [tag, group])),
  );
  const known = tags.get(name) ?? new Map<string, TagState>();
  return {
    schema: 'hallmark.repository/1',
    name,
    image: `${settings.registry.public}/${name}`,
    page: settings.pageUrl?.replace('%s', () => encodeURIComponent(name)) ?? null,
    description: ownText('README-short.txt', texts),
    categories: categoriesOf(ownText('metadata.json', texts)),
    state: definition.entries.length === 0 ? 'retired' : deprecation === null ? 'supported' : 'deprecated',
    maintainers: definition.global.maintainers.map((maintainer) => ({ ...maintainer })),
    entries: definition.entries.map((entry) => entryRecord(entry, input)),
    tags: [
      ...[...defined].map(([tag, entries]) =>
        definedTag(tag, entries, shared.get(tag), known.get(tag), input),
      ),
      ...[...known.values()].filter(({ tag }) => !defined.has(tag)).map((state) => formerTag(state, input)),
    ],
  };
}

/** The entries of every tag, in the order of the file: shared tags have several. */
function definedTags(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const tags = new Map<string, Entry[]>();
  for (const entry of entries) {
    for (const tag of [...entry.tags, ...entry.sharedTags]) {
      const others = tags.get(tag);
      if (others === undefined) tags.set(tag, [entry]);
      else others.push(entry);
    }
  }
  return tags;
}

function entryRecord(entry: Entry, { contents }: RecordInput): EntryRecord {
  return {
    tags: [...entry.tags],
    sharedTags: [...entry.sharedTags],
    constraints: [...entry.constraints],
    architectures: entry.architectures.map((architecture) => {
      const inputs = inputsFor(entry, architecture);
      const { gitRepo, gitFetch, gitCommit, directory, file, builder } = inputs;
      return {
        architecture,
        platform: formatPlatform(ARCHITECTURES[architecture].platform),
        source: { repository: gitRepo, ref: gitFetch, commit: gitCommit, directory, file },
        link: sourceLink(entry, architecture),
        builder,
        base: contents.factsOf(inputs)?.lastStageFrom ?? null,
      };
    }),
  };
}

function definedTag(
  tag: string,
  entries: readonly Entry[],
  /** Shared tags of exactly the same entries; none for a simple one. */
  shared: readonly string[] | undefined,
  state: TagState | undefined,
  input: RecordInput,
): TagRecord {
  const names = shared ?? entries[0]?.tags ?? [];
  return {
    ...publishedPart(state, input),
    tag,
    state: 'supported',
    kind: shared === undefined ? 'simple' : 'shared',
    aliases: names.filter((name) => name !== tag),
    intended: [...new Set(entries.flatMap(({ architectures }) => architectures))].sort(),
    retiredAt: null,
    successor: null,
  };
}

/** A tag that the definitions have no more: retired where the ledger says so, else forgotten. */
function formerTag(state: TagState, input: RecordInput): TagRecord {
  return {
    ...publishedPart(state, input),
    tag: state.tag,
    state: state.retired === null ? 'orphaned' : 'retired',
    kind: null,
    aliases: [],
    intended: [],
    retiredAt: state.retired?.at ?? null,
    successor: state.retired?.event.successor ?? null,
  };
}

function publishedPart(
  state: TagState | undefined,
  { sizeOf }: RecordInput,
): Pick<TagRecord, 'digest' | 'publishedAt' | 'dated' | 'actual'> {
  const published = state?.published ?? null;
  return {
    digest: state?.digest ?? null,
    publishedAt: published?.at ?? null,
    dated: state?.dated?.digest === state?.digest ? (state?.dated?.name ?? null) : null,
    actual: (published?.event.images ?? []).map(
      ({ architecture, digest, sourceId, buildId, generation }) => ({
        architecture,
        digest,
        sizeBytes: sizeOf(digest),
        sourceId,
        buildId,
        generation,
      }),
    ),
  };
}

/** Categories of docker-library/docs, `metadata.json`; none for a file of another form. */
function categoriesOf(text: string | null): string[] {
  const hub = parseJsonObject(text ?? '')?.['hub'];
  return isObject(hub) ? textsIn(hub['categories']).slice(0, MOST_CATEGORIES) : [];
}

/** Architectures of which a tag has no image yet. */
export function missingArchitectures({ intended, actual }: TagRecord): readonly Architecture[] {
  const there = new Set(actual.map(({ architecture }) => architecture));
  return intended.filter((architecture) => !there.has(architecture));
}
