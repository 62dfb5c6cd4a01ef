/** What Deno's import specifiers name. Deno documentation, "Modules and dependencies". */
import { lockedFacts, type LockedFacts } from './locked-packages.ts';
import { isNpmName } from './npm-fields.ts';

/**
 * JSR serves its packages to npm under this address and the names `@jsr/scope__name`; that is how a purl can name them,
 * for purl-spec has no type of their own. JSR documentation, "npm compatibility".
 */
const JSR = 'https://npm.jsr.io';

/** A module that is fetched from an address, `https://deno.land/x/oak@v12.6.1/mod.ts`. */
export type RemotePackage = {
  /** The address up to the version, without its scheme: `deno.land/x/oak`. */
  readonly name: string;
  /** As written: `v12.6.1`. */
  readonly version: string;
};

/** What `name@version` names on npm; the version is cut where peers begin (`1.2.0_react@18.2.0`). */
export function npmFacts(id: string): LockedFacts | null {
  const { name, version } = splitVersion(id);
  return isNpmName(name) ? lockedFacts({ name, version: version.split('_', 1)[0] ?? '' }) : null;
}

/** What `@scope/name@version` names on JSR. */
export function jsrFacts(id: string): LockedFacts | null {
  const { name, version } = splitVersion(id);
  const [, scope, base] = /^@([^/]+)\/([^/]+)$/.exec(name) ?? [];
  const npmName = `@jsr/${scope}__${base}`;
  if (scope === undefined || !isNpmName(npmName)) return null;
  return lockedFacts({ name: npmName, version, registry: JSR });
}

/** `name@version`, `@scope/name@version`; the version may be missing. */
export function splitVersion(id: string): { readonly name: string; readonly version: string } {
  const at = id.indexOf('@', 1);
  return at < 0 ? { name: id, version: '' } : { name: id.slice(0, at), version: id.slice(at + 1) };
}

/** Sites that serve packages of npm as modules: `https://esm.sh/react@18.2.0/es2022/react.mjs`. */
const NPM_SITES: ReadonlyMap<string, RegExp> = new Map([
  ['esm.sh', /^(?:v\d+\/|stable\/)?\*?(?!gh\/|jsr\/)/],
  ['unpkg.com', /^/],
  ['cdn.jsdelivr.net', /^npm\//],
  ['cdn.skypack.dev', /^(?!-\/)/],
  ['ga.jspm.io', /^npm:/],
]);

const EXACT = /^\d+\.\d+\.\d+(?:[-+][\w.+-]*)?/;

/**
 * What an address names: a package of npm where the site serves those, else what stands before an `@` and a version.
 * Null for an address without a version: one file, of which nothing is known.
 */
export function packageAt(address: string): LockedFacts | RemotePackage | null {
  const [, host = '', path = ''] = /^https?:\/\/([^/?#]+)\/([^?#]*)/.exec(address) ?? [];
  const prefix = NPM_SITES.get(host)?.exec(path);
  if (prefix) {
    const { name, version } = splitVersion(path.slice(prefix[0].length));
    const exact = EXACT.exec(version)?.[0];
    return exact !== undefined && isNpmName(name) ? lockedFacts({ name, version: exact }) : null;
  }
  const segments = path.split('/');
  const last = segments.findIndex((segment) => /^[^@\s]+@v?\d/.test(segment));
  const { name, version } = splitVersion(segments[last] ?? '');
  if (last < 0) return null;
  return { name: [host, ...segments.slice(0, last), name].join('/'), version: version.slice(0, 256) };
}

/** The versions of `npm:` and `jsr:` specifiers may be ranges, which say no version. */
export function specifiedPackage(specifier: string): LockedFacts | RemotePackage | null {
  const [, scheme, id = ''] = /^(npm|jsr):\/?((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? [];
  if (scheme === undefined) return packageAt(specifier);
  const facts = scheme === 'npm' ? npmFacts(id) : jsrFacts(id);
  return (
    facts && { ...facts, version: EXACT.exec(facts.version)?.[0] === facts.version ? facts.version : '' }
  );
}
