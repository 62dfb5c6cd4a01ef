/**
 * What the verifier has signed about an image in quarantine: the only thing that the publisher goes by. Names, places and
 * annotations are hints; what counts is the summary's signature, the digests in it, and bytes that have them.
 */
import type { Digest } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import { OciError } from '../../oci/errors.ts';
import type { EvidenceGathering, EvidenceLayer } from '../../oci/evidence/evidence-manifest.ts';
import { gatherEvidence } from '../../oci/evidence/gather-evidence.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import type { ImageReader } from '../../oci/store/image-store.ts';
import { endorsementsByKey } from '../../trust/evidence/endorsements-by-key.ts';
import type { PublicKey } from '../../trust/material/keys.ts';
import { checkVsa, readVsa, VSA_TYPE } from '../../trust/statements/vsa.ts';
import type { Admission } from './admission.ts';
import { type AdmissionRecord, MAX_RECORD_BYTES, readAdmissionRecord } from './admission-record.ts';
import type { Gates } from './gates.ts';
import { quarantineReference } from './quarantine-reference.ts';
import { EVIDENCE_ARTIFACT, type EvidenceDocument, evidenceLayers } from './evidence-artifact.ts';

/** Whose word counts. */
export interface TrustedVerifier {
  readonly verifierId: string;
  readonly key: PublicKey;
}

/** What the image is about to be published as: a summary about another build of it proves nothing. */
export type ExpectedAdmission = Pick<Admission, 'buildId' | 'generation' | 'architecture' | 'reference'>;

/** Any build, in any place of the programme's quarantine. @param quarantine `registry/path` */
export interface AnyAdmission extends Pick<Admission, 'architecture'> {
  readonly quarantine: string;
}

