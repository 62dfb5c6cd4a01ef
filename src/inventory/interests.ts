import type { Cataloger, Interest } from './cataloger.ts';
import { magicOf, magicSet, type MagicSet } from './magic.ts';

/** A cataloger that asks for a file, and how much of it at most. */
export interface Route {
  readonly cataloger: Cataloger;
  readonly maxBytes: number;
  readonly larger: NonNullable<Interest['larger']>;
}

/** Answers, for every file of a layer, which catalogers ask for it; an empty list is always the same object. */
export interface Router {
  /** Routes that the path alone decides. */
  byPath(path: string): readonly Route[];
  /** All routes of a file, given its first bytes. */
  byContent(path: string, head: Uint8Array): readonly Route[];
  /** Whether some list names the path, be it that the first bytes have to agree. */
  isNamed(path: string): boolean;
  /** Whether the first bytes can call for a file whatever its path is. */
  readonly looksInside: boolean;
}

interface Rule extends Route {
  /** The path ends so; empty for every file. */
  readonly suffix: string;
  /** Null: whatever it begins with. */
  readonly magic: MagicSet | null;
  readonly accepts: ((path: string) => boolean) | undefined;
}

/** Rules by the text that calls for them, with the lengths of those texts as a filter that costs no hashing. */
interface Index {
  readonly rules: Map<string, Rule[]>;
  readonly lengths: boolean[];
}

const NOBODY: readonly Route[] = [];
const NO_RULES: readonly Rule[] = [];

/**
 * Compiles the interests of all catalogers. A layer may hold millions of entries that nobody asks for: for almost all
 * of them the lengths of path, directory, base name and extension alone say so, without a hash or a copied string.
 */
export function compileInterests(catalogers: readonly Cataloger[]): Router {
  const paths = createIndex();
  const names = createIndex();
  const extensions = createIndex();
  const directories = createIndex();
  const parents = createIndex();
  const anywhere: Rule[] = [];
  for (const cataloger of catalogers) {
    for (const interest of cataloger.interests) {
      for (const path of interest.paths ?? []) addRule(paths, path, toRule(cataloger, interest));
      for (const name of interest.names ?? []) addRule(names, name, toRule(cataloger, interest));
      for (const suffix of interest.suffixes ?? []) {
        addRule(extensions, suffix.slice(suffix.lastIndexOf('.')), toRule(cataloger, interest, suffix));
      }
      for (const { directory, suffix } of interest.in ?? []) {
        addRule(directories, directory, toRule(cataloger, interest, suffix));
      }
      for (const { name, suffix } of interest.parents ?? []) {
        addRule(parents, name, toRule(cataloger, interest, suffix));
      }
      const isAnywhere = interest.every ?? (interest.magic !== undefined && !hasList(interest));
      if (isAnywhere) anywhere.push(toRule(cataloger, interest));
    }
  }

  const anywhereMagic = anywhere.reduce((set, { magic }) => set | (magic ?? 0), 0);
  const hasEvery = anywhere.some(({ magic }) => magic === null);

  /** The rules that the path meets, but for those of any path. */
  function rulesOf(path: string): readonly Rule[] {
    const slash = path.lastIndexOf('/');
    const dot = path.lastIndexOf('.');
    const byPath = lookUp(paths, path, 0, path.length);
    const byName = lookUp(names, path, slash + 1, path.length);
    const byExtension = dot > slash ? lookUp(extensions, path, dot, path.length) : undefined;
    const byDirectory = slash > 0 ? lookUp(directories, path, 0, slash) : undefined;
    const byParent =
      slash > 0 ? lookUp(parents, path, path.lastIndexOf('/', slash - 1) + 1, slash) : undefined;
    if (!byPath && !byName && !byExtension && !byDirectory && !byParent) return NO_RULES;
    return [byPath, byName, byExtension, byDirectory, byParent].flatMap((rules) => rules ?? []);
  }

  return {
    looksInside: anywhere.length > 0 || [names, extensions, parents].some(hasMagicRule),
    byPath(path) {
      const rules = rulesOf(path);
      return rules === NO_RULES ? NOBODY : routesOf(path, 0, rules, NO_RULES);
    },
    isNamed: (path) =>
      rulesOf(path).some(({ suffix, accepts }) => path.endsWith(suffix) && accepts?.(path) !== false),
    byContent(path, head) {
      const rules = rulesOf(path);
      const magic = magicOf(head);
      const inside = hasEvery || (magic & anywhereMagic) !== 0 ? anywhere : NO_RULES;
      return rules === NO_RULES && inside === NO_RULES ? NOBODY : routesOf(path, magic, rules, inside);
    },
  };
}

/** One route a cataloger, with the largest of the bounds that apply. */
function routesOf(path: string, magic: MagicSet, ...lists: readonly (readonly Rule[])[]): readonly Route[] {
  const routes: Route[] = [];
  for (const rules of lists) {
    for (const rule of rules) {
      const { cataloger, maxBytes, larger, suffix, accepts } = rule;
      if (rule.magic !== null && (rule.magic & magic) === 0) continue;
      if (!path.endsWith(suffix) || accepts?.(path) === false) continue;
      const known = routes.findIndex((route) => route.cataloger === cataloger);
      if (known < 0) routes.push({ cataloger, maxBytes, larger });
      else if ((routes[known]?.maxBytes ?? 0) < maxBytes) routes[known] = { cataloger, maxBytes, larger };
    }
  }
  return routes.length === 0 ? NOBODY : routes;
}

function hasList({ paths, names, suffixes, in: directories, parents }: Interest): boolean {
  return [paths, names, suffixes, directories, parents].some((list) => list !== undefined);
}

function hasMagicRule(index: Index): boolean {
  return [...index.rules.values()].flat().some(({ magic }) => magic !== null);
}

/** The rules under a part of the path, which is only cut out when some key has its length. */
function lookUp({ rules, lengths }: Index, path: string, start: number, end: number): Rule[] | undefined {
  return lengths[end - start] ? rules.get(path.slice(start, end)) : undefined;
}

function createIndex(): Index {
  return { rules: new Map(), lengths: [] };
}

function toRule(cataloger: Cataloger, interest: Interest, suffix = ''): Rule {
  const { maxBytes, larger = 'report', magic, accepts } = interest;
  return {
    cataloger,
    maxBytes,
    larger,
    suffix,
    magic: magic === undefined ? null : magicSet(magic),
    accepts,
  };
}

function addRule(index: Index, key: string, rule: Rule): void {
  const rules = index.rules.get(key);
  if (rules === undefined) index.rules.set(key, [rule]);
  else rules.push(rule);
  // a dense array: `lengths[n]` beyond the last key reads undefined, which is as good as false
  while (index.lengths.length <= key.length) index.lengths.push(false);
  index.lengths[key.length] = true;
}
