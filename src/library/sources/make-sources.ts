/** Definitions and facts of commits as sources. docker-library/meta-scripts, `sources.sh`. */
import type { Architecture } from '../../definitions/architectures.ts';
import { inputsFor } from '../../definitions/definition.ts';
import { architectureTagNames, tagNames } from '../../definitions/find-entries.ts';
import type { Contents } from '../contents/contents.ts';
import { LibraryError } from '../errors.ts';
import type { ExternalPins, Repository } from '../programme/programme.ts';
import { buildOrder, type OrderedEntry } from './build-order.ts';
import { sourceIdOf } from './source-id.ts';
import type { Source, SourceArchitecture, SourceEntry, SourceId, SourceParent, Sources } from './source.ts';

export interface SourceMaking {
  readonly sources: Sources;
  /** TAG_AMBIGUOUS, SOURCE_CONFLICT and PARENTS_CYCLIC: what the definitions say and cannot mean. */
  readonly problems: readonly LibraryError[];
}

/** A source while records are folded into it. */
interface GrowingSource {
  readonly first: SourceRecord;
  readonly entries: SourceEntry[];
  readonly architectures: Map<Architecture, GrowingArchitecture>;
}

/** What one entry says of one architecture. */
interface SourceRecord {
  readonly sourceId: SourceId;
  readonly checksum: Source['checksum'];
  readonly entry: SourceEntry;
  readonly architecture: Architecture;
  readonly place: GrowingArchitecture;
}

interface GrowingArchitecture {
  readonly tags: readonly string[];
  readonly archTags: readonly string[];
  readonly froms: readonly string[];
  readonly lastStageFrom: string;
}

/** Entries whose facts are not known are left out. */
export function makeSources(
  repositories: Iterable<Repository>,
  contents: Contents,
  pins: ExternalPins,
): SourceMaking {
  const { entries, cycles } = buildOrder(repositories, contents);
  const records = entries.flatMap((ordered) => recordsOf(ordered, contents));
  const owners = ownersOf(records);
  const { growing, problems } = foldRecords(records);
  const reported = new Set<string>();
  const parentOf = (from: string, architecture: Architecture, child: string): SourceParent => {
    const [owner, ...others] = owners.get(from)?.get(architecture) ?? [];
    if (others.length > 0 && !reported.has(`${from} ${architecture}`)) {
      reported.add(`${from} ${architecture}`);
      problems.push(
        ambiguousTag(
          from,
          architecture,
          child,
          [owner, ...others].flatMap((id) => nameOf(growing, id)),
        ),
      );
    }
    // of several none: what is built on the wrong one would be published
    return { sourceId: others.length > 0 ? null : (owner ?? null), pin: pins.get(from) ?? null };
  };
  const sources = new Map<SourceId, Source>();
  for (const [sourceId, source] of growing) sources.set(sourceId, finish(sourceId, source, parentOf));
  return { sources, problems: [...cycles.map(cyclicParents), ...problems] };
}

function recordsOf(
  { repository: { name }, entry }: OrderedEntry,
  contents: Contents,
): readonly SourceRecord[] {
  const tags = tagNames(name, entry);
  return entry.architectures.flatMap((architecture) => {
    const inputs = inputsFor(entry, architecture);
    const facts = contents.factsOf(inputs);
    if (facts === null) return [];
    const { checksum, epoch, froms, lastStageFrom } = facts;
    const sourceId = sourceIdOf(checksum, inputs.file, inputs.builder);
    const archTags = architectureTagNames(name, entry, architecture);
    const place = { tags, archTags, froms, lastStageFrom };
    return [{ sourceId, checksum, architecture, place, entry: { ...inputs, epoch } }];
  });
}

type Owners = ReadonlyMap<string, ReadonlyMap<Architecture, ReadonlySet<SourceId>>>;

/** The sources of each tag that something is built on, on each architecture: more than one is a mistake. */
function ownersOf(records: readonly SourceRecord[]): Owners {
  const owners = new Map<string, Map<Architecture, Set<SourceId>>>();
  // of tens of thousands of tags a few hundred are built on
  const wanted = new Set(records.flatMap(({ place }) => place.froms));
  for (const { sourceId, architecture, place } of records) {
    for (const tag of [...place.tags, ...place.archTags].filter((each) => wanted.has(each))) {
      const byArchitecture = owners.get(tag) ?? new Map<Architecture, Set<SourceId>>();
      owners.set(tag, byArchitecture);
      const ids = byArchitecture.get(architecture) ?? new Set<SourceId>();
      byArchitecture.set(architecture, ids.add(sourceId));
    }
  }
  return owners;
}

