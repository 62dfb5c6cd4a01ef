/**
 * The door between quarantine and the public: no image gets through that the verifier has not signed for, nor as anything but what the
 * definitions name.
 */
import type { BuildInputs } from '../../definitions/definition.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import type { Predicate } from '../../signing/predicate-file.ts';
import { VSA_TYPE } from '../../trust/statements/vsa.ts';
import type { ExaminedSource } from '../admission/admission.ts';
import type { EvidenceDocument } from '../admission/evidence-artifact.ts';
import { isBuiltFrom, placeOf } from '../admission/examined-source.ts';
import type { Gates } from '../admission/gates.ts';
import { quarantineReference } from '../admission/quarantine-reference.ts';
import { readAdmission } from '../admission/read-admission.ts';
import { LibraryError } from '../errors.ts';
import type { PublishedImage } from '../ledger/entry.ts';
import type { Publisher } from './publisher.ts';

/** What an image in quarantine is known by. */
export type ImageIdentity = Pick<PublishedImage, 'architecture' | 'digest' | 'buildId' | 'generation'>;

/** An image that is to be published. */
export interface ClaimedImage extends ImageIdentity {
  /** By the definitions of its tags: it must have been built from one of these. */
  readonly inputs: readonly BuildInputs[];
}

/** An image that the verifier has signed for. */
export interface AdmittedImage extends ImageIdentity {
  readonly source: ExaminedSource;
  /** As the verifier left them; each has the digest that it has signed for. */
  readonly evidence: readonly EvidenceDocument[];
  /** What the publisher is to say of the image: the evidence, and the verifier's summary. */
  readonly predicates: readonly Predicate[];
  /** When the verifier first signed for it; RFC 3339. */
  readonly since: string;
}

/** Evidence is read by verifiers to this size. */
const MAX_PREDICATE_BYTES = 40 * 1024 * 1024;

/** What an image is held against that lies in quarantine. */
export interface Door {
  /** `registry/path` */
  readonly quarantine: string;
  /** Null: any gate, also an earlier one. */
  readonly gates: Gates | null;
}

/**
 * @param name of what it is to be published as: `redis:8, latest`
 * @throws {LibraryError} ADMISSION_UNPROVEN, and what keeps a commit from being read
 * @throws {OciError} what keeps quarantine from being asked
 */
export async function admitImage(
  { inputs, ...identity }: ClaimedImage,
  name: string,
  door: Door,
  publisher: Publisher,
): Promise<AdmittedImage> {
  const image = await readAdmitted(identity, door, publisher);
  const { source, architecture, digest } = image;
  for (const one of inputs) if (await isBuiltFrom(source, one, publisher.readSource)) return image;
  const [first] = inputs;
  const expected = first === undefined ? `nothing for ${architecture}` : placeOf(first);
  const built = `it was examined as ${source.repository}, built from ${placeOf(source)}`;
  throw unproven(
    `${digest} is not admitted for ${name}: ${built}, and the definition names ${expected}`,
    name,
  );
}

/** Whatever it was built from. @throws as {@link admitImage} */
export async function readAdmitted(
  { architecture, digest, buildId, generation }: ImageIdentity,
  { quarantine, gates }: Door,
  publisher: Publisher,
): Promise<AdmittedImage> {
  const reference = quarantineReference(quarantine, { architecture, buildId, generation });
  const found = await readAdmission(await publisher.quarantine(architecture), digest, {
    verifier: publisher.verifier,
    expected: { architecture, buildId, generation, reference },
    gate: gates,
    now: publisher.now(),
    signal: publisher.signal,
  });
  if (found.kind === 'unproven') {
    throw unproven(`${reference} (${digest}) is not admitted: ${found.because.join('; ')}`, reference);
  }
  const { evidence, summary, admission, since } = found;
  const predicates = [
    ...evidence.map((document) => toPredicate(document, reference)),
    { type: VSA_TYPE, value: summary },
  ];
  const { source } = admission;
  return { architecture, digest, buildId, generation, source, evidence, predicates, since };
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
