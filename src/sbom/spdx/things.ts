/** What a document of any SPDX version says, and the bill that it makes. */
import { sortCoverage } from '../../model/coverage.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import type { Checksum, Evidence, SourcePackage } from '../../model/package.ts';
import { readImagePurl } from '../image-name.ts';
import { readImageProperties } from '../image-properties.ts';
import { isOwnPackage } from '../package-properties.ts';
import { type Properties, readCoverage, readDistributionProperties } from '../properties.ts';
import { isSystemPurl, purlType } from '../purl-facts.ts';
import type { BillReading, BillSubject } from '../reading.ts';
import { distributionOfPurls, toDistribution } from '../stated-distribution.ts';
import { type StatedPackage, toPackages } from '../stated-package.ts';

/** A package or file of a document, with what its own fields say. */
export interface SpdxThing {
  readonly id: string;
  readonly kind: 'file' | 'package';
  readonly name: string;
  readonly version: string;
  readonly purl: string | null;
  readonly cpes: readonly string[];
  readonly checksums: readonly Checksum[];
  readonly licences: readonly string[];
  readonly supplier: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  /** Lower case, letters only: `operatingsystem`; empty where it is not said. */
  readonly purpose: string;
  /** Source information, comments, attribution: sentences in which tools put what SPDX has no field for. */
  readonly notes: readonly string[];
  /** Hallmark's own. */
  readonly properties: Properties;
}

/** From the one that has or needs to the one that is had or needed. */
export interface SpdxRelation {
  readonly from: string;
  readonly type: 'contains' | 'dependsOn' | 'describes' | 'evidentBy' | 'generatedFrom';
  readonly to: string;
}

export interface SpdxContent {
  readonly format: string;
  readonly tool: string | null;
  readonly things: readonly SpdxThing[];
  readonly relations: readonly SpdxRelation[];
  /** Hallmark's own, of the document itself. */
  readonly properties: Properties;
}

export function toReading({ format, tool, things, relations, properties }: SpdxContent): BillReading {
  const related = indexRelations(relations);
  const byId = new Map(things.map((thing) => [thing.id, thing]));
  const subject = findSubject(things, related);
  const system = things.find(isSystem);
  const stated = things
    .filter((thing) => thing !== subject && thing !== system && isPackage(thing, related, byId))
    .map((thing) => statePackage(thing, related, byId))
    .map((pkg) => (tool?.startsWith('syft') ? withoutGuesses(pkg) : pkg));
  const { packages, purls, coverage } = toPackages(stated);
  return {
    format,
    tool,
    subject: subject === undefined ? null : toSubject(subject),
    distribution: system === undefined ? distributionOfPurls(purls) : readSystem(system, purls),
    packages,
    coverage: sortCoverage([...readCoverage(properties), ...coverage]),
  };
}

/** Identifiers by those that they stand in relation with, each way. */
interface Related {
  readonly from: (type: SpdxRelation['type'], id: string) => readonly string[];
  readonly to: (type: SpdxRelation['type'], id: string) => readonly string[];
}

function indexRelations(relations: readonly SpdxRelation[]): Related {
  const forward = new Map<string, string[]>();
  const backward = new Map<string, string[]>();
  for (const { from, type, to } of relations) {
    addTo(forward, `${type}\0${from}`, to);
    addTo(backward, `${type}\0${to}`, from);
  }
  return {
    from: (type, id) => forward.get(`${type}\0${id}`) ?? [],
    to: (type, id) => backward.get(`${type}\0${id}`) ?? [],
  };
}

function addTo(index: Map<string, string[]>, key: string, value: string): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
}

/** The one thing that the document describes; of several the image. A document that describes each package has none. */
function findSubject(things: readonly SpdxThing[], related: Related): SpdxThing | undefined {
  const described = things.filter(({ id }) => related.to('describes', id).length > 0);
  const [only, ...others] = described;
  const alone = others.length > 0 || (things.length === 1 && only?.purl !== null) ? undefined : only;
  return described.find(isImage) ?? alone;
}

function isImage({ purpose, purl }: SpdxThing): boolean {
  return purpose === 'container' || /^pkg:(?:docker|oci)\//i.test(purl ?? '');
}

function isSystem({ id, purpose, properties }: SpdxThing): boolean {
  return (
    purpose === 'operatingsystem' ||
    properties.has('hallmark:distribution:rolling') ||
    id.startsWith('SPDXRef-OperatingSystem')
  );
}

/** Files, images within the image, what packages were built from, and mere headings (Trivy's `node-pkg`) are none. */
function isPackage(thing: SpdxThing, related: Related, byId: ReadonlyMap<string, SpdxThing>): boolean {
  const { id, kind, purl, purpose, version } = thing;
  if (kind === 'file') return false;
  const built = related.to('generatedFrom', id).flatMap((other) => byId.get(other) ?? []);
  if (purl !== null) return !built.some((other) => isSystemPurl(other.purl));
  if (isImage(thing) || purpose === 'file' || built.length > 0) return false;
  return version !== '' || related.from('contains', id).length === 0;
}

