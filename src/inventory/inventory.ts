import type { PackageChanges } from '../model/assessment.ts';
import { type Coverage, sortCoverage } from '../model/coverage.ts';
import type { Digest } from '../model/digest.ts';
import type { FileDigest } from '../model/file-digest.ts';
import type { FileFact } from '../model/file-fact.ts';
import {
  type Distribution,
  type Evidence,
  formatPlace,
  type Package,
  SYSTEM_TYPES,
} from '../model/package.ts';
import type { Secret } from '../model/secret.ts';
import type { Cataloger } from './cataloger.ts';
import { windowsCataloger, windowsDistribution, type WindowsRecord } from './catalogers/os/windows.ts';
import { CATALOGERS } from './catalogers/register.ts';
import { detectDistribution, distributionCataloger } from './distribution.ts';
import { unreadable } from './evidence.ts';
import type { LayerRecords } from './layer-scan.ts';
import { type DependingPackage, resolveDependencies } from './dependencies.ts';
import { FILE_FACTS, type FileFactsRecord } from './file-facts.ts';
import { digestsOfFiles } from './file-digests.ts';
import { secretsInFiles } from './file-secrets.ts';
import { licenceTextsOf } from './licence-texts.ts';
import { createExpressionReader } from './licences.ts';
import { findOwners } from './ownership.ts';
import { dropInstalledDeclarations } from './presence.ts';
import { dropRestated, restatingCatalogers } from './restated.ts';
import { type FileSystemStep, followPackages, type PresentPackage, type Timeline } from './timeline.ts';
import { visibleRecords } from './visible-records.ts';
import { dropYielding } from './yielding.ts';

/** One layer of an image, or the one pseudo-layer that a root file system is. */
export interface InventoryLayer {
  /** Null for a root file system. */
  readonly diffId: Digest | null;
  /** Index into the image's history; null when not known. */
  readonly step: number | null;
  readonly records: LayerRecords;
}

export interface InventoryOptions {
  /** From the lowest to the uppermost. */
  readonly layers: readonly InventoryLayer[];
  /** The file system after each of the layers, from `overlayLayers` with the paths of each layer's records. */
  readonly steps: readonly FileSystemStep[];
  /** Also reports packages that only lower layers have. */
  readonly allLayers?: boolean;
  /** Default: all. */
  readonly catalogers?: readonly Cataloger[];
}

/** What is in a file system, and how it came there. */
export interface Inventory {
  readonly distribution: Distribution | null;
  /** Sorted by type, name, version and path. */
  readonly packages: readonly Package[];
  /** Sorted by path and kind. */
  readonly files: readonly FileFact[];
  /** Of every file, where they were asked for; sorted by path. */
  readonly digests: readonly FileDigest[];
  /** In files of all layers; sorted by path and line. */
  readonly secrets: readonly Secret[];
  readonly coverage: readonly Coverage[];
  /** What each layer did, in the order of the layers. */
  readonly changes: readonly PackageChanges[];
}

/**
 * Puts together what the catalogers read in each layer. The final file system decides which packages are reported and
 * which distribution it is; the states before it decide which layer a package came with.
 */
export function takeInventory(options: InventoryOptions): Inventory {
  const { layers, steps, catalogers = CATALOGERS } = options;
  const final = steps.at(-1);
  const resolve = (path: string) => final?.resolveLink(path) ?? path;
  const distribution =
    detectDistribution(releaseFiles(layers, final), resolve) ?? detectWindows(layers, final);
  const records = layers.map((layer) => layer.records);
  const timeline = followPackages(catalogers, records, steps, { distribution });
  const reported = options.allLayers === true ? [...timeline.present, ...timeline.gone] : timeline.present;
  const restating = restatingCatalogers(catalogers);
  const all = reported.map((entry) => toFoundPackage(entry, layers));
  const identified = identify(dropRestated(dropInstalledDeclarations(all), restating, resolve));
  const owners = findOwners(identified, resolve);
  const found = dropYielding(identified, owners, { catalogers, distribution });
  const needs = resolveDependencies(found, resolve);
  const expressionOf = createExpressionReader();
  const texts = licenceTextsOf(found, layers, final, resolve);
  return {
    distribution,
    packages: found.map(({ requires: _requires, ...pkg }) => ({
      ...pkg,
      licenceExpression: expressionOf(pkg),
      licenceTexts: texts.get(pkg.id) ?? [],
      ownedBy: owners.get(pkg.id) ?? null,
      dependsOn: needs.get(pkg.id) ?? [],
    })),
    files: visibleFacts(layers, final),
    digests: digestsOfFiles(layers, final),
    secrets: secretsInFiles(layers, final, found, resolve),
    coverage: sortCoverage([...timeline.coverage, ...missingDatabase(distribution, timeline, restating)]),
    changes: timeline.changes,
  };
}

