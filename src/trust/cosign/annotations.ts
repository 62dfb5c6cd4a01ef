/**
 * What cosign's older format keeps beside a signature: unsigned annotations of the layer. sigstore/cosign, `specs/SIGNATURE_SPEC.md`
 * and `pkg/oci/static/options.go`.
 */
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { decodeBase64 } from '../../formats/base64.ts';
import { readPem } from '../../formats/pem.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import {
  applyShape,
  count,
  mapped,
  object,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import { logEntryV1 } from '../sigstore/log-entry-v1.ts';
import { MAX_DER_BYTES, type SignedEvidence } from '../sigstore/signed-evidence.ts';

type Annotations = Readonly<Record<string, string>>;

const SIGNATURE = 'dev.cosignproject.cosign/signature';
const CERTIFICATE = 'dev.sigstore.cosign/certificate';
const BUNDLE = 'dev.sigstore.cosign/bundle';
const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp';

const MAX_ANNOTATION_BYTES = 1024 * 1024;

const bytes: Shape<Buffer> = refined(
  mapped(string(), decodeBase64),
  (decoded): decoded is Buffer => decoded !== null,
  'canonical base64',
);

const bundleShape = object({
  SignedEntryTimestamp: bytes,
  Payload: object({ body: bytes, integratedTime: count, logIndex: count, logID: string(64) }),
});

const timestampShape = object({ SignedRFC3161Timestamp: bytes });

/** The signature in its annotation; null for what is no canonical base64. Attestations have theirs in the envelope. */
export function annotatedSignature(annotations: Annotations): Buffer | null {
  const text = annotations[SIGNATURE] ?? '';
  return text === '' ? null : decodeBase64(text);
}

/**
 * Certificate, log entry and timestamp; a text says why they cannot be read. The annotation with the chain is passed over: it was
 * never more than a hint, and chains are built from the trust root.
 */
export function readAnnotations(
  annotations: Annotations,
): Pick<SignedEvidence, 'signer' | 'entries' | 'tokens'> | string {
  const certificate = annotations[CERTIFICATE] ?? '';
  const leaf = certificate === '' ? null : readCertificate(certificate);
  if (leaf === undefined) return 'the annotation with the certificate is not one certificate in PEM';
  const entry = readEntry(annotations[BUNDLE]);
  if (typeof entry === 'string') return entry;
  const token = readAnnotation(annotations[TIMESTAMP], timestampShape, 'timestamp');
  if (typeof token === 'string') return token;
  if (token !== null && token.SignedRFC3161Timestamp.length > MAX_DER_BYTES) {
    return `the annotation with the timestamp has more than ${MAX_DER_BYTES} bytes`;
  }
  return {
    signer: leaf === null ? { kind: 'key', hint: null } : { kind: 'certificate', leaf, others: [] },
    entries: entry === null ? [] : [entry],
    tokens: token === null ? [] : [token.SignedRFC3161Timestamp],
  };
}

function readCertificate(pem: string): Buffer | undefined {
  const [block] = pem.length <= MAX_ANNOTATION_BYTES ? (readPem(pem, 1) ?? []) : [];
  return block?.label === 'CERTIFICATE' ? block.der : undefined;
}

function readEntry(text: string | undefined): TransparencyLogEntry | string | null {
  const read = readAnnotation(text, bundleShape, 'log entry');
  if (read === null || typeof read === 'string') return read;
  const { SignedEntryTimestamp: promise, Payload: payload } = read;
  return logEntryV1({ ...payload, promise, proof: null });
}

/** Null for one that is not there: it may be empty instead. */
function readAnnotation<T>(text: string | undefined, shape: Shape<T>, what: string): T | string | null {
  if (text === undefined || text === '') return null;
  const json = readStrictJson(Buffer.from(text), { maxBytes: MAX_ANNOTATION_BYTES, numbers: 'exact' });
  if ('problem' in json) return `the annotation with the ${what} ${json.problem}`;
  const read = applyShape(shape, json.value);
  return read instanceof ShapeMismatch
    ? `the annotation with the ${what} has "${read.place}" of a wrong form: ${read.message}`
    : read;
}
