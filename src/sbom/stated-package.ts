/**
 * What a bill of materials says of packages becomes packages: one way for all formats. Whatever the bill states is
 * taken; what it leaves to be understood is read from the purl.
 */
import type { Coverage } from '../model/coverage.ts';
import type { Digest } from '../model/digest.ts';
import type { Checksum, Evidence, Package, SourcePackage } from '../model/package.ts';
import { formatPurl } from '../model/purl.ts';
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
}

export interface StatedPackages {
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

/** Of one purl and place there is one package, however often the bill lists it. */
function mergeRepeated(read: readonly ReadPackage[]): ReadonlyMap<string, readonly ReadPackage[]> {
  const byPurl = Map.groupBy(read, ({ facts }) => facts.purl);
  const identified = new Map<string, readonly ReadPackage[]>();
  for (const [purl, same] of byPurl) {
    const byPath = Map.groupBy(same, ({ stated }) => stated.evidence?.[0]?.path ?? '');
    for (const [path, repeated] of byPath) {
      identified.set(byPath.size === 1 || path === '' ? purl : `${purl}#${path}`, repeated);
    }
  }
  return new Map([...identified].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function link(merged: ReadonlyMap<string, readonly ReadPackage[]>): Package[] {
  const ids = new Map<string, string>();
  for (const [id, repeated] of merged) for (const { stated } of repeated) ids.set(stated.ref, id);
  return [...merged].flatMap(([id, repeated]) => {
    const [first] = repeated;
    if (first === undefined) return [];
    const needed = new Set(
      repeated.flatMap(({ stated }) => stated.dependsOn ?? []).flatMap((ref) => ids.get(ref) ?? []),
    );
    needed.delete(id);
    const owner = repeated
      .flatMap(({ stated }) => ids.get(stated.ownedBy ?? '') ?? [])
      .find((ref) => ref !== id);
    return [{ ...toPackage(first, id), ownedBy: owner ?? null, dependsOn: [...needed].sort() }];
  });
}

function toPackage({ stated, facts }: ReadPackage, id: string): Package {
  return {
    id,
    purl: facts.purl,
    type: facts.type,
    presence: 'installed',
    cataloger: 'sbom',
    name: facts.name,
    version: facts.version || stated.version,
    architecture: stated.architecture ?? facts.architecture,
    source: stated.source ?? facts.source,
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
