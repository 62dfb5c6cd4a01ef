/**
 * What a bill of materials says of packages becomes packages: one way for all formats. Whatever the bill states is
 * taken; what it leaves to be understood is read from the purl.
 */
import type { Coverage } from '../model/coverage.ts';
import type { Digest } from '../model/digest.ts';
import {
  type Checksum,
  type Evidence,
  formatPlace,
  type Package,
  type PackageType,
  type SourcePackage,
} from '../model/package.ts';
import { formatPurl } from '../model/purl.ts';
import { isOwnPackage, readPackageProperties } from './package-properties.ts';
import { type Properties, textOf } from './properties.ts';
import { isSourcePurl, type PurlFacts, readPurl } from './purl-facts.ts';

/** A package as a bill states it; nothing, where it says nothing. */
export interface StatedPackage {
  /** How the bill refers to it: `bom-ref`, SPDX identifier. */
  readonly ref: string;
  readonly purl: string | null;
  readonly name: string;
  readonly version: string;
  readonly architecture?: string | null;
  readonly source?: SourcePackage | null;
  readonly licences?: readonly string[];
  readonly supplier?: string | null;
  readonly description?: string | null;
  readonly homepage?: string | null;
  readonly cpes?: readonly string[];
  readonly checksums?: readonly Checksum[];
  readonly modularityLabel?: string | null;
  readonly layer?: Digest | null;
  readonly evidence?: readonly Evidence[];
  readonly files?: readonly string[];
  /** Whom it needs and who owns its files, by `ref`. */
  readonly dependsOn?: readonly string[];
  readonly ownedBy?: string | null;
  /** Hallmark's own, by which a package comes back as it was written. */
  readonly properties?: Properties;
}

export interface StatedPackages {
  /** Sorted as an inventory is: by type, name, version and path. */
  readonly packages: readonly Package[];
  /** What the purls say, for whoever looks for the distribution. */
  readonly purls: readonly PurlFacts[];
  readonly coverage: readonly Coverage[];
}

interface ReadPackage {
  readonly stated: StatedPackage;
  readonly facts: PurlFacts;
}

/**
 * Packages of the types that Hallmark knows, by identifier; what is stated twice is one. Names of source packages are
 * not installed and left out, images in the image too. Everything else that is left out is said in `coverage`.
 */
export function toPackages(stated: readonly StatedPackage[]): StatedPackages {
  const read: ReadPackage[] = [];
  const unknownTypes = new Map<string, number>();
  const coverage: Coverage[] = [];
  for (const entry of stated) {
    const facts = entry.purl === null ? namedFacts(entry) : readPurl(entry.purl);
    if (facts === null) coverage.push(unidentified(entry));
    else if (!('refused' in facts)) {
      if (!isSourcePurl(facts)) read.push({ stated: entry, facts });
    } else if (facts.refused === 'unreadable') coverage.push(unreadablePurl(entry));
    else if (!IMAGE_TYPES.has(facts.type))
      unknownTypes.set(facts.type, (unknownTypes.get(facts.type) ?? 0) + 1);
  }
  for (const [type, number] of unknownTypes) coverage.push(unknownType(type, number));
  const merged = mergeRepeated(read);
  return { packages: link(merged), purls: read.map(({ facts }) => facts), coverage };
}

const IMAGE_TYPES: ReadonlySet<string> = new Set(['docker', 'oci']);

/** What has a name and a version and no purl is a package of no ecosystem. */
function namedFacts({ name, version }: StatedPackage): PurlFacts | null {
  if (!/[^/]/.test(name) || version === '') return null;
  const facts = readPurl(formatPurl({ type: 'generic', name, version }));
  return 'refused' in facts ? null : { ...facts, name, version };
}

/** Of one purl and place there is one package, however often the bill lists it; our own have their identifiers. */
function mergeRepeated(read: readonly ReadPackage[]): ReadonlyMap<string, readonly ReadPackage[]> {
  const identified = new Map<string, readonly ReadPackage[]>();
  const others: ReadPackage[] = [];
  for (const entry of read) {
    const { properties, ref } = entry.stated;
    if (isOwnPackage(properties)) identified.set(textOf(properties, 'id') ?? ref, [entry]);
    else others.push(entry);
  }
  const byPurl = Map.groupBy(others, ({ facts }) => facts.purl);
  for (const [purl, same] of byPurl) {
    if (same.length === 1) {
      identified.set(purl, same);
      continue;
    }
    const byPlace = Map.groupBy(same, ({ stated }) => placeOf(stated));
    for (const [place, repeated] of byPlace) {
      identified.set(byPlace.size === 1 || place === '' ? purl : `${purl}#${place}`, repeated);
    }
  }
  return identified;
}

