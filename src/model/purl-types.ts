/** What the definition of a purl type asks beyond the rules for every purl. */
export interface PurlTypeRules {
  readonly namespace: 'required' | 'optional' | 'prohibited';
  /** Components that do not tell upper from lower case; their canonical form is lower case. */
  readonly lower: readonly ('namespace' | 'name' | 'version')[];
  /** A qualifier without which the purl names nothing. */
  readonly requires?: string;
  /** What a canonical name or version must look like. */
  readonly namePattern?: RegExp;
  readonly versionPattern?: RegExp;
  /** Type-specific spelling, applied after `lower`. */
  readonly spellNamespace?: (namespace: string) => string;
  readonly spellName?: (name: string, context: SpellingContext) => string;
  /** The namespace is the first segment alone and the name a path, whose slashes stay. */
  readonly nameIsPath?: true;
}

/** What the spelling of a name may depend on. */
export interface SpellingContext {
  readonly namespace: string;
  readonly qualifiers: Readonly<Record<string, string>>;
}

const ANY: PurlTypeRules = { namespace: 'optional', lower: [] };
const NO_NAMESPACE: PurlTypeRules = { namespace: 'prohibited', lower: [] };
const BOTH_LOWER: PurlTypeRules = { namespace: 'optional', lower: ['namespace', 'name'] };
const OWNED_REPOSITORY: PurlTypeRules = { namespace: 'required', lower: ['namespace', 'name'] };

/**
 * Type definitions of package-url/purl-spec, `types/*-definition.json`, at 16f3d0e3.
 *
 * Two departures. The specification also requires a namespace of alpm, apk, deb, qpkg, rpm, golang and maven; images
 * without os-release, Go's standard library and jars without a group have none, and their packages must keep a name.
 * And golang's definition says both "case sensitive" and "shall be lowercased": module paths differ by case, so case
 * is kept.
 */
const PURL_TYPES: ReadonlyMap<string, PurlTypeRules> = new Map<string, PurlTypeRules>([
  ['alpm', BOTH_LOWER],
  ['apk', BOTH_LOWER],
  ['bazel', NO_NAMESPACE],
  ['bitbucket', OWNED_REPOSITORY],
  ['bitnami', { namespace: 'prohibited', lower: ['name'] }],
  ['brew', BOTH_LOWER],
  ['cargo', NO_NAMESPACE],
  [
    'chrome-extension',
    {
      namespace: 'prohibited',
      lower: ['name'],
      namePattern: /^[a-p]{32}$/,
      versionPattern: /^\d+(?:\.\d+){0,3}$/,
    },
  ],
  ['cocoapods', NO_NAMESPACE],
  ['composer', OWNED_REPOSITORY],
  ['conda', NO_NAMESPACE],
  // a CPAN purl names a distribution; `::` belongs to module names
  [
    'cpan',
    { ...ANY, namePattern: /^(?!.*::)/s, spellNamespace: (namespace: string) => namespace.toUpperCase() },
  ],
  ['cran', NO_NAMESPACE],
  ['deb', BOTH_LOWER],
  ['gem', NO_NAMESPACE],
  // the definition keeps case, its test lowers it for GitHub, where owners and repositories do not know case
  ['git', { namespace: 'required', lower: [], nameIsPath: true, spellName: lowerOnGitHub }],
  ['github', OWNED_REPOSITORY],
  ['hackage', NO_NAMESPACE],
  ['hex', BOTH_LOWER],
  ['huggingface', { namespace: 'required', lower: ['version'] }],
  ['julia', { ...NO_NAMESPACE, requires: 'uuid' }],
  ['luarocks', BOTH_LOWER],
  ['mlflow', { ...NO_NAMESPACE, spellName: lowerOnDatabricks }],
  ['nuget', NO_NAMESPACE],
  ['oci', { namespace: 'prohibited', lower: ['name', 'version'] }],
  ['opam', NO_NAMESPACE],
  ['otp', { namespace: 'prohibited', lower: ['name'] }],
  [
    'pub',
    {
      namespace: 'prohibited',
      lower: ['name'],
      spellName: (name: string) => name.replaceAll(/[^a-z0-9_]/g, '_'),
    },
  ],
  [
    'pypi',
    {
      namespace: 'prohibited',
      lower: ['name', 'version'],
      spellName: (name: string) => name.replaceAll('_', '-'),
    },
  ],
  ['qpkg', { namespace: 'optional', lower: ['namespace'] }],
  ['rpm', { namespace: 'optional', lower: ['namespace'] }],
  ['swid', { ...ANY, requires: 'tag_id' }],
  ['swift', { namespace: 'required', lower: [] }],
  ['vcpkg', NO_NAMESPACE],
  ['vscode-extension', { namespace: 'required', lower: ['namespace', 'name', 'version'] }],
  ['yocto', { namespace: 'optional', lower: ['namespace'] }],
]);

function lowerOnGitHub(name: string, { namespace }: SpellingContext): string {
  return namespace === 'github' || namespace === 'github.com' ? name.toLowerCase() : name;
}

/** Model names differ by case on Azure ML and not on Databricks; only the server's address tells which it is. */
function lowerOnDatabricks(name: string, { qualifiers }: SpellingContext): string {
  const address = qualifiers['repository_url'] ?? '';
  return /^(?:https?:\/\/)?[^/]*databricks\.(?:net|com)(?:[:/]|$)/i.test(address) ? name.toLowerCase() : name;
}

/** Rules of a type in lower case; a type that the specification does not define has none. */
export function purlTypeRules(type: string): PurlTypeRules {
  return PURL_TYPES.get(type) ?? ANY;
}