export interface AdmissionQuestion {
  readonly verifier: TrustedVerifier;
  readonly expected: ExpectedAdmission | AnyAdmission;
  /** The gate that must have been passed, by the repository as which the image was examined; null for any. */
  readonly gate: Gates | null;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

export type ReadAdmission = ProvenAdmission | UnprovenAdmission;

/** The verifier has signed for it. */
export interface ProvenAdmission {
  readonly kind: 'proven';
  readonly admission: Admission;
  /** What the admission names, in its order; each has the digest that was signed for. */
  readonly evidence: readonly EvidenceDocument[];
  /** The predicate of the summary, as it was signed. */
  readonly summary: unknown;
  /** When the verifier first signed for the image, by whatever gate; RFC 3339, in the one form in which it writes times. */
  readonly since: string;
}

/** @param because one sentence for each summary that was found and does not prove it, or that there was none */
export interface UnprovenAdmission {
  readonly kind: 'unproven';
  readonly because: readonly string[];
}

/**
 * Reads what admits an image, and verifies all of it.
 *
 * @throws {OciError} what keeps the store from being asked at all
 */
export async function readAdmission(
  reader: ImageReader,
  digest: Digest,
  question: AdmissionQuestion,
): Promise<ReadAdmission> {
  const gathering = await gatherOrAbsent(reader, digest, question.signal);
  if (gathering === null) return unproven(`${reader.name} does not have ${digest}`);
  const summaries = (await endorsementsOf(gathering, question)).filter(
    ({ subject, statement }) => subject === digest && statement?.predicateType === VSA_TYPE,
  );
  const layers = evidenceLayers(gathering.manifests);
  const because: string[] = [];
  const sorted = summaries.toSorted(newestFirst);
  for (const summary of sorted) {
    const found = await follow(summary, digest, layers, question);
    if (typeof found !== 'string') return { ...found, since: firstTime(sorted) ?? found.admission.at };
    because.push(found);
  }
  const gaps = gathering.gaps.map(({ message }) => message);
  if (because.length > 0 || gaps.length > 0) return unproven(...because, ...gaps);
  return unproven('the verifier has signed no summary of it');
}

const unproven = (...because: readonly string[]): UnprovenAdmission => ({ kind: 'unproven', because });

async function gatherOrAbsent(
  reader: ImageReader,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<EvidenceGathering | null> {
  try {
    return await gatherEvidence(reader, digest, { signal });
  } catch (error) {
    if (error instanceof OciError && error.code === 'MANIFEST_UNKNOWN') return null;
    throw error;
  }
}

/** What the verifier's key, and no other, has signed. */
function endorsementsOf(
  gathering: EvidenceGathering,
  { verifier: { verifierId, key }, now }: AdmissionQuestion,
): Promise<readonly Endorsement[]> {
  const signed = gathering.manifests.filter(({ artifactType }) => artifactType !== EVIDENCE_ARTIFACT);
  return endorsementsByKey({ ...gathering, manifests: signed }, key, verifierId, now);
}

const ALWAYS = { from: null, to: null, distrustedFrom: null, needsLog: false } as const;

function newestFirst(a: Endorsement, b: Endorsement): number {
  const [left, right] = [timeOf(b), timeOf(a)];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Written in one form by the verifier, so that it can be compared as text; empty for what is no summary. */
function timeOf({ statement }: Endorsement): string {
  const summary = statement === null ? null : readVsa(statement);
  return summary === null || summary instanceof ShapeMismatch ? '' : summary.timeVerified;
}

/** @param sorted the newest first */
function firstTime(sorted: readonly Endorsement[]): string | undefined {
  return sorted.map(timeOf).findLast((time) => time !== '');
}

/** From a summary to the record that it names, and from there to the evidence; a text says where the way ends. */
async function follow(
  endorsement: Endorsement,
  digest: Digest,
  layers: ReadonlyMap<Digest, EvidenceLayer>,
  question: AdmissionQuestion,
): Promise<Omit<ProvenAdmission, 'since'> | string> {
  const { verifier, gate, now } = question;
  const summary = endorsement.statement === null ? null : readVsa(endorsement.statement);
  if (summary === null || summary instanceof ShapeMismatch) return 'a summary cannot be read';
  const record = await findRecord(summary.inputs, layers);
  if (typeof record === 'string') return record;
  const expected = expectedOf(record, question.expected);
  const checks = checkVsa(endorsement, {
    verifiers: [
      { verifierId: verifier.verifierId, authority: { kind: 'key', keyId: verifier.key.id, ...ALWAYS } },
    ],
    resourceUri: expected.reference,
    levels: [],
    policyDigest: gate?.(record.source.repository) ?? null,
    maxAgeSeconds: null,
    now,
  });
  const failed = checks.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return `a summary does not fit: ${failed.reason}`;
  const mismatch = mismatchOf(record, { ...expected, digest });
  if (mismatch !== null) return mismatch;
  const evidence = await readDocuments(record, new Set(summary.inputs), layers);
  if (typeof evidence === 'string') return evidence;
  const { digest: passed } = summary.policy;
  const told = passed === null ? {} : { gate: passed };
  const admission: Admission = { ...record, ...told, verdict: 'admitted', at: summary.timeVerified };
  return { kind: 'proven', admission, evidence, summary: endorsement.statement?.predicate };
}

function expectedOf(record: AdmissionRecord, expected: AdmissionQuestion['expected']): ExpectedAdmission {
  if ('reference' in expected) return expected;
  const { buildId, generation } = record;
  const { quarantine, architecture } = expected;
  const place = { buildId, generation, architecture };
  return { ...place, reference: quarantineReference(quarantine, place) };
}

/** The one document of the summary that is a record; what it is called in the artifact does not matter. */
async function findRecord(
  inputs: readonly Digest[],
  layers: ReadonlyMap<Digest, EvidenceLayer>,
): Promise<AdmissionRecord | string> {
  for (const input of inputs) {
    const layer = layers.get(input);
    if (layer === undefined || layer.sizeBytes > MAX_RECORD_BYTES) continue;
    const read = await readLayer(layer);
    if (typeof read === 'string') return read;
    const record = readAdmissionRecord(read);
    if (record === 'older')
      return 'an older version of the verifier has signed for it, which did not say what it was built from: it is to be built once more';
    if (!(record instanceof ShapeMismatch)) return record;
  }
  return 'the record that a summary names is not beside it';
}

function mismatchOf(
  record: AdmissionRecord,
  expected: ExpectedAdmission & Pick<Admission, 'digest'>,
): string | null {
  const fields = ['digest', 'reference', 'architecture', 'buildId', 'generation'] as const;
  const wrong = fields.find((field) => record[field] !== expected[field]);
  if (wrong === undefined) return null;
  return `a summary is about another image: ${wrong} is ${record[wrong]}, expected ${expected[wrong]}`;
}

async function readDocuments(
  { evidence }: AdmissionRecord,
  signed: ReadonlySet<Digest>,
  layers: ReadonlyMap<Digest, EvidenceLayer>,
): Promise<readonly EvidenceDocument[] | string> {
  const documents: EvidenceDocument[] = [];
  for (const { predicateType, digest } of evidence) {
    const layer = layers.get(digest);
    if (!signed.has(digest) || layer === undefined)
      return `the evidence ${digest} (${predicateType}) is missing`;
    const read = await readLayer(layer);
    if (typeof read === 'string') return read;
    documents.push({ predicateType, bytes: Buffer.from(read) });
  }
  return documents;
}

/** The bytes, which have the layer's digest; a text says why they could not be had. */
async function readLayer(layer: EvidenceLayer): Promise<Uint8Array | string> {
  try {
    return await layer.read();
  } catch (error) {
    if (error instanceof OciError) return error.message;
    throw error;
  }
}