function foldRecords(records: readonly SourceRecord[]): {
  readonly growing: ReadonlyMap<SourceId, GrowingSource>;
  readonly problems: LibraryError[];
} {
  const growing = new Map<SourceId, GrowingSource>();
  const problems: LibraryError[] = [];
  for (const record of records) {
    const { sourceId, architecture, place, entry } = record;
    const source = growing.get(sourceId);
    if (source === undefined) {
      growing.set(sourceId, {
        first: record,
        entries: [entry],
        architectures: new Map([[architecture, place]]),
      });
      continue;
    }
    const before = source.architectures.get(architecture);
    if (before !== undefined && !isSameImages(before, place)) {
      problems.push(conflict(record, before));
      continue;
    }
    source.architectures.set(architecture, before === undefined ? place : withTags(before, place));
    if (!source.entries.some((each) => isSameEntry(each, entry))) source.entries.push(entry);
  }
  return { growing, problems };
}

function withTags(before: GrowingArchitecture, { tags, archTags }: GrowingArchitecture): GrowingArchitecture {
  return {
    ...before,
    tags: [...new Set([...before.tags, ...tags])],
    archTags: [...new Set([...before.archTags, ...archTags])],
  };
}

function finish(
  sourceId: SourceId,
  { first, entries, architectures }: GrowingSource,
  parentOf: (from: string, architecture: Architecture, child: string) => SourceParent,
): Source {
  // sorting is stable: of the same age the one that comes first stays first
  const [oldest = first.entry, ...others] = entries.toSorted((a, b) => a.epoch - b.epoch);
  const finished = [...architectures].map(([architecture, place]): [Architecture, SourceArchitecture] => {
    const child = place.tags[0] ?? '';
    const parents = new Map(place.froms.map((from) => [from, parentOf(from, architecture, child)]));
    return [architecture, { ...place, parents }];
  });
  return {
    sourceId,
    checksum: first.checksum,
    entries: [oldest, ...others],
    architectures: new Map(finished),
  };
}

function isSameImages(a: GrowingArchitecture, b: GrowingArchitecture): boolean {
  return a.lastStageFrom === b.lastStageFrom && a.froms.join(' ') === b.froms.join(' ');
}

function isSameEntry(a: SourceEntry, b: SourceEntry): boolean {
  return (
    a.gitRepo === b.gitRepo &&
    a.gitFetch === b.gitFetch &&
    a.gitCommit === b.gitCommit &&
    a.directory === b.directory &&
    a.file === b.file &&
    a.builder === b.builder &&
    a.epoch === b.epoch
  );
}

function nameOf(growing: ReadonlyMap<SourceId, GrowingSource>, id: SourceId | undefined): readonly string[] {
  const source = id === undefined ? undefined : growing.get(id);
  return source === undefined ? [] : [source.first.place.tags[0] ?? ''];
}

function ambiguousTag(
  tag: string,
  architecture: Architecture,
  child: string,
  names: readonly string[],
): LibraryError {
  const message = `${child} is built on ${tag}, which means several sources on ${architecture}: ${names.join(' and ')}`;
  return new LibraryError('TAG_AMBIGUOUS', message, { subject: tag });
}

function conflict({ architecture, place, entry }: SourceRecord, before: GrowingArchitecture): LibraryError {
  const [name = '', other = ''] = [place.tags[0], before.tags[0]];
  const message =
    `${name} and ${other} have the same content on ${architecture} (${entry.directory} at ${entry.gitCommit}), ` +
    `and are built on ${place.froms.join(', ')} and on ${before.froms.join(', ')}`;
  return new LibraryError('SOURCE_CONFLICT', message, { subject: name });
}

function cyclicParents(cycle: readonly OrderedEntry[]): LibraryError {
  const names = cycle.map(({ repository, entry }) => `${repository.name}:${entry.tags[0] ?? ''}`);
  const message = `${names.join(' is built on ')} is built on ${names[0] ?? ''}`;
  return new LibraryError('PARENTS_CYCLIC', message, { subject: names[0] ?? '' });
}
