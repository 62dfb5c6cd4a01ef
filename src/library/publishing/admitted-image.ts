/** The door between quarantine and the public: no image gets through that the verifier has not signed for. */
import { readStrictJson } from '../../formats/strict-json.ts';
import type { Predicate } from '../../signing/predicate-file.ts';
import { VSA_TYPE } from '../../trust/statements/vsa.ts';
import type { EvidenceDocument } from '../admission/evidence-artifact.ts';
import { quarantineReference } from '../admission/quarantine-reference.ts';
import { readAdmission } from '../admission/read-admission.ts';
import { LibraryError } from '../errors.ts';
import type { PublishedImage } from '../ledger/entry.ts';
import type { Publisher } from './publisher.ts';

/** What an image in quarantine is known by. */
export type ImageIdentity = Pick<PublishedImage, 'architecture' | 'digest' | 'buildId' | 'generation'>;

/** An image that may be published. */
export interface AdmittedImage extends ImageIdentity {
  /** As the verifier left them; each has the digest that it has signed for. */
  readonly evidence: readonly EvidenceDocument[];
  /** What the publisher is to say of the image: the evidence, and the verifier's summary. */
  readonly predicates: readonly Predicate[];
}

/** Evidence is read by verifiers to this size. */
const MAX_PREDICATE_BYTES = 40 * 1024 * 1024;

/**
 * @param quarantine `registry/path`
 * @throws {LibraryError} ADMISSION_UNPROVEN
 * @throws {OciError} what keeps quarantine from being asked
 */
export async function admitImage(
  { architecture, digest, buildId, generation }: ImageIdentity,
  quarantine: string,
  publisher: Publisher,
): Promise<AdmittedImage> {
  const reference = quarantineReference(quarantine, { architecture, buildId, generation });
  const found = await readAdmission(await publisher.quarantine(architecture), digest, {
    verifier: publisher.verifier,
    expected: { architecture, buildId, generation, reference },
    gate: null,
    now: publisher.now(),
    signal: publisher.signal,
  });
  if (found.kind === 'unproven') {
    throw unproven(`${reference} (${digest}) is not admitted: ${found.because.join('; ')}`, reference);
  }
  const { evidence, summary } = found;
  const predicates = [
    ...evidence.map((document) => toPredicate(document, reference)),
    { type: VSA_TYPE, value: summary },
  ];
  return { architecture, digest, buildId, generation, evidence, predicates };
}

function toPredicate({ predicateType, bytes }: EvidenceDocument, reference: string): Predicate {
  // as strictly as verifiers will read what is signed
  const json = readStrictJson(bytes, { maxBytes: MAX_PREDICATE_BYTES, numbers: 'exact' });
  if ('value' in json) return { type: predicateType, value: json.value };
  throw unproven(`the evidence ${predicateType} of ${reference} ${json.problem}`, reference);
}

export function unproven(message: string, subject: string): LibraryError {
  return new LibraryError('ADMISSION_UNPROVEN', message, { subject });
}
