/**
 * What images are built on, and what is built on them, by name: over all architectures, or on one. Each name is told once, in the
 * order in which levels come upon it, as by `bashbrew parents --uniq` and `bashbrew children --uniq`; circles end there too.
 * docker-library/bashbrew, `cmd/bashbrew/cmd-parents.go` and `cmd-children.go`.
 */
import type { Architecture } from '../../definitions/architectures.ts';
import { findEntries, tagNames } from '../../definitions/find-entries.ts';
import { LibraryError } from '../errors.ts';
import { becauseBroken } from '../programme/broken-names.ts';
import type { Programme } from '../programme/programme.ts';
import type { BuildGraph } from './build-graph.ts';
import { SCRATCH } from './identify-builds.ts';

export interface RelativeOptions {
  /** Levels to go; 0 for all. */
  readonly depth: number;
  /** Only what is on this architecture; null for all. */
  readonly architecture: Architecture | null;
}

/** An entry with the images that its Dockerfile names, by the architectures on which it has a source. */
interface Relative {
  /** Its first tag: `python:3.13.1-bookworm`. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly froms: ReadonlyMap<Architecture, readonly string[]>;
}

/** By repository, in their order. */
type Relatives = ReadonlyMap<string, readonly Relative[]>;

/**
 * Names as Dockerfiles write them; `scratch` is nobody's parent, and what is not of the programme has none.
 *
 * @param reference `python`, or `python:3.13`
 * @throws {LibraryError} DEFINITION_NOT_FOUND; COMMIT_NOT_FOUND for what is defined, and has not been read
 */
export function parentNames(
  reference: string,
  programme: Programme,
  graph: BuildGraph,
  { depth, architecture }: RelativeOptions,
): readonly string[] {
  const relatives = findRelatives(programme, graph, architecture);
  const first = findMembers(reference, relatives, programme);
  if (first.length === 0) throw notFound(reference, programme, architecture);
  const architectures = new Set(first.flatMap(({ froms }) => [...froms.keys()]));
  return byLevels(first, depth, ({ froms }) => {
    const names = [...froms].flatMap(([on, images]) => (architectures.has(on) ? images : []));
    return names
      .filter((name) => name !== SCRATCH)
      .map((name) => ({ name, next: findMembers(name, relatives, programme) }));
  });
}

/**
 * First tags of entries.
 *
 * @param reference `python`, `python:3.13`, or an image from outside that is built on
 * @throws {LibraryError} DEFINITION_NOT_FOUND; COMMIT_NOT_FOUND for what is defined, and has not been read
 */
export function childNames(
  reference: string,
  programme: Programme,
  graph: BuildGraph,
  { depth, architecture }: RelativeOptions,
): readonly string[] {
  const relatives = findRelatives(programme, graph, architecture);
  const all = [...relatives.values()].flat();
  const canonical = new Map<string, string>();
  // a tag that is shared belongs to the entry that has it first, as upstream has it
  for (const { name, tags } of all) for (const tag of tags) if (!canonical.has(tag)) canonical.set(tag, name);
  const children = new Map<string, Relative[]>();
  /** Of entries, and of outside images those of whoever is built on them. */
  const architectures = new Map<string, Set<Architecture>>(
    all.map(({ name, froms }) => [name, new Set(froms.keys())]),
  );
  for (const child of all) {
    for (const [on, images] of child.froms) {
      for (const image of images) {
        const parent = canonical.get(image);
        if (parent === undefined) mapped(architectures, image, () => new Set()).add(on);
        const siblings = mapped(children, parent ?? image, () => []);
        if (siblings.at(-1) !== child) siblings.push(child);
      }
    }
  }

  const roots = children.has(reference)
    ? [reference]
    : canonical.has(reference)
      ? [canonical.get(reference) ?? reference]
      : namesOfRepository(reference, relatives, children);
  if (roots.length === 0) throw notFound(reference, programme, architecture);
  const found = new Set<string>();
  for (const root of roots) {
    const wanted = architectures.get(root) ?? new Set();
    const below = byLevels([root], depth, (parent) =>
      (children.get(parent) ?? [])
        .filter(({ froms }) => [...froms.keys()].some((on) => wanted.has(on)))
        .map(({ name }) => ({ name, next: [name] })),
    );
    for (const name of below) found.add(name);
  }
  return [...found];
}

/** Goes level by level, and nowhere twice. */
function byLevels<Node>(
  first: readonly Node[],
  depth: number,
  step: (node: Node) => readonly { readonly name: string; readonly next: readonly Node[] }[],
): readonly string[] {
  const levels = depth === 0 ? Number.POSITIVE_INFINITY : depth;
  const names = new Set<string>();
  let level = first;
  for (let gone = 0; level.length > 0 && gone < levels; gone += 1) {
    const following: Node[] = [];
    for (const { name, next } of level.flatMap(step)) {
      if (names.has(name)) continue;
      names.add(name);
      following.push(...next);
    }
    level = following;
  }
  return [...names];
}

function findRelatives(
  { repositories }: Programme,
  graph: BuildGraph,
  architecture: Architecture | null,
): Relatives {
  const places = new Map<string, readonly string[]>();
  for (const { place, architecture: on } of graph.targets) {
    for (const tag of place.tags) places.set(`${tag}/${on}`, place.froms);
  }
  const relatives = new Map<string, readonly Relative[]>();
  for (const { name: repository, definition } of repositories.values()) {
    const members = definition.entries.flatMap((entry): readonly Relative[] => {
      const tags = tagNames(repository, entry);
      const [name = repository] = tags;
      const froms = new Map<Architecture, readonly string[]>();
      for (const on of entry.architectures) {
        const images = architecture === null || architecture === on ? places.get(`${name}/${on}`) : undefined;
        if (images !== undefined) froms.set(on, images);
      }
      return froms.size === 0 ? [] : [{ name, tags, froms }];
    });
    relatives.set(repository, members);
  }
  return relatives;
}

/** Entries of a repository or a tag of it; none for what is not of the programme. */
function findMembers(
  reference: string,
  relatives: Relatives,
  { repositories }: Programme,
): readonly Relative[] {
  const [repository = '', tag] = reference.split(':', 2);
  const members = relatives.get(repository) ?? [];
  const definition = repositories.get(repository)?.definition;
  if (tag === undefined || definition === undefined) return members;
  const names = new Set(findEntries(definition, tag).map((entry) => tagNames(repository, entry)[0]));
  return members.filter(({ name }) => names.has(name));
}

/** The entries of a repository; of one that is no longer defined, or is outside, the tags that are built on. */
function namesOfRepository(
  repository: string,
  relatives: Relatives,
  children: ReadonlyMap<string, unknown>,
): readonly string[] {
  const own = (relatives.get(repository) ?? []).map(({ name }) => name);
  const builtOn = [...children.keys()].filter((name) => name.startsWith(`${repository}:`));
  return [...new Set([...own, ...builtOn])];
}

function mapped<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

function notFound(
  reference: string,
  { repositories, broken }: Programme,
  architecture: Architecture | null,
): LibraryError {
  const name = JSON.stringify(reference);
  const [repository = '', tag] = reference.split(':', 2);
  const { entries } = repositories.get(repository)?.definition ?? { entries: [] };
  const defined = tag === undefined ? entries : findEntries({ entries }, tag);
  if (defined.some(({ architectures }) => architecture === null || architectures.includes(architecture))) {
    const message = `what ${name} is built from has not been read`;
    return new LibraryError('COMMIT_NOT_FOUND', message, { subject: reference });
  }
  const where = architecture === null ? 'in this programme' : `in this programme on ${architecture}`;
  const message = `${name} is no repository, tag or parent ${where}${becauseBroken(reference, broken)}`;
  return new LibraryError('DEFINITION_NOT_FOUND', message, { subject: reference });
}
