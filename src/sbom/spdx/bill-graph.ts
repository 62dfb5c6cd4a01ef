/** A bill of materials as SPDX sees it, whatever its version: things, and how they relate. */
import { digestAlgorithm, digestHex } from '../../model/digest.ts';
import {
  type Checksum,
  type Distribution,
  type Evidence,
  formatPlace,
  type Package,
  type SourcePackage,
} from '../../model/package.ts';
import { formatPurl, parsePurl, type Purl } from '../../model/purl.ts';
import {
  type BillInput,
  billPackages,
  type BillOptions,
  formatActor,
  isCpe,
  isWebAddress,
  sha256,
} from '../bill.ts';
import { nameImage } from '../image-name.ts';
import { imageProperties } from '../image-properties.ts';
import { packageProperties } from '../package-properties.ts';
import { coverageProperties, distributionProperties, type Property } from '../properties.ts';
import type { StatedPackage } from '../stated-package.ts';
import { type DeclaredLicence, declareLicences, readDeclared } from './declared-licence.ts';
import { type Maker, makerOf } from './maker.ts';
import { idText, plainName, plainText } from './plain-text.ts';

/** Something that a document describes, with an identifier that its versions complete. */
export interface BillItem {
  /** Letters, digits, `.` and `-`; unique in the document. */
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  readonly purpose: 'container' | 'file' | 'library' | 'operatingSystem' | 'source';
  readonly purl: Purl | null;
  readonly cpes: readonly string[];
  readonly checksums: readonly Checksum[];
  readonly maker: Maker | null;
  readonly homepage: string | null;
  readonly sourceInfo: string | null;
  readonly description: string | null;
  readonly licence: DeclaredLicence | null;
  /** What SPDX has no field for. */
  readonly properties: readonly Property[];
}

export interface BillRelation {
  readonly from: string;
  readonly type: 'contains' | 'dependsOn' | 'generatedFrom';
  readonly to: string;
}

export interface BillGraph {
  readonly name: string;
  readonly image: BillItem;
  /** All items, the image first. */
  readonly items: readonly BillItem[];
  readonly relations: readonly BillRelation[];
  /** Facts of the document itself: what was not seen. */
  readonly properties: readonly Property[];
}

const NOTHING_MORE = {
  version: null,
  purl: null,
  cpes: [],
  checksums: [],
  maker: null,
  homepage: null,
  sourceInfo: null,
  description: null,
  licence: null,
  properties: [],
} as const satisfies Partial<BillItem>;

/** The same input gives the same graph, whatever the order of packages. */
export function toBillGraph(input: BillInput, options: BillOptions): BillGraph {
  const { distribution } = input;
  const packages = billPackages(input, options);
  const ids = new Map(packages.map((pkg) => [pkg.id, itemId('Package', `${pkg.type}-${pkg.name}`, pkg.id)]));
  const image = imageItem(input);
  const system = distribution === null ? [] : [systemItem(distribution)];
  const sources = new Map<string, BillItem>();
  const relations: BillRelation[] = [];
  const relate = (from: string, type: BillRelation['type'], to: string | undefined) => {
    if (to !== undefined) relations.push({ from, type, to });
  };
  for (const { id } of system) relate(image.id, 'contains', id);
  for (const pkg of packages) {
    const id = ids.get(pkg.id) ?? '';
    relate(image.id, 'contains', id);
    const owner = ids.get(pkg.ownedBy ?? '');
    if (owner !== undefined) relate(owner, 'contains', id);
    for (const needed of pkg.dependsOn) relate(id, 'dependsOn', ids.get(needed));
    if (pkg.source !== null) {
      const source = sourceItem(pkg, pkg.source);
      sources.set(source.id, source);
      relate(id, 'generatedFrom', source.id);
    }
  }
  const installed = packages.map((pkg) => packageItem(pkg, ids.get(pkg.id) ?? ''));
  return {
    name: image.name,
    image,
    items: [image, ...system, ...installed, ...sources.values()],
    relations,
    properties: coverageProperties(input.coverage),
  };
}

