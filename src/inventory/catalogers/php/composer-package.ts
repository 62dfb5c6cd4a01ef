/**
 * Packages as Composer describes them in its lock file and among what it installed: the fields of `composer.json` with a
 * version and an origin added. Composer documentation, "The composer.json schema".
 */
import type { Checksum } from '../../../model/package.ts';
import { formatPurl, type Purl } from '../../../model/purl.ts';
import { isObject, type JsonObject, objectsIn, textsIn } from '../../../formats/json.ts';
import { type CatalogedPackage, toCatalogedPackage } from '../../cataloger.ts';
import { withoutCredentials } from '../../credentials.ts';
import { boundedText } from '../../evidence.ts';

export type ComposerPackage = {
  /** `vendor/package`. */
  readonly name: string;
  /** As its tag is written: `v6.4.3`, `dev-main`. */
  readonly version: string;
  /** An SPDX expression, if its author wrote SPDX identifiers. */
  readonly licence: string | null;
  readonly authors: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  /** Of the archive; empty for those that a repository's host makes on demand. */
  readonly sha1: string | null;
  /** `git+https://host/repository@commit` for what no package repository announced. purl-spec, `vcs_url`. */
  readonly repository: string | null;
  /** Packages that it needs at run time; PHP itself and its extensions are left out. Sorted. */
  readonly dependencies: readonly string[];
  /** Names of packages that it is taken for: `replace` and `provide`. */
  readonly provides: readonly string[];
};

export type ComposerReading = {
  readonly packages: readonly ComposerPackage[];
  /** Entries without a usable name. */
  readonly damaged: number;
  /** True when the list was cut. */
  readonly cut: boolean;
};

/** The largest known lock files have some thousand. */
const MAX_PACKAGES = 50_000;
/** Longer maps of requirements are cut. */
const MAX_ENTRIES = 2000;

/** Lists the packages in a list of a parsed file. */
export function readComposerPackages(list: readonly unknown[]): ComposerReading {
  const packages: ComposerPackage[] = [];
  let damaged = 0;
  for (const entry of list.slice(0, MAX_PACKAGES)) {
    const name = isObject(entry) ? boundedText(textOf(entry['name'])) : null;
    if (!isObject(entry) || name === null || !isComposerName(name)) damaged += 1;
    else packages.push(readPackage(name, entry));
  }
  return { packages, damaged, cut: list.length > MAX_PACKAGES };
}

function readPackage(name: string, entry: JsonObject): ComposerPackage {
  const dist = isObject(entry['dist']) ? entry['dist'] : {};
  const sha1 = textOf(dist['shasum']) ?? '';
  return {
    name,
    version: boundedText(textOf(entry['version']), 256) ?? '',
    licence: licenceOf(entry['license']),
    authors: boundedText(objectsIn(entry['authors']).map(personOf).filter(Boolean).join(', ')),
    description: boundedText(textOf(entry['description']), 500),
    homepage: boundedText(textOf(entry['homepage'])),
    sha1: /^[0-9a-f]{40}$/.test(sha1) ? sha1 : null,
    repository: repositoryOf(entry),
    dependencies: namesIn(entry['require']),
    provides: [...namesIn(entry['replace']), ...namesIn(entry['provide'])],
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Several licences are for the user to choose from. Composer documentation, "license". */
function licenceOf(value: unknown): string | null {
  const names = (typeof value === 'string' ? [value] : textsIn(value))
    .map((name) => name.trim())
    .filter(Boolean);
  return boundedText(
    names.map((name) => (names.length > 1 && /\s/.test(name) ? `(${name})` : name)).join(' OR '),
  );
}

function personOf(author: JsonObject): string {
  const name = textOf(author['name'])?.trim() ?? '';
  const email = textOf(author['email'])?.trim() ?? '';
  return name && email ? `${name} <${email}>` : name || email;
}

/** Packagist and its like have an address to be told of an installation. */
function repositoryOf(entry: JsonObject): string | null {
  const source = isObject(entry['source']) ? entry['source'] : {};
  const [type, url, reference] = ['type', 'url', 'reference'].map((field) => textOf(source[field]));
  if (entry['notification-url'] !== undefined || !type || !url || !reference) return null;
  return boundedText(`${type}+${withoutCredentials(url)}@${reference}`);
}

function namesIn(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value).slice(0, MAX_ENTRIES).filter(isComposerName).sort() : [];
}

/** `php`, `ext-json` and `composer-runtime-api` have no vendor. */
function isComposerName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,126}\/[A-Za-z0-9][A-Za-z0-9_.-]{0,126}$/.test(name);
}

/** The packages of one file, with edges among them: Composer puts one version of each name into an installation. */
export function toCatalogedPackages(
  packages: readonly ComposerPackage[],
  path: string,
  presence: CatalogedPackage['presence'],
): readonly CatalogedPackage[] {
  const purls = new Map<string, Purl>();
  for (const pkg of packages) for (const name of pkg.provides) purls.set(name.toLowerCase(), purlOf(pkg));
  for (const pkg of packages) purls.set(pkg.name.toLowerCase(), purlOf(pkg));
  return packages.map((pkg) =>
    toCatalogedPackage({
      type: 'composer',
      presence,
      purl: purlOf(pkg),
      name: pkg.name,
      version: pkg.version,
      licences: pkg.licence === null ? [] : [pkg.licence],
      supplier: pkg.authors,
      description: pkg.description,
      homepage: pkg.homepage,
      checksums: checksumsOf(pkg),
      dependencies: pkg.dependencies,
      requires: pkg.dependencies.flatMap((name) => purls.get(name.toLowerCase()) ?? []),
      evidence: [path],
    }),
  );
}

function checksumsOf({ sha1 }: ComposerPackage): readonly Checksum[] {
  return sha1 === null ? [] : [{ algorithm: 'sha1', hex: sha1 }];
}

/** `pkg:composer/vendor/package@v1.2.3`. purl-spec, types/composer-definition. */
function purlOf({ name, version, repository }: ComposerPackage): Purl {
  const slash = name.indexOf('/');
  return formatPurl({
    type: 'composer',
    namespace: name.slice(0, slash),
    name: name.slice(slash + 1),
    version,
    qualifiers: { vcs_url: repository },
  });
}