function link(merged: ReadonlyMap<string, readonly ReadPackage[]>): Package[] {
  const ids = new Map<string, string>();
  for (const [id, repeated] of merged) for (const { stated } of repeated) ids.set(stated.ref, id);
  const packages = [...merged].flatMap(([id, repeated]) => {
    const [first] = repeated;
    if (first === undefined) return [];
    const needed = new Set(
      repeated.flatMap(({ stated }) => stated.dependsOn ?? []).flatMap((ref) => ids.get(ref) ?? []),
    );
    needed.delete(id);
    const owner = repeated
      .flatMap(({ stated }) => ids.get(stated.ownedBy ?? '') ?? [])
      .find((ref) => ref !== id);
    const pkg = toPackage(first, id);
    return [{ ...pkg, ownedBy: owner ?? pkg.ownedBy, dependsOn: [...needed].sort() }];
  });
  return packages.sort(
    (a, b) =>
      byCodeUnit(a.type, b.type) ||
      byCodeUnit(a.name, b.name) ||
      byCodeUnit(a.version, b.version) ||
      byCodeUnit(placeOf(a), placeOf(b)) ||
      byCodeUnit(a.id, b.id),
  );
}

function placeOf({ evidence: [main] = [] }: Pick<StatedPackage, 'evidence'>): string {
  return main === undefined ? '' : formatPlace(main);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toPackage({ stated, facts }: ReadPackage, id: string): Package {
  if (isOwnPackage(stated.properties)) return readPackageProperties(stated, facts, stated.properties);
  return {
    id,
    purl: facts.purl,
    type: facts.type,
    presence: 'installed',
    cataloger: 'sbom',
    name: isSameName(facts.name, stated.name) ? stated.name : facts.name,
    version: fullerVersion(facts.version, stated.version),
    architecture: stated.architecture ?? facts.architecture,
    source: sourceOf(facts.type, stated.source ?? facts.source),
    licences: stated.licences ?? [],
    licenceExpression: null,
    licenceTexts: [],
    supplier: stated.supplier ?? null,
    description: stated.description ?? null,
    homepage: stated.homepage ?? null,
    cpes: stated.cpes ?? [],
    checksums: stated.checksums ?? [],
    modularityLabel: stated.modularityLabel ?? facts.modularityLabel,
    layer: stated.layer ?? null,
    evidence: stated.evidence ?? [],
    files: stated.files ?? [],
    ownedBy: null,
    dependencies: [],
    dependsOn: [],
  };
}

/** What tools write in place of a version: Syft, SPDX. */
const NO_VERSIONS: ReadonlySet<string> = new Set(['NOASSERTION', 'UNKNOWN']);

/** That of the purl, but for an epoch that the bill states beside it. */
function fullerVersion(inPurl: string, stated: string): string {
  const version = inPurl === '' || stated.endsWith(`:${inPurl}`) ? stated : inPurl;
  return NO_VERSIONS.has(version) ? '' : version;
}

/** Purls of some ecosystems spell names anew: `pyyaml` for `PyYAML`. */
function isSameName(inPurl: string, stated: string): boolean {
  return plainName(inPurl) === plainName(stated);
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function unidentified({ name, ref }: StatedPackage): Coverage {
  return {
    code: 'PACKAGE_WITHOUT_VERSION',
    message: 'The bill of materials names it without purl and version: it was left out.',
    subject: name || ref,
  };
}

function unreadablePurl({ purl, name }: StatedPackage): Coverage {
  return {
    code: 'EVIDENCE_UNREADABLE',
    message: `The bill of materials gives ${name} a purl that cannot be read: it was left out.`,
    subject: purl ?? name,
  };
}

function unknownType(type: string, number: number): Coverage {
  return {
    code: 'ECOSYSTEM_NOT_COVERED',
    message: `Hallmark does not know packages of the type ${type}: ${number} that the bill of materials names ${number === 1 ? 'was' : 'were'} left out.`,
    subject: type,
  };
}

/** What an rpm was built from is known by a file name, which has no epoch; Trivy writes that of the package itself. */
function sourceOf(type: PackageType, source: SourcePackage | null): SourcePackage | null {
  if (type !== 'rpm' || !source?.version) return source;
  return { name: source.name, version: source.version.replace(/^\d+:/, '') };
}
