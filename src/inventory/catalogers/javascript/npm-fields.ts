/** Fields of `package.json` and of lock files as twenty years of npm have written them. */
import { isObject, type JsonObject, textsIn } from '../../../formats/json.ts';
import { boundedText } from '../../evidence.ts';
import { formatPurl, type Purl } from '../../../model/purl.ts';

/** Longer lists in a manifest are cut; the largest real ones have some hundred entries. */
const MAX_ENTRIES = 2000;

export function textOf(value: unknown, maxLength?: number): string | null {
  return typeof value === 'string' ? boundedText(value, maxLength) : null;
}

/**
 * `license` is an SPDX expression today; older manifests have `{type, url}`, and `licenses` with a list of either.
 * npm documentation, package.json, "license".
 */
export function licencesOf(manifest: JsonObject): readonly string[] {
  const declared = [manifest['license'] ?? manifest['licenses'] ?? []].flat().slice(0, 100);
  const names = declared.map((licence) =>
    isObject(licence) ? (textOf(licence['type']) ?? textOf(licence['name'])) : textOf(licence),
  );
  return [...new Set(names.filter((name) => name !== null))];
}

/** `author` is `Name <email> (url)`, or an object of these. npm documentation, package.json, "people fields". */
export function personOf(value: unknown): string | null {
  if (!isObject(value)) return textOf(value);
  const name = textOf(value['name']);
  const email = textOf(value['email']);
  if (name === null || email === null) return name ?? email;
  return `${name} <${email}>`;
}

/** Names of the packages in maps of requirements, an alias (`npm:real@^1`) under its real name; sorted. */
export function requirementsOf(...maps: readonly unknown[]): readonly string[] {
  const names = requiredRanges(...maps)
    .slice(0, MAX_ENTRIES)
    .map(([name, range]) => (typeof range === 'string' ? aliasTarget(range)?.name : undefined) ?? name);
  return [...new Set(names)].filter(isNpmName).sort();
}

/** What maps of requirements ask for, as written: the name by which it is imported, and mostly a range of versions. */
export function requiredRanges(...maps: readonly unknown[]): readonly (readonly [string, unknown])[] {
  return maps.flatMap((map) => (isObject(map) ? Object.entries(map) : []));
}

/** The package behind `npm:name@version`; null for what is no alias. */
export function aliasTarget(specifier: string): { readonly name: string; readonly version: string } | null {
  if (!specifier.startsWith('npm:')) return null;
  const target = specifier.slice('npm:'.length);
  const at = target.indexOf('@', 1);
  return at < 0
    ? { name: target, version: '' }
    : { name: target.slice(0, at), version: target.slice(at + 1) };
}

/** Null for a registry's archive, which name and version already say. What could be a password is taken out. */
export function originOf(resolved: string | null): string | null {
  if (resolved === null) return null;
  const isRegistryArchive = /^https?:\/\/[^/]+\/(?:[^?#]*\/)?-\/[^/]+\.tgz(?:[?#]|$)/.test(resolved);
  return isRegistryArchive ? null : resolved.replace(/^([a-z+]+:\/\/)[^/?#]*:[^/?#]*@/, '$1');
}

/** Is a package that states these systems for Linux? npm documentation, package.json, "os". */
export function isForLinux(systems: unknown): boolean {
  const named = textsIn([systems ?? []].flat());
  return named.every((system) => system.startsWith('!'))
    ? !named.includes('!linux')
    : named.includes('linux') || named.includes('any');
}

/** `name` or `@scope/name`, without what no registry would ever accept. */
export function isNpmName(name: string): boolean {
  return name.length <= 214 && /^(?:@[^\s/@\\\p{Cc}\p{Cs}]+\/)?[^\s/@\\\p{Cc}\p{Cs}]+$/u.test(name);
}

/** `pkg:npm/%40scope/name@1.0.0`. purl-spec, types/npm-definition. */
export function npmPurl(
  name: string,
  version: string,
  qualifiers?: Readonly<Record<string, string | null>>,
): Purl {
  const slash = name.indexOf('/');
  return formatPurl({
    type: 'npm',
    namespace: slash < 0 ? null : name.slice(0, slash),
    name: name.slice(slash + 1),
    version,
    qualifiers,
  });
}
