/**
 * Bills of materials come wrapped: as the predicate of an in-toto statement (BuildKit, `cosign attest`), and the
 * statement in a signed envelope (DSSE). Unwrapping is not verifying: a signature is neither checked nor believed
 * here, so subjects are what the statement claims.
 *
 * in-toto attestation framework, `spec/v1/statement.md` and `spec/v0/README.md`; DSSE, `envelope.md`; Sigstore bundle,
 * `sigstore_bundle.proto`.
 */
import { isObject, type JsonObject, objectsIn, parseJson } from '../formats/json.ts';
import { type Digest, isDigest } from '../model/digest.ts';

/** What a statement says it is about. */
export interface StatementSubject {
  readonly name: string;
  /** Null where it has no SHA-256 and no SHA-512. */
  readonly digest: Digest | null;
}

export interface Statement {
  /** URI of what kind of thing the predicate is: `https://spdx.dev/Document`, `https://cyclonedx.org/bom`. */
  readonly predicateType: string;
  readonly subjects: readonly StatementSubject[];
  /** Signatures that the envelope carries, none of them verified; null for a statement without an envelope. */
  readonly signatures: number | null;
}

export interface Unwrapped {
  /** The innermost document: an object, or a text such as SPDX's tag-value form. */
  readonly document: unknown;
  /** Null for a document that was not wrapped. */
  readonly statement: Statement | null;
}

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Envelope, bundle and statement are three; more is somebody's game. */
const MAX_WRAPPERS = 4;

/** Takes a document out of Sigstore bundle, DSSE envelope and in-toto statement, in whatever of these it lies. */
export function unwrapStatement(value: unknown): Unwrapped {
  let document = value;
  let statement: Statement | null = null;
  let signatures: number | null = null;
  for (let depth = 0; depth < MAX_WRAPPERS && isObject(document); depth += 1) {
    const envelope = envelopeIn(document);
    if (envelope !== null) {
      signatures = Array.isArray(envelope['signatures']) ? envelope['signatures'].length : 0;
      document = payloadOf(envelope);
    } else if (typeof document['predicateType'] === 'string' && 'predicate' in document) {
      const { predicateType, predicate } = document;
      statement = { predicateType, subjects: objectsIn(document['subject']).map(toSubject), signatures };
      document = predicateDocument(predicate);
    } else break;
  }
  return { document, statement };
}

function envelopeIn(document: JsonObject): JsonObject | null {
  const bundled = document['dsseEnvelope'];
  const envelope = isObject(bundled) ? bundled : document;
  return envelope['payloadType'] === PAYLOAD_TYPE && typeof envelope['payload'] === 'string'
    ? envelope
    : null;
}

/** Base64 in its standard or its URL-safe alphabet. DSSE, `envelope.md`. */
function payloadOf({ payload }: JsonObject): unknown {
  return parseJson(Buffer.from(String(payload), 'base64').toString('utf8'));
}

/** Older cosign puts the bill one level deeper, beside a timestamp, and SPDX as text. */
function predicateDocument(predicate: unknown): unknown {
  if (!isObject(predicate) || !('Data' in predicate)) return predicate;
  const { Data: data } = predicate;
  return typeof data === 'string' ? (parseJson(data) ?? data) : data;
}

function toSubject({ name, digest }: JsonObject): StatementSubject {
  const digests = isObject(digest) ? digest : {};
  const texts = ['sha256', 'sha512'].map((algorithm) => `${algorithm}:${String(digests[algorithm])}`);
  return { name: typeof name === 'string' ? name : '', digest: texts.find(isDigest) ?? null };
}