function statePackage(
  thing: SpdxThing,
  related: Related,
  byId: ReadonlyMap<string, SpdxThing>,
): StatedPackage {
  const { id, notes, properties, ...said } = thing;
  const dependsOn = related.from('dependsOn', id);
  const own = { ref: id, ...said, properties, dependsOn };
  if (isOwnPackage(properties)) return own;
  const { evidence, files } = placesOf(thing, related, byId);
  return {
    ...own,
    source: builtFrom(thing, related, byId),
    layer: layerIn(notes) ?? evidence.find(({ layer }) => layer !== null)?.layer ?? null,
    evidence,
    files,
    ownedBy: related.to('contains', id).find((owner) => ownsFiles(byId.get(owner), thing)) ?? null,
  };
}

/** Syft tries CPEs for whatever it finds; it knows those of programs that no package manager installed. */
function withoutGuesses(pkg: StatedPackage): StatedPackage {
  return pkg.purl === null || pkg.purl.startsWith('pkg:generic/') ? pkg : { ...pkg, cpes: [] };
}

/** A package of the system that contains one of a language installed that one's files. */
function ownsFiles(owner: SpdxThing | undefined, { purl }: SpdxThing): boolean {
  return owner !== undefined && isSystemPurl(owner.purl) && !isSystemPurl(purl);
}

/** SPDX's relationship, of packages of one kind: Wolfi's also leads to repositories. Else Trivy's sentence. */
function builtFrom(
  { id, notes, purl }: SpdxThing,
  related: Related,
  byId: ReadonlyMap<string, SpdxThing>,
): SourcePackage | null {
  const source = related
    .from('generatedFrom', id)
    .flatMap((other) => byId.get(other) ?? [])
    .find((other) => other.purl === null || purlType(other.purl) === purlType(purl));
  if (source !== undefined) return { name: source.name, version: source.version || null };
  for (const note of notes) {
    const [, name, version] = /^built package from: (\S+) (\S+)$/.exec(note) ?? [];
    if (name !== undefined) return { name, version: version ?? null };
  }
  return null;
}

interface Places {
  readonly evidence: readonly Evidence[];
  readonly files: readonly string[];
}

/**
 * Files that the package is evident by or has. Of a language's package those that it has are what shows it, where
 * nothing else does: Trivy says so of a `package.json`. Failing these, Syft's `acquired package info from …: /path`.
 */
function placesOf(
  { id, notes, purl }: SpdxThing,
  related: Related,
  byId: ReadonlyMap<string, SpdxThing>,
): Places {
  const filesOf = (type: 'contains' | 'evidentBy') =>
    related
      .from(type, id)
      .flatMap((file) => byId.get(file) ?? [])
      .filter(({ kind }) => kind === 'file')
      .map(toEvidence);
  const shown = filesOf('evidentBy');
  const had = filesOf('contains');
  const files = had.map(({ path }) => path).toSorted();
  const named = notes.flatMap(pathsIn).map((path) => ({ path, layer: null, step: null }));
  // the main place of a package stands first in Syft's sentence
  const first = named[0]?.path;
  const sorted = shown.toSorted((a, b) => Number(b.path === first) - Number(a.path === first));
  if (sorted.length > 0) return { evidence: sorted, files };
  if (had.length > 0 && !isSystemPurl(purl)) return { evidence: had, files: [] };
  return { evidence: named, files };
}

function toEvidence({ name, notes }: SpdxThing): Evidence {
  return { path: withoutSlash(name), layer: layerIn(notes), step: null };
}

function pathsIn(note: string): string[] {
  const listed = /^acquired package info from [^/]*: (\/.*)$/s.exec(note)?.[1];
  return listed === undefined ? [] : listed.split(', ').map(withoutSlash);
}

function withoutSlash(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '');
}

/** Syft's `layerID: sha256:…` and Trivy's `LayerDiffID: sha256:…`. */
function layerIn(notes: readonly string[]): Digest | null {
  for (const note of notes) {
    const digest = /^(?:layerID|LayerDiffID): (\S+)$/.exec(note)?.[1] ?? '';
    if (isDigest(digest)) return digest;
  }
  return null;
}

function readSystem(system: SpdxThing, purls: Parameters<typeof distributionOfPurls>[0]) {
  const { name, version, description, cpes, notes, properties } = system;
  const path = notes.map((note) => /^found in \/(.*)$/s.exec(note)?.[1]).find((found) => found !== undefined);
  const said = {
    id: name,
    versionId: version || null,
    ...(description === null ? {} : { prettyName: description }),
    ...(cpes[0] === undefined ? {} : { cpe: cpes[0] }),
    ...(path === undefined ? {} : { path }),
  };
  return readDistributionProperties(properties, said) ?? toDistribution(said) ?? distributionOfPurls(purls);
}

/** The checksum of an image is that of its manifest; of anything else it would be mistaken for one. */
function toSubject(thing: SpdxThing): BillSubject {
  const { name, version, purl, checksums, properties } = thing;
  const image = readImageProperties(properties);
  if (image !== null) return { name, digest: image.digest, platform: image.platform, image };
  const { digest, platform } = readImagePurl(purl);
  const texts = isImage(thing)
    ? [version, ...checksums.map(({ algorithm, hex }) => `${algorithm}:${hex}`)]
    : [];
  return { name, digest: digest ?? texts.find(isDigest) ?? null, platform, image };
}
