/**
 * The artifact that carries what the verifier found out about an image in quarantine: attached to the image, one layer a predicate.
 * It is not signed. What signs it is the verification summary beside it, which names the digest of the record, and the record those
 * of all other predicates: see `sign-admission.ts` and `read-admission.ts`.
 */
import { type Digest, digestOf } from '../../model/digest.ts';
import type { EvidenceLayer, EvidenceManifest } from '../../oci/evidence/evidence-manifest.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { type AttachedTo, attachContents, toAttached } from '../../signing/attached-manifest.ts';
import { PREDICATE_LAYER } from '../../trust/evidence/evidence-format.ts';
import type { AdmissionEvidence } from './admission.ts';

export const EVIDENCE_ARTIFACT = 'application/vnd.hallmark.evidence.v1';

/** As BuildKit and Docker mark theirs. */
const PREDICATE_TYPE = 'in-toto.io/predicate-type';

/** A predicate as its bytes, JSON. */
export interface EvidenceDocument {
  readonly predicateType: string;
  readonly bytes: Buffer;
}

/** What a record says of a document. */
export function nameEvidence({ predicateType, bytes }: EvidenceDocument): AdmissionEvidence {
  return { predicateType, digest: digestOf(bytes) };
}

/**
 * Attaches documents to an image. The same documents give the same artifact, so doing it twice changes nothing.
 *
 * @returns the digest of the artifact
 * @throws {OciError} what keeps the store from taking it
 */
export async function attachEvidence(
  writer: ImageWriter,
  subject: AttachedTo,
  documents: readonly EvidenceDocument[],
  signal?: AbortSignal,
): Promise<Digest> {
  const layers = documents.map(({ predicateType, bytes }) => ({
    mediaType: PREDICATE_LAYER,
    content: bytes,
    annotations: { [PREDICATE_TYPE]: predicateType },
  }));
  const content = toAttached({ subject, artifactType: EVIDENCE_ARTIFACT, layers, annotations: {} });
  await attachContents([content], writer, signal);
  return content.digest;
}

/** The documents of all such artifacts, by their digests: what they are called there proves nothing. */
export function evidenceLayers(manifests: readonly EvidenceManifest[]): ReadonlyMap<Digest, EvidenceLayer> {
  return new Map(
    manifests
      .filter(({ artifactType }) => artifactType === EVIDENCE_ARTIFACT)
      .flatMap(({ layers }) => layers.map((layer) => [layer.digest, layer] as const)),
  );
}
