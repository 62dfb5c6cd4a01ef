/**
 * The lock file of Yarn 2 and later: YAML whose keys are what was asked for, `name@npm:^1, name@npm:^2`, and whose
 * `resolution` is what was chosen, `name@npm:1.2.3`. Its checksums are those of the archives that Yarn makes for its
 * cache, not of what was published, and are therefore not taken. Yarn documentation, "Lexicon", "Protocols".
 */
import { isObject } from '../../../formats/json.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { lockedFacts, type LockEntry, NO_ENTRY } from './locked-packages.ts';
import { isForLinux, isNpmName, originOf, requiredRanges, textOf } from './npm-fields.ts';
import { createFinder, nameOf, type YarnLock } from './yarn-descriptors.ts';

/** Null for text that is no such lock file. */
export function readBerryLock(text: string): YarnLock | null {
  const lock = parseYaml(text);
  if (!isObject(lock) || !isObject(lock['__metadata'])) return null;
  const keys = Object.keys(lock).filter((key) => key !== '__metadata');
  const descriptors = keys.flatMap((key, index) =>
    descriptorsOf(key).map((one): [string, number] => [one, index]),
  );
  const find = createFinder(descriptors);
  const projects: number[] = [];
  let main: number | null = null;
  let damaged = 0;
  const entries = keys.map((key, index): LockEntry => {
    const entry = lock[key];
    const resolution = isObject(entry) ? textOf(entry['resolution'], 4000) : null;
    const name = nameOf(resolution ?? '');
    if (!isObject(entry) || resolution === null || !isNpmName(name)) {
      damaged += 1;
      return NO_ENTRY;
    }
    if (!isForLinux(systemsOf(entry['conditions']))) return NO_ENTRY;
    const needs = requiredRanges(entry['dependencies']).flatMap(([need, range]) => find(need, range));
    const reference = resolution.slice(name.length + 1);
    if (reference === 'workspace:.') main = index;
    if (reference.startsWith('workspace:')) projects.push(index);
    if (isOwnCode(reference)) return { pkg: null, needs };
    const version = textOf(entry['version'], 256) ?? '';
    return { pkg: lockedFacts({ name, version, origin: berryOrigin(reference) }), needs };
  });
  return { entries, descriptors, projects, main, damaged };
}

/** `file:` and `patch:` carry, behind `::`, which project asked, which requirements do not say. */
function descriptorsOf(key: string): readonly string[] {
  return key.split(', ').flatMap((descriptor) => {
    const bound = descriptor.indexOf('::');
    return bound < 0 ? [descriptor] : [descriptor, descriptor.slice(0, bound)];
  });
}

/** `os=darwin & cpu=x64`, `(os=linux | os=darwin)`: the systems. */
function systemsOf(conditions: unknown): readonly string[] {
  const text = textOf(conditions) ?? '';
  return [...text.matchAll(/\bos=([!\w]+)/g)].map(([, system = '']) => system);
}

/** The project, its workspaces, and directories that it uses as they are. */
export function isOwnCode(reference: string): boolean {
  if (/^(?:workspace|link|portal|exec):/.test(reference)) return true;
  return reference.startsWith('file:') && !/\.(?:tgz|tar\.gz)(?:[#:]|$)/.test(reference);
}

/** Where a package comes from that is not a registry's; a patched one counts as the one that was patched. */
export function berryOrigin(reference: string): string | null {
  const [address = '', ...rest] = reference.split(/::|#/);
  const parameters = new URLSearchParams(rest.join('&'));
  if (address.startsWith('npm:')) return originOf(parameters.get('__archiveUrl'));
  if (/^(?:patch|virtual|workspace):/.test(address)) return null;
  const commit = parameters.get('commit');
  return originOf(commit === null ? address : `git+${address.replace(/^git\+/, '')}#${commit}`);
}
