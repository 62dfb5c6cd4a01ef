/**
 * Patterns of repositories, and the names that they are held against. A pattern is anchored at both ends and compared component
 * by component, so `docker.io/library/**` never reaches into `docker.io/library-evil`.
 */
import { matchesGlob } from '../../model/glob.ts';

/** A pattern that was checked. Only `parseRepositoryPattern` makes one. */
export interface RepositoryPattern {
  readonly text: string;
  /** `registry.example.com`, `*.example.com`; null for `**`, which is every repository. */
  readonly host: string | null;
  /** Components of the path, each a name or a glob. */
  readonly path: readonly string[];
  /** True when it ends in `**`: one or more components below. */
  readonly isOpen: boolean;
}

const HOST =
  /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]+)?$/;
const IPV6_HOST = /^\[[a-f0-9:]+\](?::[0-9]+)?$/;
const COMPONENT = /^(?!.*\*\*)[a-z0-9*]+(?:(?:\.|_|__|-+)[a-z0-9*]+)*$/;
const MAX_LENGTH = 512;

/**
 * Reads `HOST/PATH`: the host in lower case, or `*.` and a domain for its subdomains; `*` within a component of the path; `**`
 * alone at the end for everything below, or alone for every repository.
 *
 * @returns what is wrong with it, for the message
 */
export function parseRepositoryPattern(text: string): RepositoryPattern | { readonly fault: string } {
  if (text.length > MAX_LENGTH) return { fault: `is longer than ${MAX_LENGTH} characters` };
  if (text === '**') return { text, host: null, path: [], isOpen: true };
  // what looks like another letter, or the same one in capitals, would match nothing or the wrong thing
  if (/[^\x21-\x7e]/.test(text))
    return { fault: 'has characters that no repository has; write hosts in their xn-- form' };
  if (text !== text.toLowerCase()) return { fault: 'must be in lower case' };
  if (text.includes('@')) return { fault: 'has a digest; a rule is about a repository' };
  const [host = '', ...path] = text.split('/');
  if (!isHost(host)) return { fault: `must begin with its registry, as docker.io/library/debian does` };
  const known = canonicalHost(host);
  if (known !== host) return { fault: `must name its registry ${known}` };
  if (path.at(-1)?.includes(':') === true) return { fault: 'has a tag; a rule is about a repository' };
  const isOpen = path.at(-1) === '**';
  const components = isOpen ? path.slice(0, -1) : path;
  const bad = components.find((component) => !COMPONENT.test(component));
  if (bad !== undefined) {
    const hint = bad.includes('**') ? '; ** stands alone, at the end' : '';
    return { fault: `${JSON.stringify(bad)} is no name of a repository, nor a glob of one${hint}` };
  }
  if (path.length === 0) return { fault: `names a registry only; write ${host}/** for everything in it` };
  if (host === HUB && !isOpen && path.length === 1) {
    return { fault: `is not a full name; the official images are docker.io/library/${components.join('/')}` };
  }
  return { text, host, path: components, isOpen };
}

/** A first component that could be a namespace on Docker Hub is not taken for a host. */
function isHost(text: string): boolean {
  return IPV6_HOST.test(text) || (HOST.test(text) && (text === 'localhost' || /[.:]/.test(text)));
}

const HUB = 'docker.io';
/** Other hosts that serve what Docker Hub does: under their names its repositories must not escape their rules. */
const HUB_ALIASES: ReadonlySet<string> = new Set(['index.docker.io', 'registry-1.docker.io']);

/**
 * The one name of a repository that patterns are held against, however its registry was written: hosts in lower case, without
 * the port that is meant anyway, Docker Hub as `docker.io`.
 */
export function policyName(registry: string, repository: string): string {
  const host = canonicalHost(registry);
  const isShort = host === HUB && !repository.includes('/');
  return `${host}/${isShort ? 'library/' : ''}${repository}`;
}

