import type { Coverage } from '../model/coverage.ts';
import type { Distribution, Evidence, Package } from '../model/package.ts';
import type { Purl } from '../model/purl.ts';
import type { Magic } from './magic.ts';

/**
 * Which files a cataloger asks for: those that meet any of the lists, and `magic` too where it is given. With `magic` and
 * no list it is every file that begins so. Read up to `maxBytes`; a larger file is reported as EVIDENCE_TOO_LARGE, unless
 * `larger` says otherwise.
 */
export interface Interest {
  /** Exact paths without leading slash. */
  readonly paths?: readonly string[];
  /** Base names at any depth. */
  readonly names?: readonly string[];
  /** Base names that end so, from a dot on: `.jar`, `.deps.json`. */
  readonly suffixes?: readonly `.${string}`[];
  /** Files directly in a directory, all or by suffix. */
  readonly in?: readonly { readonly directory: string; readonly suffix?: string }[];
  /** Files directly in a directory of that name at any depth, all or by suffix: `conda-meta`. */
  readonly parents?: readonly { readonly name: string; readonly suffix?: string }[];
  /**
   * Kinds of files by their first bytes. A hard link is not looked at: what it leads to is read under its own name.
   */
  readonly magic?: readonly Magic[];
  /** Every regular file: for what is only done when the user asks for it. */
  readonly every?: true;
  /** Narrows the above; asked only about paths that meet it. */
  readonly accepts?: (path: string) => boolean;
  readonly maxBytes: number;
  /**
   * What becomes of a larger file. `report`, the default: it is said that it was not read. `ignore`: nothing is said, of
   * files that are only looked through. `cut`: its first `maxBytes` are read, of formats that tell all at the beginning.
   */
  readonly larger?: 'report' | 'ignore' | 'cut';
}

/** Directories that are evidence by their names alone, such as the store paths of Nix. */
export interface DirectoryInterest<R> {
  /** The directory of interest that a path is below; null for other paths. Asked about every file of an image. */
  of(path: string): string | null;
  /** What `catalog` is given under the path of one file below the directory, in each layer that has one. */
  readonly record: R;
}

/** A file that was asked for. Its content is hostile. */
export interface EvidenceFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** What is left of a file after parsing: plain JSON, so that a layer's records can be cached and cross threads. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

export interface ReadFile<R> {
  /** Null when the file holds nothing of interest, or could not be read (then `coverage` says so). */
  readonly record: R | null;
  readonly coverage: readonly Coverage[];
}

/** A package as a cataloger sees it; attribution, ownership and identity are added for all ecosystems in one place. */
export type CatalogedPackage = Omit<Package, AddedLater> & {
  /** Files that show the package, the main one first; each is a key of the files the cataloger was given. */
  readonly evidence: readonly (string | ArchivedEvidence)[];
  /**
   * The packages of the same unit that it needs, where the evidence says exactly which: a lock file with its edges.
   * Otherwise empty, and the names in `dependencies` are looked up among the names of packages of the same type.
   */
  readonly requires: readonly Purl[];
};

/** Evidence in an archive that the cataloger was given; one purl in two places of an archive is two packages. */
export type ArchivedEvidence = Required<Pick<Evidence, 'path' | 'inside'>>;

type AddedLater =
  | 'id'
  | 'layer'
  | 'evidence'
  | 'ownedBy'
  | 'dependsOn'
  | 'cataloger'
  | 'licenceExpression'
  | 'licenceTexts';

type Known = 'type' | 'purl' | 'name' | 'version' | 'evidence';

/** What a cataloger says of a package about which it knows nothing more. */
export const UNKNOWN_FACTS: Omit<CatalogedPackage, Known> = {
  presence: 'installed',
  architecture: null,
  source: null,
  licences: [],
  supplier: null,
  description: null,
  homepage: null,
  modularityLabel: null,
  cpes: [],
  checksums: [],
  files: [],
  dependencies: [],
  requires: [],
};

/** Fills in what a cataloger does not know. */
export function toCatalogedPackage(
  known: Pick<CatalogedPackage, Known> & Partial<CatalogedPackage>,
): CatalogedPackage {
  return { ...UNKNOWN_FACTS, ...known };
}

export interface CatalogContext {
  readonly distribution: Distribution | null;
}

export interface Catalog {
  readonly packages: readonly CatalogedPackage[];
  readonly coverage: readonly Coverage[];
}

/**
 * One ecosystem's reader, in two pure steps. `read` parses a single file, in the layer's one pass and on a worker
 * thread; its record is cached under the layer's digest and the cataloger's `version`. `catalog` turns the records of
 * the files that are visible in a file system into packages; it is called for the file system after each layer that
 * changes them, so that attribution can compare snapshots, and must depend on nothing else.
 *
 * Neither throws on hostile input: what cannot be read is coverage. A throw is a bug and is reported as
 * EVIDENCE_UNREADABLE for that file or cataloger without stopping the rest.
 */
export interface Cataloger<R extends JsonValue = JsonValue> {
  /** `apk`, `dpkg`, `npm-installed`: part of the cache key. */
  readonly name: string;
  /** Raised by whoever changes what `read` returns. */
  readonly version: number;
  readonly interests: readonly Interest[];
  /** Evidence that is a directory: the first file below each is noted without its content. */
  readonly directories?: DirectoryInterest<R>;
  /**
   * Its packages are known by a program's bytes. What a package of the distribution installed is that package, seen a
   * second time, and is left out.
   */
  readonly yieldsToDistribution?: true;
  /**
   * Its packages are an operating system's, as a single file says of itself. What the package database lists, or whose
   * file it says it owns, is left out, and what a layer did is told by the database alone.
   */
  readonly restatesDatabase?: true;
  /**
   * Names the unit that a file belongs to: files of one unit are cataloged together, without those of other units, and
   * only when one of them changed. Default: all files are one unit, as they are for a package database.
   */
  unit?(path: string): string;
  read(file: EvidenceFile): ReadFile<R>;
  catalog(files: ReadonlyMap<string, R>, context: CatalogContext): Catalog;
}

/** Forgets the record type, which only the cataloger itself ever reads, so that a register can hold all of them. */
export function defineCataloger<R extends JsonValue>(cataloger: Cataloger<R>): Cataloger {
  return cataloger;
}
