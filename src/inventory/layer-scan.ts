import type { Coverage } from '../model/coverage.ts';
import type { EntryVisitor, TreeEntry } from '../oci/layer-tree.ts';
import type { Cataloger, JsonValue, ReadFile } from './cataloger.ts';
import { unreadable } from './evidence.ts';
import { compileInterests, type Route } from './interests.ts';

/** What one cataloger made of one file of one layer. Plain JSON: it crosses threads and is cached. */
export interface LayerRecord {
  readonly cataloger: string;
  /** As written in the layer, before links of other layers are followed. */
  readonly path: string;
  /** Null: the file could not be read, but still hides the one of the same path in a lower layer. */
  readonly record: JsonValue;
  /** What could not be seen in this file; it matters only where the file is visible. */
  readonly coverage: readonly Coverage[];
}

/** The records of a layer, sorted by path and cataloger. */
export type LayerRecords = readonly LayerRecord[];

export interface LayerScan {
  /** To be fed with one pass over the layer. */
  readonly visitor: EntryVisitor;
  /** The layer's records after that pass, and what the bounds below left out. */
  finish(): { readonly records: LayerRecords; readonly coverage: readonly Coverage[] };
}

export interface ScanLimits {
  /** Most files that are read in one layer. */
  readonly files: number;
  /** Most bytes that are read in one layer, all files together. */
  readonly bytes: number;
}

/** An image of a hundred thousand Node modules with every database is read whole; a bomb of evidence is not. */
const LIMITS: ScanLimits = { files: 250_000, bytes: 2 ** 30 };

/** Routes the files of one layer to the catalogers that ask for them and collects what these make of each. */
export function createLayerScan(catalogers: readonly Cataloger[], limits: ScanLimits = LIMITS): LayerScan {
  const route = compileInterests(catalogers);
  const records = new Map<string, LayerRecord>();
  let files = 0;
  let bytes = 0;
  let refused = 0;

  function want(entry: TreeEntry): number | null {
    if (entry.type !== 'file' && entry.type !== 'hardlink') return null;
    const routes = route(entry.path);
    if (routes.length === 0) return null;
    const maxBytes = routes.reduce((most, route) => Math.max(most, route.maxBytes), 0);
    if (files < limits.files && bytes + Math.min(entry.sizeBytes, maxBytes) <= limits.bytes) return maxBytes;
    refused += 1;
    return null;
  }

  function file(entry: TreeEntry, content: Uint8Array): void {
    files += 1;
    bytes += content.length;
    for (const { cataloger, maxBytes } of route(entry.path)) {
      const { record, coverage } = readFile({ cataloger, maxBytes }, entry.path, content);
      const key = `${entry.path}\0${cataloger.name}`;
      // the last of several entries with one name is the one that an extractor leaves behind
      if (record === null && coverage.length === 0) records.delete(key);
      else records.set(key, { cataloger: cataloger.name, path: entry.path, record, coverage });
    }
  }

  return {
    visitor: { want, file },
    finish: () => ({
      records: [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record),
      coverage: refused === 0 ? [] : [limitReached(refused, limits)],
    }),
  };
}

function readFile({ cataloger, maxBytes }: Route, path: string, content: Uint8Array): ReadFile<JsonValue> {
  if (content.length > maxBytes) {
    return { record: null, coverage: [tooLarge(cataloger, path, content.length, maxBytes)] };
  }
  try {
    return cataloger.read({ path, content });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The ${cataloger.name} cataloger failed on this file (${reason}); its packages are missing.`;
    return { record: null, coverage: [unreadable(path, message)] };
  }
}

function tooLarge(cataloger: Cataloger, path: string, sizeBytes: number, maxBytes: number): Coverage {
  return {
    code: 'EVIDENCE_TOO_LARGE',
    message: `The file has ${sizeBytes} bytes, and the ${cataloger.name} cataloger reads at most ${maxBytes}; its packages are missing.`,
    subject: path,
  };
}

function limitReached(refused: number, { files, bytes }: ScanLimits): Coverage {
  return {
    code: 'LIMIT_REACHED',
    message: `A layer holds more than ${files} files or ${bytes} bytes of package metadata; ${refused} of its files were not read.`,
    subject: 'package metadata',
  };
}