function canonicalHost(host: string): string {
  const name = host.toLowerCase().replace(/:443$/, '');
  return HUB_ALIASES.has(name) ? HUB : name;
}

/** @param name as `policyName` gives it */
export function matchesRepository(name: string, pattern: RepositoryPattern): boolean {
  if (pattern.host === null) return true;
  const [host = '', ...path] = name.split('/');
  if (!matchesHost(host, pattern.host)) return false;
  const fits = pattern.isOpen ? path.length > pattern.path.length : path.length === pattern.path.length;
  return fits && pattern.path.every((wanted, index) => matchesGlob(path[index] ?? '', wanted));
}

/** `*.` stands for one or more labels, so the domain itself is not among them. */
function matchesHost(host: string, wanted: string): boolean {
  if (host === wanted || !wanted.startsWith('*.')) return host === wanted;
  const suffix = wanted.slice(1);
  return host.endsWith(suffix) && host.length > suffix.length;
}

/**
 * Orders two patterns that match the same name: negative when `a` is the more specific. The first component that differs decides:
 * a name before a glob, a glob with more letters before one with fewer, and any before what `**` takes in.
 */
export function compareSpecificity(a: RepositoryPattern, b: RepositoryPattern): number {
  const [left, right] = [specificity(a), specificity(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (right[index] ?? 0) - (left[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Of each component: more than any glob for a name, its letters and one for a glob; nothing for what is open. */
function specificity({ host, path }: RepositoryPattern): readonly number[] {
  return [...(host === null ? [] : [host]), ...path].map((component) =>
    component.includes('*') ? 1 + component.replaceAll('*', '').length : MAX_LENGTH + 1,
  );
}

/** True when two patterns of the same specificity have a name in common, so that nothing tells which one decides. */
export const isTie = (a: RepositoryPattern, b: RepositoryPattern): boolean =>
  compareSpecificity(a, b) === 0 && patternsMeet(a, b);

/** True when some repository matches both. */
export function patternsMeet(a: RepositoryPattern, b: RepositoryPattern): boolean {
  if (a.host === null || b.host === null) return true;
  if (!shareText(a.host, b.host)) return false;
  const [fewest, most] = a.path.length <= b.path.length ? [a, b] : [b, a];
  const fits = fewest.path.length === most.path.length ? fewest.isOpen === most.isOpen : fewest.isOpen;
  return fits && fewest.path.every((component, index) => shareText(component, most.path[index] ?? ''));
}

/** True when every repository that matches the second pattern matches the first. */
export function coversPattern(general: RepositoryPattern, specific: RepositoryPattern): boolean {
  if (general.host === null) return true;
  if (specific.host === null || !matchesHost(specific.host, general.host)) return false;
  const [most, fewest] = [general.path.length, specific.path.length];
  const fits = general.isOpen
    ? fewest + (specific.isOpen ? 1 : 0) > most
    : fewest === most && !specific.isOpen;
  // a star of the specific one is matched by a star only, so what holds for it holds for all that it stands for
  return fits && general.path.every((wanted, index) => matchesGlob(specific.path[index] ?? '', wanted));
}

/** Whether some text matches both globs, of which `*` is the only sign. Takes time in proportion to the product of their lengths. */
function shareText(a: string, b: string): boolean {
  // reachable[j]: some text takes the first glob to the present place and the second one to j
  let reachable = new Set([0]);
  for (let i = 0; ; i += 1) {
    for (const j of reachable) {
      if (b[j] === '*') reachable.add(j + 1);
      // a star of the first glob swallows any letter of the second
      if (a[i] === '*' && j < b.length) reachable.add(j + 1);
    }
    if (i === a.length) return reachable.has(b.length);
    const next = new Set<number>();
    for (const j of reachable) {
      if (a[i] === '*') next.add(j);
      else if (b[j] === '*') next.add(j);
      else if (a[i] === b[j]) next.add(j + 1);
    }
    reachable = next;
  }
}
