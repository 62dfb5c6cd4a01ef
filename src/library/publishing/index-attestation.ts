/** Attestations as BuildKit keeps them: an image that runs nowhere, listed in the index. BuildKit, docs/attestations/attestation-storage.md. */
import { digestOf } from '../../model/digest.ts';
import { MEDIA_TYPES } from '../../oci/manifest.ts';
import type { StoredManifest } from '../../oci/store/image-store.ts';
import { toDescriptor } from '../../signing/attached-manifest.ts';
import { writeStatement } from '../../signing/statement.ts';
import { STATEMENT_PAYLOAD_TYPE } from '../../trust/statements/statement.ts';
import { PREDICATE_TYPES } from '../../trust/statements/predicate-types.ts';
import { ATTESTATION, type IndexEntry } from '../indexes/index-document.ts';
import type { AdmittedImage } from './admitted-image.ts';

export interface IndexAttestation extends StoredManifest {
  readonly blobs: readonly Buffer[];
  readonly entry: IndexEntry;
}

const IMAGE_CONFIGURATION = 'application/vnd.oci.image.config.v1+json';

/** What those who look into indexes for attestations know. */
const TYPES: ReadonlySet<string> = new Set([...PREDICATE_TYPES.spdx, ...PREDICATE_TYPES['slsa-provenance']]);

/** Null where there is nothing to be said in this form. */
export function indexAttestation({ digest: subject, predicates }: AdmittedImage): IndexAttestation | null {
  const layers = predicates
    .filter(({ type }) => TYPES.has(type))
    .map((predicate) => ({
      mediaType: STATEMENT_PAYLOAD_TYPE,
      content: writeStatement(subject, predicate),
      annotations: { 'in-toto.io/predicate-type': predicate.type },
    }));
  if (layers.length === 0) return null;
  const diffIds = layers.map(({ content }) => digestOf(content));
  const config = {
    mediaType: IMAGE_CONFIGURATION,
    content: Buffer.from(
      JSON.stringify({
        architecture: 'unknown',
        os: 'unknown',
        config: {},
        rootfs: { type: 'layers', diff_ids: diffIds },
      }),
    ),
  };
  const mediaType = MEDIA_TYPES.ociManifest;
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: toDescriptor(config),
      layers: layers.map(toDescriptor),
    }),
  );
  const digest = digestOf(bytes);
  const entry: IndexEntry = {
    mediaType,
    digest,
    size: bytes.length,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      [ATTESTATION.subjectAnnotation]: subject,
      [ATTESTATION.typeAnnotation]: ATTESTATION.type,
    },
  };
  return {
    bytes,
    digest,
    mediaType,
    blobs: [config.content, ...layers.map(({ content }) => content)],
    entry,
  };
}
