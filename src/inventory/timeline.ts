/**
 * Follows packages through the layers of an image. After each layer the visible files are compared with those before
 * it; each unit (see `Cataloger.unit`) with a file that differs is cataloged anew, and its packages are compared too. A
 * package database that each layer rewrites as a whole therefore tells exactly what each layer did, and a manifest that
 * was only copied up by a `chown` changes nothing.
 */
import type { PackageChanges } from '../model/assessment.ts';
import type { Evidence } from '../model/package.ts';
import type { Purl } from '../model/purl.ts';
import type { FileOrigin, OverlayStep } from '../oci/overlay.ts';
import type { Catalog, CatalogContext, CatalogedPackage, Cataloger, JsonValue } from './cataloger.ts';
import { unreadable } from './evidence.ts';
import type { LayerRecord, LayerRecords } from './layer-scan.ts';

/** The file system after one more layer, as far as files with records are concerned. */
export type FileSystemStep = Pick<OverlayStep, 'visible' | 'resolveLink'>;

/** A package in one state of the file system. */
export interface PresentPackage {
  readonly pkg: CatalogedPackage;
  /** Name of the cataloger that found it. */
  readonly cataloger: string;
  /** Index of the layer since which this very version has been there without a break. */
  readonly since: number;
  /** The files that show it, with the layer that holds each in this state. */
  readonly evidence: readonly (Pick<Evidence, 'path' | 'inside'> & { readonly layer: number })[];
}

/** What became of the packages of an image. */
export interface Timeline {
  /** Packages of the final file system. */
  readonly present: readonly PresentPackage[];
  /** Packages that only lower layers have, each as it last was. */
  readonly gone: readonly PresentPackage[];
  /** What each layer did. */
  readonly changes: readonly PackageChanges[];
  readonly coverage: Catalog['coverage'];
}

interface UnitFile {
  readonly layer: number;
  readonly record: LayerRecord;
}

/** The files of a unit by their visible paths, and what was made of them after the last layer that changed one. */
interface Unit {
  readonly key: string;
  readonly cataloger: Cataloger;
  readonly files: Map<string, UnitFile>;
  /** By `keyOf`. */
  packages: ReadonlyMap<string, PresentPackage>;
  coverage: Catalog['coverage'];
}

/** @param records of each layer; `steps` speaks about the same layers */
export function followPackages(
  catalogers: readonly Cataloger[],
  records: readonly LayerRecords[],
  steps: readonly FileSystemStep[],
  context: CatalogContext,
): Timeline {
  const units = createUnits(catalogers, records);
  const gone = new Map<string, PresentPackage>();
  const changes: PackageChanges[] = [];
  let shown: FileSystemStep['visible'] = new Map();

  for (const [layer, { visible }] of steps.entries()) {
    const change = createChange(gone);
    for (const unit of units.show(shown, visible)) {
      const before = unit.packages;
      Object.assign(unit, catalogUnit(unit, context, layer));
      change.note(unit, before);
    }
    changes.push(change.finish());
    shown = visible;
  }

  const all = units.all();
  return {
    present: all.flatMap(({ packages }) => [...packages.values()]),
    gone: [...gone.values()],
    changes,
    coverage: all.flatMap(({ files, coverage }) => [
      ...[...files.values()].flatMap(({ record }) => record.coverage),
      ...coverage,
    ]),
  };
}

