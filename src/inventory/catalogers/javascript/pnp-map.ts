/**
 * The map by which Yarn's Plug'n'Play finds packages in archives, without `node_modules`: JSON in `.pnp.data.json`, or
 * in a string literal of `.pnp.cjs`. It has for each package and each reference (`npm:1.2.3`) where it lies and what it
 * may import; one that has peers is there again as `virtual:HASH#npm:1.2.3`. Yarn documentation, "PnP Specification".
 */
import { isObject, type JsonObject, parseJsonObject } from '../../../formats/json.ts';
import { textOf } from './npm-fields.ts';

/** A package in a place. */
export interface MappedPackage {
  /** Empty for the project's own main workspace. */
  readonly name: string;
  /** Without `virtual:`: `npm:1.2.3`, `workspace:packages/site`. */
  readonly reference: string;
  /** Relative to the map's directory: `./.yarn/cache/NAME.zip/node_modules/name/`. */
  readonly location: string;
  /** Keys, as of `mapKey`, of what it imports. */
  readonly imports: readonly string[];
}

export function mapKey(name: string, reference: string): string {
  return `${name}@${withoutVirtual(reference)}`;
}

/** The packages of a map by their keys; null where there is none in the text. */
export function readPnpMap(text: string): ReadonlyMap<string, MappedPackage> | null {
  const data = text.startsWith('{') ? parseJsonObject(text) : embeddedMap(text);
  const registry = data?.['packageRegistryData'];
  if (!Array.isArray(registry)) return null;
  const packages = new Map<string, MappedPackage>();
  for (const [name, references] of pairsIn(registry)) {
    if (!Array.isArray(references)) continue;
    for (const [reference, place] of pairsIn(references)) {
      if (!isObject(place)) continue;
      const key = mapKey(textOf(name) ?? '', textOf(reference, 4000) ?? '');
      packages.set(key, mergePlaces(packages.get(key), toMapped(name, reference, place)));
    }
  }
  return packages;
}

function toMapped(name: unknown, reference: unknown, place: JsonObject): MappedPackage {
  const dependencies = place['packageDependencies'];
  const imports = pairsIn(Array.isArray(dependencies) ? dependencies : []).flatMap(([imported, target]) => {
    // an alias leads to another name: ["string-width-cjs", ["string-width", "npm:4.2.3"]]
    const [real, found] = Array.isArray(target) ? (target as unknown[]) : [imported, target];
    return typeof real === 'string' && typeof found === 'string' ? mapKey(real, found) : [];
  });
  return {
    name: textOf(name) ?? '',
    reference: withoutVirtual(textOf(reference, 4000) ?? ''),
    location: textOf(place['packageLocation'], 4000) ?? '',
    imports,
  };
}

/** The package itself says where it lies, and what it becomes with its peers says what it imports. */
function mergePlaces(known: MappedPackage | undefined, next: MappedPackage): MappedPackage {
  if (known === undefined) return next;
  const isReal = !next.location.includes('/__virtual__/') && !next.location.includes('/$$virtual/');
  return {
    ...next,
    location: isReal ? next.location : known.location,
    imports: [...new Set([...known.imports, ...next.imports])],
  };
}

function withoutVirtual(reference: string): string {
  return reference.startsWith('virtual:') ? reference.slice(reference.indexOf('#') + 1) : reference;
}

function pairsIn(list: readonly unknown[]): readonly (readonly [unknown, unknown])[] {
  return list.flatMap((pair) =>
    Array.isArray(pair) && pair.length === 2 ? [[pair[0], pair[1]] as const] : [],
  );
}

/** The JSON in the first string literal that is the runtime's state. */
function embeddedMap(text: string): JsonObject | null {
  const start = /(?:RAW_RUNTIME_STATE\s*=|hydrateRuntimeState\(JSON\.parse\()\s*'/.exec(text);
  return start && parseJsonObject(readLiteral(text, start.index + start[0].length));
}

/** The value of a JavaScript string literal up to its closing quote; the escapes that Yarn writes are these. */
function readLiteral(text: string, start: number): string {
  const parts: string[] = [];
  const mark = /['\\]/g;
  for (let at = start; ;) {
    mark.lastIndex = at;
    const end = mark.exec(text)?.index ?? text.length;
    parts.push(text.slice(at, end));
    if (text[end] !== '\\') return parts.join('');
    // an escaped end of line stands for nothing, a quote or backslash for itself
    const escaped = text[end + 1] ?? '';
    if (escaped !== '\n') parts.push(escaped);
    at = end + 2;
  }
}
