/**
 * Whether a package URL in a document means a package of the image. Documents are written from other tools' bills: type,
 * namespace and name must agree, everything else only as far as both sides state it.
 */
import { DEBIAN_RELEASES } from '../../model/debian-releases.ts';
import { ModelError } from '../../model/errors.ts';
import { type Package, SYSTEM_TYPES } from '../../model/package.ts';
import { normalizePlatform } from '../../model/platform.ts';
import { parsePurl, type PurlParts } from '../../model/purl.ts';
import { ecosystemTraits } from '../../advisories/ecosystems.ts';
import { isSchemeKnown, schemeNamed } from '../../versions/register.ts';
import type { VersionScheme } from '../../versions/scheme.ts';
import { languageEcosystem } from '../ecosystems.ts';

/** Null for text that is no package URL. */
export function readPurl(text: string): PurlParts | null {
  if (!text.startsWith('pkg:')) return null;
  try {
    return parsePurl(text);
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

/**
 * True when the purl means this package, or with `arch=source` the source package that it was built from. A purl without
 * a version means every version.
 */
export function meansPackage(stated: PurlParts, pkg: Package): boolean {
  const own = readPurl(pkg.purl);
  if (own === null || stated.type !== own.type) return false;
  const isSystem = SYSTEM_TYPES.has(pkg.type);
  const isSource = isSystem && SOURCES.has(stated.qualifiers['arch'] ?? '');
  if (stated.name !== (isSource ? (pkg.source?.name ?? pkg.name) : own.name)) return false;
  if (!(isSystem ? isVendor(stated, own) : stated.namespace === own.namespace)) return false;
  const version = isSource ? (pkg.source?.version ?? pkg.version) : pkg.version;
  if (stated.version !== null && !isSameVersion(statedVersion(stated), version, pkg)) return false;
  return agreeOnQualifiers(stated, own, pkg, isSource) && agreeOnSubpath(stated, own);
}

/** How purls say that a source package is meant: `source` in general, `src` as rpm does. */
const SOURCES: ReadonlySet<string> = new Set(['source', 'src']);

/** Vendors' names of distributions; Hallmark's purls have the `ID` of os-release. purl-spec, `types/rpm-definition.json`. */
const VENDORS: ReadonlyMap<string, string> = new Map([
  ['amzn', 'amazon'],
  ['ol', 'oracle'],
  ['opensuse-leap', 'opensuse'],
  ['opensuse-tumbleweed', 'opensuse'],
  ['rhel', 'redhat'],
  ['sled', 'suse'],
  ['sles', 'suse'],
]);

/** Some tools leave the namespace out. */
function isVendor({ namespace: stated }: PurlParts, { namespace: own }: PurlParts): boolean {
  if (stated === null || stated === own) return true;
  return own !== null && (VENDORS.get(own) ?? own) === (VENDORS.get(stated) ?? stated);
}

/** The purl of an rpm has the epoch apart. purl-spec, `types/rpm-definition.json`. */
function statedVersion({ version, qualifiers }: PurlParts): string {
  const { epoch } = qualifiers;
  return epoch === undefined || version?.includes(':') ? (version ?? '') : `${epoch}:${version ?? ''}`;
}

/** As text, else as the ecosystem orders versions: `1.0` is `1.0.0` to some, and `v1.0` is `1.0` to Go. */
function isSameVersion(stated: string, version: string, { type }: Package): boolean {
  if (stated === version) return true;
  const [left, right] = type === 'golang' ? [withoutV(stated), withoutV(version)] : [stated, version];
  if (left === right) return true;
  const scheme = versionScheme(type);
  if (scheme === null) return false;
  return scheme.isValid(left) && scheme.isValid(right) && scheme.compare(left, right) === 0;
}

/** How versions of a kind of package are ordered; null where Hallmark does not know. */
export function versionScheme(type: Package['type']): VersionScheme | null {
  const ecosystem = languageEcosystem(type);
  const name = ecosystem === null ? type : ecosystemTraits(ecosystem).scheme;
  return isSchemeKnown(name) ? schemeNamed(name) : null;
}

function withoutV(version: string): string {
  return version.startsWith('v') ? version.slice(1) : version;
}

/** Qualifiers that tell where a package can be had, not which one it is. purl-spec, "Known qualifiers". */
const WHEREABOUTS: ReadonlySet<string> = new Set([
  'checksum',
  'download_url',
  'epoch',
  'file_name',
  'repository_url',
  'upstream',
  'vcs_url',
  'vers',
]);

function agreeOnQualifiers(stated: PurlParts, own: PurlParts, pkg: Package, isSource: boolean): boolean {
  return Object.entries(stated.qualifiers).every(([key, value]) => {
    if (WHEREABOUTS.has(key)) return true;
    if (key === 'arch') return isSource || isArchitecture(value, pkg.architecture);
    const ours = own.qualifiers[key];
    return ours === undefined || ours === value || (key === 'distro' && isRelease(value, ours));
  });
}

/** `debian-12` is said of every point release, and `bookworm` is another name of it. */
function isRelease(stated: string, own: string): boolean {
  const number = DEBIAN_RELEASES.get(stated);
  const release = number === undefined ? stated : `debian-${number}`;
  return own === release || own.startsWith(`${release}.`) || release.startsWith(`${own}.`);
}

function isArchitecture(stated: string, architecture: string | null): boolean {
  if (architecture === null || stated === architecture) return true;
  if (architecture === 'all' || architecture === 'noarch') return true;
  return normalArchitecture(stated) === normalArchitecture(architecture);
}

/** `x86_64` and `amd64` are one. */
function normalArchitecture(architecture: string): string {
  return normalizePlatform({ os: 'linux', architecture }).architecture;
}

function agreeOnSubpath(stated: PurlParts, own: PurlParts): boolean {
  return stated.subpath === null || own.subpath === null || stated.subpath === own.subpath;
}