/** Keeps the units in step with the visible files. */
function createUnits(catalogers: readonly Cataloger[], records: readonly LayerRecords[]) {
  const named = new Map(catalogers.map((cataloger) => [cataloger.name, cataloger]));
  const written = records.map((layer) => Map.groupBy(layer, ({ path }) => path));
  const units = new Map<string, Unit>();

  /** The units that the file belongs to, one for each cataloger that read it. */
  function* unitsOf(path: string, origin: FileOrigin | undefined): Generator<[Unit, UnitFile]> {
    if (origin === undefined) return;
    for (const record of written[origin.layer]?.get(origin.path) ?? []) {
      const cataloger = named.get(record.cataloger);
      if (cataloger === undefined) continue;
      const key = `${cataloger.name}\0${cataloger.unit?.(path) ?? ''}`;
      let unit = units.get(key);
      if (unit === undefined) {
        unit = { key, cataloger, files: new Map(), packages: new Map(), coverage: [] };
        units.set(key, unit);
      }
      yield [unit, { layer: origin.layer, record }];
    }
  }

  /** Goes from one state to the next and answers the units with a file that differs. */
  function show(before: FileSystemStep['visible'], after: FileSystemStep['visible']): ReadonlySet<Unit> {
    const touched = new Set<Unit>();
    if (before === after) return touched;
    for (const [path, origin] of before) {
      if (after.get(path) === origin) continue;
      for (const [unit] of unitsOf(path, origin)) {
        unit.files.delete(path);
        touched.add(unit);
      }
    }
    for (const [path, origin] of after) {
      if (before.get(path) === origin) continue;
      for (const [unit, file] of unitsOf(path, origin)) {
        unit.files.set(path, file);
        touched.add(unit);
      }
    }
    return touched;
  }

  return { show, all: () => [...units.values()] };
}

function catalogUnit(
  unit: Unit,
  context: CatalogContext,
  layer: number,
): Pick<Unit, 'packages' | 'coverage'> {
  const { packages, coverage } = runCataloger(unit, context);
  const present = new Map<string, PresentPackage>();
  for (const pkg of packages) {
    const key = keyOf(pkg);
    if (present.has(key)) continue; // twice in a damaged database: one package
    const evidence = pkg.evidence.flatMap((shown) => {
      const place = typeof shown === 'string' ? { path: shown } : shown;
      const file = unit.files.get(place.path);
      return file === undefined ? [] : { ...place, layer: file.layer };
    });
    const cataloger = unit.cataloger.name;
    present.set(key, { pkg, cataloger, since: unit.packages.get(key)?.since ?? layer, evidence });
  }
  return { packages: present, coverage };
}

function runCataloger({ cataloger, files }: Unit, context: CatalogContext): Catalog {
  const paths = [...files.keys()].sort();
  const records = new Map<string, JsonValue>();
  for (const path of paths) {
    const record = files.get(path)?.record.record ?? null;
    if (record !== null) records.set(path, record);
  }
  if (records.size === 0) return { packages: [], coverage: [] };
  try {
    return cataloger.catalog(records, context);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The ${cataloger.name} cataloger failed (${reason}); its packages are missing.`;
    return { packages: [], coverage: [unreadable(paths[0] ?? cataloger.name, message)] };
  }
}

type Packages = Unit['packages'];

/**
 * Collects what one layer did.
 *
 * @param gone is kept up: packages that go are added, those that come back taken out
 */
function createChange(gone: Map<string, PresentPackage>) {
  const added: Purl[] = [];
  const removed: Purl[] = [];
  const changed: { from: Purl; to: Purl }[] = [];

  function note({ key: unit, cataloger, packages: after }: Unit, before: Packages): void {
    const lost = [...before].filter(([key]) => !after.has(key));
    const won = [...after].filter(([key]) => !before.has(key));
    for (const [key, entry] of lost) gone.set(`${unit}\0${key}`, entry);
    for (const [key] of won) gone.delete(`${unit}\0${key}`);
    if (cataloger.restatesDatabase) return;

    const replaced = Map.groupBy(
      lost.map(([, entry]) => entry),
      ({ pkg }) => lineOf(pkg),
    );
    for (const [, { pkg }] of won) {
      const from = replaced.get(lineOf(pkg))?.pop();
      if (from === undefined) added.push(pkg.purl);
      else changed.push({ from: from.pkg.purl, to: pkg.purl });
    }
    for (const left of replaced.values()) for (const { pkg } of left) removed.push(pkg.purl);
  }

  function finish(): PackageChanges {
    changed.sort((a, b) => (a.from < b.from || (a.from === b.from && a.to < b.to) ? -1 : 1));
    return { added: added.sort(), removed: removed.sort(), changed };
  }

  return { note, finish };
}

/** What tells a package from the others of its unit: its purl, and in an archive its place there. */
function keyOf({ purl, evidence: [main] }: CatalogedPackage): string {
  return typeof main === 'object' ? `${purl}\0${main.inside}` : purl;
}

/** What stays the same when a package is upgraded. */
function lineOf({ name, architecture }: CatalogedPackage): string {
  return `${name}\0${architecture ?? ''}`;
}
