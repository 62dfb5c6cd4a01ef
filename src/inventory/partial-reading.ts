/**
 * Which files of a layer are read where reading costs: of an image in a registry whose layers list their files. The rest
 * of the scan is the same, and a file that is not read is as one that nobody asked for.
 *
 * What a cataloger names is read: package databases, manifests, lock files, archives of languages. What it knows only by
 * first bytes is looked into when no package of the distribution owns it and it is a program by its name or mode, or a
 * place where secrets are kept. Of owned
 * programs the distribution's own package says what they are, except for the modules that are linked into programs in Go:
 * those are read as well, and the mark of Go's linker in a program's beginning tells.
 */
import { type Distribution, type Package, SYSTEM_TYPES } from '../model/package.ts';
import { thirdPartyPublisher } from '../model/third-party.ts';
import { HEAD_BYTES, type TreeEntry } from '../oci/layer-tree.ts';
import { isSecretPlace } from '../secrets/places.ts';
import type { Cataloger } from './cataloger.ts';
import { compileInterests, type Route } from './interests.ts';
import { createLayerScan } from './layer-scan.ts';
import { findFileOwners } from './ownership.ts';

export interface PartialReading {
  /** How many bytes of a file's beginning are wanted for its name alone; null when its name asks for nothing. */
  namedBytes(entry: TreeEntry): number | null;
  /** True for a program, a library, a place of secrets or what a cataloger names, when first bytes have to decide. */
  asksForLook(entry: TreeEntry): boolean;
  /** How many bytes are wanted of a file that begins with `head`; null when no more are. */
  bytesAfter(entry: TreeEntry, head: Uint8Array): number | null;
}

const ANY_EXECUTE = 0o111;
/** Libraries need no execute bit, and neither do models. */
const PROGRAM_NAME = /\.(?:so(?:\.[\d.]{1,40})?|gguf)$/;

export function planPartialReading(catalogers: readonly Cataloger[]): PartialReading {
  const router = compileInterests(catalogers);
  const { visitor } = createLayerScan(catalogers);
  return {
    namedBytes(entry) {
      const routes = router.byPath(entry.path);
      return routes.length === 0
        ? null
        : Math.max(...routes.map((route) => bytesFor(route, entry.sizeBytes)));
    },
    asksForLook: ({ path, mode }) =>
      (mode & ANY_EXECUTE) !== 0 || PROGRAM_NAME.test(path) || isSecretPlace(path) || router.isNamed(path),
    bytesAfter(entry, head) {
      const wanted = visitor.sniff?.(entry, head.subarray(0, HEAD_BYTES)) ?? null;
      if (wanted === null) return null;
      if (typeof wanted === 'object') return Math.min(entry.sizeBytes, wanted.beginning);
      return entry.sizeBytes <= wanted ? entry.sizeBytes : null;
    },
  };
}

/** Of a file that is too large its first bytes, when it has to be reported. */
function bytesFor({ maxBytes, larger }: Route, sizeBytes: number): number {
  if (sizeBytes <= maxBytes) return sizeBytes;
  return { cut: maxBytes, report: HEAD_BYTES, ignore: 0 }[larger];
}

/** Smallest program that Go's linker makes, about. */
const GO_PROGRAM_BYTES = 1024 * 1024;

/** True when a program of the distribution may hold Go modules, as far as its size tells. */
export function mayBeGoProgram({ sizeBytes, mode }: TreeEntry): boolean {
  return sizeBytes >= GO_PROGRAM_BYTES && (mode & ANY_EXECUTE) !== 0;
}

/** Type 4 and name of the note with the build ID, in both byte orders. Go: src/cmd/internal/buildid/note.go. */
const GO_NOTES = [Buffer.from('\x04\0\0\0Go\0\0', 'latin1'), Buffer.from('\0\0\0\x04Go\0\0', 'latin1')];
/** How much of a program's beginning has the note: in the first page, or right behind the program headers. */
export const GO_NOTE_WITHIN_BYTES = 8 * 1024;

/** True for the beginning of a program that Go's linker made. */
export function isGoProgram(beginning: Buffer): boolean {
  const within = beginning.subarray(0, GO_NOTE_WITHIN_BYTES);
  return GO_NOTES.some((note) => within.includes(note));
}

/** Which of some files packages that the distribution made own. */
export function ownedByDistribution(
  paths: readonly string[],
  packages: readonly Package[],
  distribution: Distribution | null,
  resolve: (path: string) => string,
): ReadonlySet<string> {
  const made = packages
    .filter(({ type }) => SYSTEM_TYPES.has(type))
    .filter((pkg) => distribution === null || thirdPartyPublisher(pkg, distribution) === null);
  const resolved = new Map(paths.map((path) => [path, resolve(path)]));
  const owners = findFileOwners([...resolved.values()], made, resolve);
  return new Set(paths.filter((path) => owners.has(resolved.get(path) ?? path)));
}
