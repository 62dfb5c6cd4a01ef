/** What a change of one definition file means: for its tags, its architectures and what its images are built from. */
import { isDeepStrictEqual } from 'node:util';
import { ARCHITECTURE_NAMES, type Architecture } from '../../definitions/architectures.ts';
import { inputsFor, type BuildInputs, type Definition } from '../../definitions/definition.ts';
import { entriesByPart } from '../tags/entry-index.ts';
import { carriersOf, nameEntry, tagOwners, type NamedEntry } from '../tags/entry-name.ts';
import { compareSoftware, readTagName } from '../tags/tag-name.ts';
import { pairEntries, type EntryPair } from './pair-entries.ts';

export interface GainedTag {
  readonly tag: string;
  /** First tags of the entries that have it now. */
  readonly means: readonly string[];
}

export interface LostTag {
  readonly tag: string;
  /** First tags of the entries that had it. */
  readonly meant: readonly string[];
  /** The entry that is still what its name asks for; null where its line has come to an end, as lines do. */
  readonly carrier: string | null;
  /** The entry as which the one that had it goes on; null where that is gone as well. */
  readonly successor: string | null;
}

export interface MovedTag {
  readonly tag: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** To newer software, to older, or to other images of the same, or of a version that cannot be compared. */
  readonly direction: 'forwards' | 'backwards' | 'sideways';
}

export interface ArchitectureChange {
  /** First tag of the entry as it is now. */
  readonly entry: string;
  readonly gained: readonly Architecture[];
  readonly lost: readonly Architecture[];
}

/** Architectures of an entry whose image is built from something else than before. */
export interface SourceChange {
  readonly entry: string;
  readonly architectures: readonly [Architecture, ...Architecture[]];
  /** Null: the entry is new on these. */
  readonly from: BuildInputs | null;
  /** Null: the entry is gone from these. */
  readonly to: BuildInputs | null;
}

export interface DefinitionChange {
  readonly repository: string;
  readonly kind: 'new' | 'changed' | 'retired' | 'removed';
  readonly base: readonly NamedEntry[];
  readonly head: readonly NamedEntry[];
  readonly pairs: readonly EntryPair[];
  readonly gained: readonly GainedTag[];
  readonly lost: readonly LostTag[];
  readonly moved: readonly MovedTag[];
  readonly architectures: readonly ArchitectureChange[];
  readonly sources: readonly SourceChange[];
}

/** @param base null where the repository is new; @param head null where its file is gone */
export function compareDefinitions(
  repository: string,
  base: Definition | null,
  head: Definition | null,
): DefinitionChange {
  const before = (base?.entries ?? []).map(nameEntry);
  const after = (head?.entries ?? []).map(nameEntry);
  const pairs = pairEntries(before, after);
  return {
    repository,
    kind: kindOfChange(base, head),
    base: before,
    head: after,
    pairs,
    ...compareTags(before, after, pairs),
    architectures: pairs.flatMap(compareArchitectures),
    sources: pairs.flatMap(compareSources),
  };
}

function kindOfChange(base: Definition | null, head: Definition | null): DefinitionChange['kind'] {
  if (head === null) return 'removed';
  if (base === null) return 'new';
  return base.entries.length > 0 && head.entries.length === 0 ? 'retired' : 'changed';
}

function compareTags(
  before: readonly NamedEntry[],
  after: readonly NamedEntry[],
  pairs: readonly EntryPair[],
): Pick<DefinitionChange, 'gained' | 'lost' | 'moved'> {
  const [had, has] = [tagOwners(before), tagOwners(after)];
  const mayCarry = entriesByPart(after);
  const carriers = new Map<NamedEntry, ReturnType<typeof carriersOf>>();
  const heads = new Map(pairs.map(({ base, head }) => [base, head]));
  const gained: GainedTag[] = [];
  const lost: LostTag[] = [];
  const moved: MovedTag[] = [];
  for (const [tag, owners] of has) if (!had.has(tag)) gained.push({ tag, means: owners.map(toName) });
  for (const [tag, owners] of had) {
    const now = has.get(tag);
    const [last] = owners;
    if (last === undefined) continue;
    if (now === undefined) {
      const name = readTagName(tag);
      const findCarrier = carriers.get(last) ?? carriersOf(last);
      carriers.set(last, findCarrier);
      const carrier = findCarrier(name, mayCarry(name));
      const successor = owners.map((owner) => heads.get(owner)?.name ?? null).find((name) => name !== null);
      lost.push({
        tag,
        meant: owners.map(toName),
        carrier: carrier?.name ?? null,
        successor: successor ?? null,
      });
      continue;
    }
    const [next] = now;
    const [from, to] = [owners.map(toName), now.map(toName)];
    // in which order entries stand means nothing
    if (next === undefined || isDeepStrictEqual(from.toSorted(), to.toSorted())) continue;
    const order = compareSoftware(last.software, next.software) ?? 0;
    const direction = order < 0 ? 'forwards' : order > 0 ? 'backwards' : 'sideways';
    moved.push({ tag, from, to, direction });
  }
  return { gained, lost, moved };
}

function compareArchitectures({ base, head }: EntryPair): ArchitectureChange[] {
  if (base === null || head === null) return [];
  const [had, has] = [base.entry.architectures, head.entry.architectures];
  const gained = has.filter((architecture) => !had.includes(architecture));
  const lost = had.filter((architecture) => !has.includes(architecture));
  return gained.length + lost.length === 0 ? [] : [{ entry: head.name, gained, lost }];
}

/** Architectures with the same change are told together. */
function compareSources({ base, head }: EntryPair): SourceChange[] {
  const changes = new Map<string, SourceChange>();
  for (const architecture of ARCHITECTURE_NAMES) {
    const from = inputsOn(base, architecture);
    const to = inputsOn(head, architecture);
    const key = JSON.stringify([from, to]);
    if (contentKey(from) === contentKey(to)) continue;
    const known = changes.get(key)?.architectures ?? [];
    changes.set(key, {
      entry: (head ?? base)?.name ?? '',
      architectures: [...known, architecture] as [Architecture, ...Architecture[]],
      from,
      to,
    });
  }
  return [...changes.values()];
}

function inputsOn(entry: NamedEntry | null, architecture: Architecture): BuildInputs | null {
  return entry !== null && entry.entry.architectures.includes(architecture)
    ? inputsFor(entry.entry, architecture)
    : null;
}

/** Neither address nor ref decide what a commit contains. */
function contentKey(inputs: BuildInputs | null): string {
  return inputs === null
    ? ''
    : JSON.stringify([inputs.gitCommit, inputs.directory, inputs.file, inputs.builder]);
}

function toName({ name }: NamedEntry): string {
  return name;
}
