import type { Coverage } from '../model/coverage.ts';
import {
  bytesWanted,
  type EntryVisitor,
  HEAD_BYTES,
  type TreeEntry,
  type Wanted,
} from '../oci/layer-tree.ts';
import type { Cataloger, JsonValue, ReadFile } from './cataloger.ts';
import { unreadable } from './evidence.ts';
import { FILE_FACTS, fileFacts } from './file-facts.ts';
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
  /** Most files of which something is kept, in one layer. */
  readonly files: number;
  /** Most bytes of files that are asked for by their paths, in one layer and all files together. */
  readonly bytes: number;
  /** Most files whose entries are facts by themselves. */
  readonly facts: number;
}

/** An image of a hundred thousand Node modules with every database is read whole; a bomb of evidence is not. */
const LIMITS: ScanLimits = { files: 250_000, bytes: 2 ** 35, facts: 50_000 };

/** Routes the files of one layer to the catalogers that ask for them and collects what these make of each. */
export function createLayerScan(catalogers: readonly Cataloger[], limits: ScanLimits = LIMITS): LayerScan {
  const router = compileInterests(catalogers);
  /** By path and cataloger. */
  const records = new Map<string, Map<string, LayerRecord>>();
  const byDirectory = catalogers.filter(({ directories }) => directories !== undefined);
  /** The files that stand for directories, by cataloger and directory. */
  const standIns = new Map<string, string>();
  /** The file that was looked at last, which is mostly the next to be read. */
  let sniffed: { readonly path: string; readonly routes: readonly Route[] } = { path: '', routes: [] };
  let bytes = 0;
  let facts = 0;
  let refused = 0;
  let refusedFacts = 0;

  function want(entry: TreeEntry): Wanted | 'sniff' | null {
    // the last of several entries with one name is the one that an extractor leaves behind
    records.delete(entry.path);
    if (entry.type === 'file' && router.looksInside) return 'sniff';
    if (entry.type !== 'file' && entry.type !== 'hardlink') return null;
    return wantedOf(entry, router.byPath(entry.path));
  }

  function wantedOf(entry: TreeEntry, asked: readonly Route[]): Wanted | null {
    const routes = asked.filter((route) => !isIgnored(route, entry.sizeBytes));
    if (routes.length === 0) return null;
    const whole = mostBytes(routes.filter(({ larger }) => larger !== 'cut'));
    const beginning = mostBytes(routes.filter(({ larger }) => larger === 'cut'));
    const cuts = beginning > 0 && (whole === 0 || entry.sizeBytes > whole);
    const wanted = cuts ? { beginning } : Math.max(whole, beginning);
    const needed = bytesWanted(wanted, entry.sizeBytes) ?? whole;
    if (records.size >= limits.files || bytes + needed > limits.bytes) {
      refused += 1;
      return null;
    }
    bytes += needed;
    return wanted;
  }

  function note(entry: TreeEntry): boolean {
    const isEvidence = noteDirectories(entry.path);
    return noteFacts(entry) || isEvidence;
  }

  /** Takes one file, the first, to stand for each directory that is evidence by its name. */
  function noteDirectories(path: string): boolean {
    let kept = false;
    for (const { name, directories } of byDirectory) {
      const directory = directories?.of(path) ?? null;
      if (directories === undefined || directory === null) continue;
      const key = `${name}\0${directory}`;
      // the same path again: its record was dropped with its first entry
      if ((standIns.get(key) ?? path) !== path) continue;
      if (records.size >= limits.files) {
        refused += 1;
        continue;
      }
      standIns.set(key, path);
      put({ cataloger: name, path, record: directories.record, coverage: [] });
      kept = true;
    }
    return kept;
  }

  function noteFacts(entry: TreeEntry): boolean {
    const found = fileFacts(entry);
    if (found === null) return false;
    if (facts >= limits.facts) {
      refusedFacts += 1;
      return false;
    }
    facts += 1;
    put({ cataloger: FILE_FACTS, path: entry.path, record: found, coverage: [] });
    return true;
  }

  function routesOf(path: string, content: Uint8Array): readonly Route[] {
    if (sniffed.path === path) return sniffed.routes;
    return router.byContent(path, content.subarray(0, HEAD_BYTES));
  }

  function file(entry: TreeEntry, content: Uint8Array): boolean {
    const { path, type } = entry;
    const sizeBytes = Math.max(entry.sizeBytes, content.length);
    const routes = type === 'hardlink' ? router.byPath(path) : routesOf(path, content);
    let kept = false;
    for (const route of routes) {
      if (isIgnored(route, sizeBytes)) continue;
      const { record, coverage } = readFile(route, { path, sizeBytes }, content);
      if (record === null && coverage.length === 0) continue;
      kept = true;
      put({ cataloger: route.cataloger.name, path, record, coverage });
    }
    return kept;
  }

  function put(record: LayerRecord): void {
    const known = records.get(record.path);
    if (known === undefined) records.set(record.path, new Map([[record.cataloger, record]]));
    else known.set(record.cataloger, record);
  }

  return {
    visitor: {
      want,
      sniff(entry, head) {
        sniffed = { path: entry.path, routes: router.byContent(entry.path, head) };
        return wantedOf(entry, sniffed.routes);
      },
      note,
      file,
    },
    finish: () => ({
      records: sorted(records).flatMap(([, found]) => sorted(found).map(([, record]) => record)),
      coverage: [
        ...(refused === 0 ? [] : [limitReached(refused, limits)]),
        ...(refusedFacts === 0 ? [] : [tooManyFacts(refusedFacts, limits)]),
      ],
    }),
  };
}

const sorted = <V>(map: ReadonlyMap<string, V>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

const mostBytes = (routes: readonly Route[]) =>
  routes.reduce((most, { maxBytes }) => Math.max(most, maxBytes), 0);

function isIgnored({ larger, maxBytes }: Route, sizeBytes: number): boolean {
  return larger === 'ignore' && sizeBytes > maxBytes;
}

function readFile(
  { cataloger, maxBytes, larger }: Route,
  { path, sizeBytes }: Pick<TreeEntry, 'path' | 'sizeBytes'>,
  content: Uint8Array,
): ReadFile<JsonValue> {
  if (sizeBytes > maxBytes && larger !== 'cut') {
    return { record: null, coverage: [tooLarge(cataloger, path, sizeBytes, maxBytes)] };
  }
  try {
    return cataloger.read({ path, content: content.subarray(0, maxBytes) });
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

function tooManyFacts(refused: number, { facts }: ScanLimits): Coverage {
  return {
    code: 'LIMIT_REACHED',
    message: `A layer holds more than ${facts} setuid, setgid or world-writable files; ${refused} of them are missing.`,
    subject: 'permissions',
  };
}