/** Some images remove the package database to be smaller: then no advisory of the distribution can be matched. */
function missingDatabase(
  distribution: Distribution | null,
  { present }: Timeline,
  restating: ReadonlySet<string>,
): readonly Coverage[] {
  const isListed = present.some(
    ({ pkg, cataloger }) => SYSTEM_TYPES.has(pkg.type) && !restating.has(cataloger),
  );
  if (distribution === null || distribution.id === 'windows' || isListed) return [];
  const message = `${distribution.prettyName} is there without a package database that Hallmark reads; what the distribution installed cannot be seen.`;
  return [unreadable(distribution.path, message)];
}

function releaseFiles(
  layers: readonly InventoryLayer[],
  step: FileSystemStep | undefined,
): ReadonlyMap<string, string> {
  const files = visibleRecords(layers, step, distributionCataloger.name);
  return new Map(
    [...files].flatMap(([path, { record }]) => (typeof record === 'string' ? [[path, record]] : [])),
  );
}

/** What the registry of Windows says, in the place of a distribution. */
function detectWindows(
  layers: readonly InventoryLayer[],
  final: FileSystemStep | undefined,
): Distribution | null {
  for (const [path, { record }] of visibleRecords(layers, final, windowsCataloger.name)) {
    if (record !== null) return windowsDistribution(record as WindowsRecord, path);
  }
  return null;
}

function visibleFacts(
  layers: readonly InventoryLayer[],
  final: FileSystemStep | undefined,
): readonly FileFact[] {
  const facts: FileFact[] = [];
  for (const [path, { record, origin }] of visibleRecords(layers, final, FILE_FACTS)) {
    const { kinds, mode: bits, uid, gid } = record as FileFactsRecord;
    const { diffId = null, step = null } = layers[origin.layer] ?? {};
    const mode = bits.toString(8).padStart(4, '0');
    for (const kind of kinds) facts.push({ kind, path, mode, uid, gid, layer: diffId, step });
  }
  return facts.sort((a, b) => byCodeUnit(a.path, b.path) || byCodeUnit(a.kind, b.kind));
}

/** A package before ownership and dependencies are known. */
type FoundPackage = Package & Pick<DependingPackage, 'requires'>;

function toFoundPackage(present: PresentPackage, layers: readonly InventoryLayer[]): FoundPackage {
  const evidence = present.evidence.map(({ layer, ...place }): Evidence => ({
    ...place,
    layer: layers[layer]?.diffId ?? null,
    step: layers[layer]?.step ?? null,
  }));
  const { pkg, cataloger, since } = present;
  return {
    ...pkg,
    id: pkg.purl,
    cataloger,
    licenceExpression: null,
    licenceTexts: [],
    layer: layers[since]?.diffId ?? null,
    evidence,
    ownedBy: null,
    dependsOn: [],
  };
}

/** Sorts; packages that share a purl are told apart by the place of their evidence, which no two of them share. */
function identify(packages: readonly FoundPackage[]): FoundPackage[] {
  const keyed = packages.map((pkg) => ({ pkg, place: pkg.evidence[0] ? formatPlace(pkg.evidence[0]) : '' }));
  keyed.sort(
    (a, b) =>
      byCodeUnit(a.pkg.type, b.pkg.type) ||
      byCodeUnit(a.pkg.name, b.pkg.name) ||
      byCodeUnit(a.pkg.version, b.pkg.version) ||
      byCodeUnit(a.place, b.place) ||
      byCodeUnit(a.pkg.purl, b.pkg.purl),
  );
  const sharing = Map.groupBy(keyed, ({ pkg }) => pkg.purl);
  return keyed.map(({ pkg, place }) =>
    sharing.get(pkg.purl)?.length === 1 ? pkg : { ...pkg, id: `${pkg.purl}#${place}` },
  );
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
