/**
 * What stands behind a reference as an index, whether it is one or not, with all that can be told about each entry. Nothing that a
 * registry says about architectures is taken over: they are told from platforms. docker-library/meta-scripts,
 * `registry/synthesize-index.go`.
 */
import { type Architecture, ARCHITECTURE_NAMES, ARCHITECTURES } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import { normalizePlatform, type Platform } from '../../model/platform.ts';
import { parseImageConfiguration } from '../../oci/image-configuration.ts';
import { type ImageIndex, isImageManifest, isIndexMediaType, parseManifest } from '../../oci/manifest.ts';
import { formatFamiliarReference, type ImageRef } from '../../oci/reference.ts';
import type { ImageReader, StoredManifest } from '../../oci/store/image-store.ts';
import { readVerified } from '../../oci/verified-stream.ts';
import { canonicalPlatform } from './canonical-index.ts';
import {
  ARCHITECTURE_ANNOTATION,
  ATTESTATION,
  type IndexDocument,
  type IndexEntry,
  indexMediaType,
  type IndexPlatform,
  REF_NAME,
} from './index-document.ts';

/**
 * @param reference by tag or digest; every entry is annotated with it and its own digest
 * @returns null where there is nothing behind the reference
 * @throws {OciError} MANIFEST_INVALID, and what the store throws
 */
export async function synthesizeIndex(
  reader: ImageReader,
  reference: ImageRef,
  signal?: AbortSignal,
): Promise<IndexDocument | null> {
  const found = await reader.readManifest(reference.digest ?? reference.tag ?? '', signal);
  if (found === null) return null;
  const told = (digest: Digest) => ({ [REF_NAME]: formatFamiliarReference({ ...reference, digest }) });
  const entries = new Map<Digest, IndexEntry>();
  for (const { data: _, ...listed } of entriesOf(found, reader.name)) {
    if (entries.has(listed.digest)) continue;
    const platform = await platformOf(listed, reader, signal);
    const { platform: _unchecked, ...bare } = listed;
    const { [ARCHITECTURE_ANNOTATION]: _claimed, ...stated } = listed.annotations ?? {};
    const architecture = architectureFor(stated, platform, entries);
    // an attestation about nothing that is here
    if (architecture === 'none') continue;
    entries.set(listed.digest, {
      ...bare,
      ...(platform === null ? {} : { platform }),
      annotations: {
        ...stated,
        ...told(listed.digest),
        ...(architecture === null ? {} : { [ARCHITECTURE_ANNOTATION]: architecture }),
      },
    });
  }
  const manifests = [...entries.values()];
  const mediaType = isIndexMediaType(found.mediaType) ? found.mediaType : indexMediaType(manifests);
  const annotations = { ...indexAnnotations(found, reader.name), ...told(found.digest) };
  return { schemaVersion: 2, mediaType, manifests, annotations };
}

/** The architecture that a platform is, whatever the version of its system; null for others. */
export function architectureOf(platform: IndexPlatform): Architecture | null {
  const wanted = canonicalPlatform(platform);
  const isWanted = (name: Architecture): boolean => {
    const { os, architecture, variant }: Platform = ARCHITECTURES[name].platform;
    return os === wanted.os && architecture === wanted.architecture && variant === wanted.variant;
  };
  return ARCHITECTURE_NAMES.find(isWanted) ?? null;
}

function entriesOf({ bytes, mediaType, digest }: StoredManifest, name: string): readonly IndexEntry[] {
  const document = parseManifest(bytes, mediaType, `the manifest ${digest} of ${name}`);
  if (document.kind === 'manifest') return [{ mediaType, digest, size: bytes.byteLength }];
  // read strictly once, and then with the fields that only others know
  return (JSON.parse(Buffer.from(bytes).toString('utf8')) as IndexDocument).manifests ?? [];
}

function indexAnnotations(
  { bytes, mediaType, digest }: StoredManifest,
  name: string,
): ImageIndex['annotations'] {
  const document = parseManifest(bytes, mediaType, `the manifest ${digest} of ${name}`);
  return document.kind === 'index' ? document.annotations : {};
}

/** As the entry says, else as the image's configuration does; null for what is no image. */
async function platformOf(
  entry: IndexEntry,
  reader: ImageReader,
  signal: AbortSignal | undefined,
): Promise<IndexPlatform | null> {
  const { platform } = entry;
  if (platform?.os && platform.architecture) {
    const { os, architecture, variant } = platform;
    const { osVersion: _, ...normal } = normalizePlatform({
      os,
      architecture,
      ...(variant ? { variant } : {}),
    });
    const { variant: _stated, ...others } = platform;
    return canonicalPlatform({ ...others, ...normal });
  }
  const stored = await reader.readManifest(entry.digest, signal);
  if (stored === null) return null;
  const subject = `the manifest ${entry.digest} of ${reader.name}`;
  const manifest = parseManifest(stored.bytes, stored.mediaType, subject);
  if (manifest.kind === 'index' || !isImageManifest(manifest)) return null;
  const { digest, sizeBytes } = manifest.config;
  const bytes = await readVerified(reader.openBlob(manifest.config, signal), {
    digest,
    sizeBytes,
    subject: `the configuration ${digest} of ${reader.name}`,
  });
  const { osVersion, ...found } = parseImageConfiguration(bytes, `the configuration ${digest}`).platform;
  return canonicalPlatform({ ...found, ...(osVersion === undefined ? {} : { 'os.version': osVersion }) });
}

/** Of an attestation that of its subject, which has to come before it; null for what has none. */
function architectureFor(
  annotations: Readonly<Record<string, string>>,
  platform: IndexPlatform | null,
  before: ReadonlyMap<string, IndexEntry>,
): string | null {
  if (annotations[ATTESTATION.typeAnnotation] !== ATTESTATION.type)
    return platform === null ? null : architectureOf(platform);
  const subject = before.get(annotations[ATTESTATION.subjectAnnotation] ?? '');
  return subject?.annotations?.[ARCHITECTURE_ANNOTATION] ?? 'none';
}
