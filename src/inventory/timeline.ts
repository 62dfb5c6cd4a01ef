/**
 * Follows packages through the layers of an image. After each layer the files of every unit (see `Cataloger.unit`) are
 * compared with those before it; where they differ the unit is cataloged anew and its packages are compared too. A
 * package database that each layer rewrites as a whole therefore tells exactly what each layer did, and a manifest that
 * was only copied up by a `chown` changes nothing.
 */
import type { PackageChanges } from '../model/assessment.ts';
import type { Purl } from '../model/purl.ts';
import type { OverlayStep } from '../oci/overlay.ts';
import type { Catalog, CatalogContext, CatalogedPackage, Cataloger, JsonValue } from './cataloger.ts';
import { unreadable } from './evidence.ts';
import type { LayerRecord, LayerRecords } from './layer-scan.ts';

/** The file system after one more layer, as far as files with records are concerned. */
export type FileSystemStep = Pick<OverlayStep, 'visible' | 'resolveLink'>;

/** A file of a unit, in one state of the file system. */
interface UnitFile {
  /** In the file system. */
  readonly path: string;
  readonly layer: number;
  readonly record: LayerRecord;
}

/** A package in one state of the file system. */
export interface PresentPackage {
  readonly pkg: CatalogedPackage;
  /** Index of the layer since which this very version has been there without a break. */
  readonly since: number;
  /** The files that show it, with the layer that holds each in this state. */
  readonly evidence: readonly { readonly path: string; readonly layer: number }[];
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

interface UnitState {
  readonly unit: readonly UnitFile[];
  readonly packages: ReadonlyMap<Purl, PresentPackage>;
  readonly coverage: Catalog['coverage'];
}

type States = ReadonlyMap<string, UnitState>;

const NO_CHANGES: PackageChanges = { added: [], removed: [], changed: [] };

/** @param records of each layer; `steps` speaks about the same layers */
export function followPackages(
  catalogers: readonly Cataloger[],
  records: readonly LayerRecords[],
  steps: readonly FileSystemStep[],
  context: CatalogContext,
): Timeline {
  const lookup = records.map(byPath);
  const changes: PackageChanges[] = [];
  const gone = new Map<string, PresentPackage>();
  let states: States = new Map();
  let visible: FileSystemStep['visible'] | null = null;

  for (const [layer, step] of steps.entries()) {
    if (step.visible === visible) {
      changes.push(NO_CHANGES);
      continue;
    }
    visible = step.visible;
    const units = unitsOf(catalogers, visible, lookup);
    const next = new Map<string, UnitState>();
    for (const [key, { cataloger, files }] of units) {
      const before = states.get(key);
      const same = before !== undefined && sameFiles(before.unit, files);
      next.set(key, same ? before : catalogUnit(cataloger, files, context, layer, before));
    }
    changes.push(compare(states, next, gone));
    states = next;
  }

  const present = [...states.values()].flatMap(({ packages }) => [...packages.values()]);
  const coverage = [...states.values()].flatMap((state) => [
    ...state.unit.flatMap(({ record }) => record.coverage),
    ...state.coverage,
  ]);
  return { present, gone: [...gone.values()], changes, coverage };
}

function byPath(records: LayerRecords): ReadonlyMap<string, readonly LayerRecord[]> {
  return Map.groupBy(records, ({ path }) => path);
}

interface Unit {
  readonly cataloger: Cataloger;
  readonly files: UnitFile[];
}

/** The visible files by cataloger and unit. */
function unitsOf(
  catalogers: readonly Cataloger[],
  visible: FileSystemStep['visible'],
  lookup: readonly ReturnType<typeof byPath>[],
): ReadonlyMap<string, Unit> {
  const named = new Map(catalogers.map((cataloger) => [cataloger.name, cataloger]));
  const units = new Map<string, Unit>();
  for (const [path, { layer, path: writtenPath }] of visible) {
    for (const record of lookup[layer]?.get(writtenPath) ?? []) {
      const cataloger = named.get(record.cataloger);
      if (cataloger === undefined) continue;
      const key = `${cataloger.name}\0${cataloger.unit?.(path) ?? ''}`;
      const unit = units.get(key);
      if (unit === undefined) units.set(key, { cataloger, files: [{ path, layer, record }] });
      else unit.files.push({ path, layer, record });
    }
  }
  for (const { files } of units.values()) files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return units;
}

function sameFiles(a: readonly UnitFile[], b: readonly UnitFile[]): boolean {
  return (
    a.length === b.length &&
    a.every((file, index) => file.record === b[index]?.record && file.path === b[index].path)
  );
}

function catalogUnit(
  cataloger: Cataloger,
  unit: readonly UnitFile[],
  context: CatalogContext,
  layer: number,
  before: UnitState | undefined,
): UnitState {
  const { packages, coverage } = runCataloger(cataloger, unit, context);
  const holders = new Map(unit.map((file) => [file.path, file.layer]));
  const present = new Map<Purl, PresentPackage>();
  for (const pkg of packages) {
    if (present.has(pkg.purl)) continue; // twice in a damaged database: one package
    const evidence = pkg.evidence.flatMap((path) => {
      const holder = holders.get(path);
      return holder === undefined ? [] : { path, layer: holder };
    });
    present.set(pkg.purl, { pkg, since: before?.packages.get(pkg.purl)?.since ?? layer, evidence });
  }
  return { unit, packages: present, coverage };
}

function runCataloger(cataloger: Cataloger, unit: readonly UnitFile[], context: CatalogContext): Catalog {
  const files = new Map<string, JsonValue>();
  for (const { path, record } of unit) if (record.record !== null) files.set(path, record.record);
  try {
    return cataloger.catalog(files, context);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The ${cataloger.name} cataloger failed (${reason}); its packages are missing.`;
    return { packages: [], coverage: [unreadable(unit[0]?.path ?? cataloger.name, message)] };
  }
}

/** What happened between two states; packages that went away are noted in `gone`, those that came back taken out. */
function compare(before: States, after: States, gone: Map<string, PresentPackage>): PackageChanges {
  const added: Purl[] = [];
  const removed: Purl[] = [];
  const changed: { from: Purl; to: Purl }[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, current] = [before.get(key), after.get(key)];
    if (old === current) continue;
    const lost = [...(old?.packages.values() ?? [])].filter(({ pkg }) => !current?.packages.has(pkg.purl));
    const won = [...(current?.packages.values() ?? [])].filter(({ pkg }) => !old?.packages.has(pkg.purl));
    for (const entry of lost) gone.set(`${key}\0${entry.pkg.purl}`, entry);
    for (const entry of won) gone.delete(`${key}\0${entry.pkg.purl}`);

    const replaced = Map.groupBy(lost, ({ pkg }) => nameOf(pkg));
    for (const { pkg } of won) {
      const from = replaced.get(nameOf(pkg))?.pop();
      if (from === undefined) added.push(pkg.purl);
      else changed.push({ from: from.pkg.purl, to: pkg.purl });
    }
    for (const left of replaced.values()) for (const { pkg } of left) removed.push(pkg.purl);
  }
  changed.sort((a, b) => (a.from < b.from || (a.from === b.from && a.to < b.to) ? -1 : 1));
  return { added: added.sort(), removed: removed.sort(), changed };
}

/** What stays the same when a package is upgraded. */
function nameOf({ name, architecture }: CatalogedPackage): string {
  return `${name}\0${architecture ?? ''}`;
}
