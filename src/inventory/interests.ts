import type { Cataloger, Interest } from './cataloger.ts';

/** A cataloger that asks for a file, and how much of it at most. */
export interface Route {
  readonly cataloger: Cataloger;
  readonly maxBytes: number;
}

/** Answers, for every entry of a layer, which catalogers ask for it; the empty list is always the same object. */
export type Router = (path: string) => readonly Route[];

interface Rule extends Route {
  /** Of `in`: the base name ends so; empty for every file. */
  readonly suffix: string;
  readonly accepts: ((path: string) => boolean) | undefined;
}

/** Rules by the text that calls for them, with the lengths of those texts as a filter that costs no hashing. */
interface Index {
  readonly rules: Map<string, Rule[]>;
  readonly lengths: boolean[];
}

const NOBODY: readonly Route[] = [];

/**
 * Compiles the interests of all catalogers. A layer may hold millions of entries that nobody asks for: for almost all
 * of them the lengths of path, directory and base name alone say so, without a hash or a copied string.
 */
export function compileInterests(catalogers: readonly Cataloger[]): Router {
  const paths = createIndex();
  const names = createIndex();
  const directories = createIndex();
  for (const cataloger of catalogers) {
    for (const interest of cataloger.interests) {
      for (const path of interest.paths ?? []) addRule(paths, path, toRule(cataloger, interest));
      for (const name of interest.names ?? []) addRule(names, name, toRule(cataloger, interest));
      for (const { directory, suffix } of interest.in ?? []) {
        addRule(directories, directory, toRule(cataloger, interest, suffix));
      }
    }
  }

  return (path) => {
    const slash = path.lastIndexOf('/');
    const byPath = paths.lengths[path.length] ? paths.rules.get(path) : undefined;
    const byName = names.lengths[path.length - slash - 1]
      ? names.rules.get(path.slice(slash + 1))
      : undefined;
    const byDirectory =
      slash > 0 && directories.lengths[slash] ? directories.rules.get(path.slice(0, slash)) : undefined;
    if (byPath === undefined && byName === undefined && byDirectory === undefined) return NOBODY;
    return routesOf(path, [...(byPath ?? []), ...(byName ?? []), ...(byDirectory ?? [])]);
  };
}

/** One route a cataloger, with the largest of the bounds that apply. */
function routesOf(path: string, rules: readonly Rule[]): readonly Route[] {
  const routes = new Map<Cataloger, Route>();
  for (const { cataloger, maxBytes, suffix, accepts } of rules) {
    if (!path.endsWith(suffix) || accepts?.(path) === false) continue;
    const known = routes.get(cataloger);
    if (known === undefined || known.maxBytes < maxBytes) routes.set(cataloger, { cataloger, maxBytes });
  }
  return routes.size === 0 ? NOBODY : [...routes.values()];
}

function createIndex(): Index {
  return { rules: new Map(), lengths: [] };
}

function toRule(cataloger: Cataloger, interest: Interest, suffix = ''): Rule {
  return { cataloger, maxBytes: interest.maxBytes, suffix, accepts: interest.accepts };
}

function addRule(index: Index, key: string, rule: Rule): void {
  const rules = index.rules.get(key);
  if (rules === undefined) index.rules.set(key, [rule]);
  else rules.push(rule);
  // a dense array: `lengths[n]` beyond the last key reads undefined, which is as good as false
  while (index.lengths.length <= key.length) index.lengths.push(false);
  index.lengths[key.length] = true;
}
