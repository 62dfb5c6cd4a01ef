/** What the purl of a package tells beside its name, in the spellings of the tools that write bills of materials. */
import { ModelError } from '../model/errors.ts';
import { PACKAGE_TYPES, type PackageType, type SourcePackage, SYSTEM_TYPES } from '../model/package.ts';
import { formatPurl, mendPurl, type Purl, type PurlParts } from '../model/purl.ts';
import { parseSourceRpm } from '../model/source-rpm.ts';

/** A purl whose type names an ecosystem of packages, and what it says. */
export interface PurlFacts {
  readonly purl: Purl;
  readonly type: PackageType;
  /** The full name in the ecosystem's own spelling: `@scope/x`, `group:artifact`, a Go module's path. */
  readonly name: string;
  /** As `Package.version`, with the epoch that a qualifier states; empty when there is none. */
  readonly version: string;
  readonly architecture: string | null;
  readonly source: SourcePackage | null;
  readonly modularityLabel: string | null;
  /** `debian-12`, `bookworm`: the release of the distribution, as whoever wrote the purl calls it. */
  readonly distro: string | null;
  /** Of a package of a system: who distributes it; `debian`, `redhat`. */
  readonly vendor: string | null;
}

/** What stands between namespace and name where both make the ecosystem's name. Elsewhere the name is all of it. */
const JOINED_BY: Partial<Readonly<Record<PackageType, string>>> = {
  composer: '/',
  ebuild: '/',
  github: '/',
  golang: '/',
  huggingface: '/',
  maven: ':',
  npm: '/',
  swift: '/',
  terraform: '/',
};

const TYPES: ReadonlySet<string> = new Set(PACKAGE_TYPES);

/** What `arch` says of a source package. purl-spec, types/deb-definition and types/rpm-definition. */
const SOURCE_ARCHITECTURES: ReadonlySet<string> = new Set(['source', 'src']);

/** Why a purl names no package that Hallmark could match. */
export type PurlRefusal =
  | { readonly refused: 'unreadable' }
  /** The type of purl that Hallmark does not know; `oci` and `docker` are images. */
  | { readonly refused: 'type'; readonly type: string };

/** Reads a purl as Syft, Trivy, cdxgen and others write it. */
export function readPurl(text: string): PurlFacts | PurlRefusal {
  const read = tryPurl(text);
  if (read === null) return { refused: 'unreadable' };
  const { purl, parts } = read;
  if (!isPackageType(parts.type)) return { refused: 'type', type: parts.type };
  const { type } = parts;
  const { arch, modularitylabel, rpmmod, upstream } = parts.qualifiers;
  return {
    purl,
    type,
    name: ecosystemName(type, parts),
    version: versionOf(parts),
    architecture: arch ?? null,
    source: upstream === undefined ? null : readUpstream(type, upstream),
    modularityLabel: rpmmod ?? modularitylabel ?? null,
    distro: distroOf(parts),
    vendor: parts.namespace,
  };
}

/** True for the package that a distribution keeps the source in, of which nothing is installed. */
export function isSourcePurl({ architecture }: PurlFacts): boolean {
  return architecture !== null && SOURCE_ARCHITECTURES.has(architecture);
}

/** The type of the package that a purl names; null where it names none that Hallmark knows. */
export function purlType(purl: string | null): PackageType | null {
  const facts = purl === null ? null : readPurl(purl);
  return facts === null || 'refused' in facts ? null : facts.type;
}

/** True for a package that a distribution's package manager installs. */
export function isSystemPurl(purl: string | null): boolean {
  const type = purlType(purl);
  return type !== null && SYSTEM_TYPES.has(type);
}

export function isPackageType(type: string): type is PackageType {
  return TYPES.has(type);
}

/** Types that tools have used for what purl-spec has another name for. */
const OTHER_NAMES: ReadonlyMap<string, PackageType> = new Map([
  ['alpine', 'apk'],
  ['homebrew', 'brew'],
  ['portage', 'ebuild'],
]);

function tryPurl(text: string): { readonly purl: Purl; readonly parts: PurlParts } | null {
  try {
    const given = mendPurl(text);
    const type = OTHER_NAMES.get(given.type) ?? given.type;
    const purl = formatPurl({ ...given, type });
    return { purl, parts: { ...given, type } };
  } catch (error) {
    if (error instanceof ModelError) return null; // it is no purl; that is the answer
    throw error;
  }
}

/** The full name of a package whose name a format, or a purl, holds in two parts. */
export function ecosystemName(
  type: PackageType,
  { namespace, name, subpath }: Pick<PurlParts, 'name' | 'namespace' | 'subpath'>,
): string {
  const separator = JOINED_BY[type];
  const joined = namespace === null || separator === undefined ? name : `${namespace}${separator}${name}`;
  // Syft puts what follows the third segment of a Go module's path there
  return type === 'golang' && subpath !== null ? `${joined}/${subpath}` : joined;
}

/** The epoch stands before the version, whether the purl has it there or, as Trivy for Debian too, in a qualifier. */
function versionOf({ version, qualifiers }: PurlParts): string {
  const { epoch } = qualifiers;
  if (version === null) return '';
  return epoch === undefined || /^\d+:/.test(version) ? version : `${epoch}:${version}`;
}

/** `distro`; Docker Scout has the same in two, `os_name=debian&os_version=12`. */
function distroOf({ qualifiers }: PurlParts): string | null {
  const { distro, os_name: name, os_version: version } = qualifiers;
  return distro ?? ([name, version].filter(Boolean).join('-') || null);
}

/** Syft's `upstream`: a source package, `name` or `name@version`; of an rpm the file name of its source. */
function readUpstream(type: PackageType, upstream: string): SourcePackage | null {
  if (type === 'rpm' && upstream.endsWith('.rpm')) return parseSourceRpm(upstream);
  const at = upstream.lastIndexOf('@');
  if (at < 1) return { name: upstream, version: null };
  return { name: upstream.slice(0, at), version: upstream.slice(at + 1) || null };
}
