/** Puts an admission beside its image: the evidence, and a verification summary that the verifier signs. */
import { canonicalJson } from '../../formats/canonical-json.ts';
import type { Digest } from '../../model/digest.ts';
import { isObject } from '../../formats/json.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { signWithKey } from '../../signing/sign-with-key.ts';
import type { SigningKey } from '../../signing/keys/signing-key.ts';
import { makeVsa, VSA_TYPE } from '../../trust/statements/vsa.ts';
import type { Admission } from './admission.ts';
import { ADMISSION_TYPE, formatAdmissionRecord } from './admission-record.ts';
import { attachEvidence, type EvidenceDocument, nameEvidence } from './evidence-artifact.ts';

const GATE_URI = 'urn:hallmark:admission-gate:v1';

export interface AdmissionSigner {
  readonly key: SigningKey;
  /** What the summary calls the verifier: {@link verifierId}. */
  readonly verifierId: string;
  /** Hallmark's own version. */
  readonly version: string;
  /** The gate that the image passed: {@link Gates}. */
  readonly gate: Digest;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
}

/** The verifier of a programme, as its summaries call it. */
export function verifierId(programme: string): string {
  return `urn:hallmark:programme:${encodeURIComponent(programme)}:verifier`;
}

/**
 * Attaches evidence and then the signed summary, so that whoever finds the summary finds all of it. Doing it again after it was
 * interrupted adds what is missing; a summary that is there is not signed a second time.
 *
 * @param documents the evidence that the admission names
 * @throws {TypeError} for an image that was rejected: nothing is signed about it
 * @throws {SigningError}
 * @throws {OciError}
 */
export async function signAdmission(
  writer: ImageWriter,
  admission: Admission,
  documents: readonly EvidenceDocument[],
  signer: AdmissionSigner,
): Promise<void> {
  if (admission.verdict !== 'admitted') throw new TypeError(`${admission.digest} was not admitted`);
  const { digest, reference, at } = admission;
  const record = { predicateType: ADMISSION_TYPE, bytes: formatAdmissionRecord(admission) };
  const all = [record, ...documents];
  const image = await writer.readManifest(digest, signer.signal);
  if (image === null) throw new TypeError(`${digest} is not in ${writer.name}, where it was examined`);
  const subject = { digest, mediaType: image.mediaType, sizeBytes: image.bytes.length };
  await attachEvidence(writer, subject, all, signer.signal);
  const summary = makeVsa({
    verifierId: signer.verifierId,
    verifierVersion: signer.version,
    timeVerified: new Date(at),
    resourceUri: reference,
    policy: { uri: GATE_URI, digest: signer.gate },
    inputs: all.map((document) => nameEvidence(document).digest),
    isPassed: true,
    verifiedLevels: levelsOf(documents),
  });
  await signWithKey(writer, digest, {
    meaning: {
      kind: 'attestation',
      predicate: { type: VSA_TYPE, value: summary },
      isEnough: ({ predicateType, predicate }) =>
        predicateType === VSA_TYPE && timeless(predicate) === timeless(summary),
    },
    key: signer.key,
    created: at,
    now: signer.now,
    signal: signer.signal,
  });
}

/** Provenance is there and says how it was built, which is level 1; what runs the builds is not Hallmark's to vouch for. SLSA 1.1. */
function levelsOf(documents: readonly EvidenceDocument[]): readonly string[] {
  const hasProvenance = documents.some(
    ({ predicateType }) => predicateType === 'https://slsa.dev/provenance/v1',
  );
  return hasProvenance ? ['SLSA_BUILD_LEVEL_1'] : [];
}

/** What a summary says but for when: the same once more need not be signed. */
function timeless(summary: unknown): string {
  return canonicalJson(isObject(summary) ? { ...summary, timeVerified: null } : summary);
}