function imageItem({ image }: BillInput): BillItem {
  const { name, purl } = nameImage(image);
  const { digest } = image;
  return {
    ...NOTHING_MORE,
    id: 'Image',
    name: plainName(name),
    version: digest,
    purpose: image.kind === 'image' ? 'container' : 'file',
    purl,
    checksums: digest === null ? [] : [{ algorithm: digestAlgorithm(digest), hex: digestHex(digest) }],
    properties: imageProperties(image),
  };
}

function systemItem(distribution: Distribution): BillItem {
  const { id, versionId, prettyName, cpe, path } = distribution;
  const said = {
    id: plainName(id),
    versionId: plainText(versionId),
    prettyName: plainText(prettyName) ?? '',
    ...(isCpe(cpe) ? { cpe } : {}),
  };
  return {
    ...NOTHING_MORE,
    id: 'OperatingSystem',
    name: said.id,
    version: said.versionId,
    purpose: 'operatingSystem',
    cpes: isCpe(cpe) ? [cpe] : [],
    sourceInfo: plainText(`found in /${path}`),
    description: plainText(prettyName),
    properties: distributionProperties(distribution, said),
  };
}

function packageItem(pkg: Package, id: string): BillItem {
  const item: BillItem = {
    ...NOTHING_MORE,
    id,
    name: plainName(pkg.name),
    version: plainText(pkg.version),
    purpose: 'library',
    purl: pkg.purl,
    cpes: pkg.cpes.filter(isCpe),
    checksums: pkg.checksums,
    maker: makerOf(pkg),
    homepage: isWebAddress(pkg.homepage) ? plainText(pkg.homepage) : null,
    sourceInfo:
      pkg.evidence.length === 0 ? null : plainText(`found in ${pkg.evidence.map(describe).join('; ')}`),
    description: plainText(pkg.description),
    licence: declareLicences(pkg),
  };
  return { ...item, properties: packageProperties(pkg, statedBy(item)) };
}

/** What a reader of SPDX's own fields takes from them. */
function statedBy({ licence, maker, version, ...item }: BillItem): StatedPackage {
  return {
    ref: item.id,
    purl: item.purl,
    name: item.name,
    version: version ?? '',
    licences: licence === null ? [] : readDeclared(licence),
    supplier: maker === null ? null : formatActor(maker),
    description: item.description,
    homepage: item.homepage,
    cpes: item.cpes,
    checksums: item.checksums,
  };
}

/** The package that a distribution built this one from. */
function sourceItem(pkg: Package, source: SourcePackage): BillItem {
  const purl = sourcePurl(pkg.purl, source);
  const unique = JSON.stringify([pkg.type, source.name, source.version, purl]);
  return {
    ...NOTHING_MORE,
    id: itemId('Source', `${pkg.type}-${source.name}`, unique),
    name: plainName(source.name),
    version: plainText(source.version),
    purpose: 'source',
    purl,
  };
}

/** What `arch` is in the purl of a source package. purl-spec, types/deb-definition and types/rpm-definition. */
const SOURCE_ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['deb', 'source'],
  ['rpm', 'src'],
]);

/** Null where source packages have no purl of their own (Alpine's are directories of a repository), or no real name. */
function sourcePurl(binary: Purl, { name, version }: SourcePackage): Purl | null {
  const { type, namespace, qualifiers } = parsePurl(binary);
  const arch = SOURCE_ARCHITECTURES.get(type);
  if (arch === undefined || !/[^/]/.test(name)) return null;
  return formatPurl({ type, namespace, name, version, qualifiers: { arch, distro: qualifiers['distro'] } });
}

function describe(evidence: Evidence): string {
  const { layer, step } = evidence;
  const where = [
    ...(layer === null ? [] : [`layer ${layer}`]),
    ...(step === null ? [] : [`build step ${step}`]),
  ];
  const place = `/${formatPlace(evidence)}`;
  return where.length === 0 ? place : `${place} (${where.join(', ')})`;
}

/** Readable, and unique by the hash of what it stands for. */
function itemId(kind: 'Package' | 'Source', name: string, unique: string): string {
  return `${kind}-${idText(name)}-${sha256(unique).slice(0, 16)}`;
}
