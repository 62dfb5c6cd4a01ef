import type { Coverage } from '../model/coverage.ts';
import type { Distribution, Package } from '../model/package.ts';

/** Which files a cataloger asks for. A file that meets any of the three lists is read, up to `maxBytes`. */
export interface Interest {
  /** Exact paths without leading slash. */
  readonly paths?: readonly string[];
  /** Base names at any depth. */
  readonly names?: readonly string[];
  /** Files directly in a directory, all or by suffix. */
  readonly in?: readonly { readonly directory: string; readonly suffix?: string }[];
  /** Narrows the lists; asked only about paths that one of them named. */
  readonly accepts?: (path: string) => boolean;
  readonly maxBytes: number;
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
export type CatalogedPackage = Omit<Package, 'id' | 'layer' | 'evidence' | 'ownedBy'> & {
  /** Files that show the package, the main one first; each is a key of the files the cataloger was given. */
  readonly evidence: readonly string[];
};

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
