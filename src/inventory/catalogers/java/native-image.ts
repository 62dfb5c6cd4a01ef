import { gunzipSync } from 'node:zlib';
import { elfArchitecture, type ElfFile, parseElf } from '../../../formats/elf.ts';
import { latin1Text, viewOf, withinBounds } from '../../../formats/bytes.ts';
import { findElfSymbol } from '../../../formats/elf-symbols.ts';
import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { PROGRAM_FILES } from '../../program-files.ts';
import type { ArchiveFacts } from './archive-facts.ts';
import { type MavenArtifact, toMavenPackage } from './coordinates.ts';
import { parseEmbeddedBill } from './embedded-bill.ts';
import { type JvmRelease, toRuntimePackage } from './jvm-release.ts';

export type NativeImage = {
  /** The Java runtime that was compiled in; null when the program does not say. */
  readonly runtime: JvmRelease | null;
  /** Of its bill of materials; empty when it has none. */
  readonly artifacts: readonly (MavenArtifact & ArchiveFacts)[];
};

const MAX_BILL_BYTES = 64 * 1024 * 1024;

/**
 * Programs that GraalVM compiled from Java ahead of time. What they are made of they tell where they were built with
 * `--enable-sbom`, which puts a gzipped CycloneDX bill at the symbol `sbom`, `sbom_length` bytes long; which runtime is
 * in them they tell always. GraalVM, "Software Bill of Materials in Native Image".
 */
export const nativeImageCataloger = defineCataloger<NativeImage>({
  name: 'native-image',
  version: 1,
  interests: [PROGRAM_FILES],
  unit: (path) => path,
  read: readImage,
  catalog: catalogImages,
});

function readImage({ path, content }: EvidenceFile): ReadFile<NativeImage> {
  const elf = parseElf(content);
  // the objects that the program begins with; nothing else has such a section
  if (elf === null || elf.section('.svm_heap') === null) return NOTHING;
  const runtime = runtimeOf(elf);
  const bill = findElfSymbol(elf, 'sbom') && readBill(elf);
  const artifacts = bill === null ? [] : parseEmbeddedBill(bill);
  if (artifacts !== null) return { record: { runtime, artifacts }, coverage: [] };
  const message =
    'The bill of materials in the program cannot be read; what it was compiled from is missing.';
  return { record: { runtime, artifacts: [] }, coverage: [unreadable(path, message)] };
}

/** The text of the bill; empty when it cannot be read. */
function readBill(elf: ElfFile): string {
  const [bill, length] = ['sbom', 'sbom_length'].map((name) =>
    elf.at(findElfSymbol(elf, name)?.address ?? 0),
  );
  if (bill === undefined || length === undefined) return '';
  const lengthBytes = withinBounds(() => Number(viewOf(length).getBigUint64(0, elf.isLittleEndian)));
  try {
    return decodeText(gunzipSync(bill.subarray(0, lengthBytes ?? 0), { maxOutputLength: MAX_BILL_BYTES }));
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && 'errno' in error)) return '';
    throw error;
  }
}

const RUNTIME = 'com.oracle.svm.core.VM=';
const JAVA_VERSION = 'com.oracle.svm.core.VM.Java.Version=';

/** GraalVM leaves `GraalVM CE 25.0.2+10.1` in each image, and since version 23 of which Java it is. */
function runtimeOf(elf: ElfFile): JvmRelease | null {
  const texts = ['.data', '.rodata'].map((name) => elf.section(name)?.content ?? new Uint8Array());
  const after = (key: string) =>
    texts.flatMap((text) => {
      const at = Buffer.from(text.buffer, text.byteOffset, text.length).indexOf(key, 0, 'latin1');
      return at < 0 ? [] : latin1Text(text.subarray(at + key.length, at + key.length + 200));
    })[0];
  const [, edition = '', graalVersion] = /^((?:[A-Za-z]+ )+)(\d+(?:\.\d+)+)/.exec(after(RUNTIME) ?? '') ?? [];
  const version = /^\d+(?:\.\d+)*(?:_\d+)?$/.exec(after(JAVA_VERSION) ?? '')?.[0];
  if (graalVersion === undefined || version === undefined) return null;
  return {
    version,
    fullVersion: null,
    implementor: edition.trim(),
    implementorVersion: null,
    graalVersion,
    vmVersion: null,
    isCommercial: false,
    hasCompiler: false,
    architecture: elfArchitecture(elf),
  };
}

function catalogImages(files: ReadonlyMap<string, NativeImage>): Catalog {
  const packages = [...files].flatMap(([path, { runtime, artifacts }]) => [
    ...(runtime === null ? [] : [toRuntimePackage(runtime, path)]),
    ...artifacts.map(({ licences, supplier, description, homepage, dependencies, ...artifact }) =>
      toMavenPackage(artifact, { licences, supplier, description, homepage, dependencies, evidence: [path] }),
    ),
  ]);
  return { packages, coverage: [] };
}
