import { decodeBase64, decodeBase64Url } from '../../formats/base64.ts';
import { isObject, type JsonObject } from '../../formats/json.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import { applyShape, list, object, optional, ShapeMismatch, string } from '../../oci/shape.ts';
import type { SignatureAlgorithm } from './algorithm.ts';
import { type Envelope, MAX_ENVELOPE_BYTES, readAttributes, readCertificates } from './envelope.ts';
import { type NotationFault, unreadable } from './fault.ts';

export const JWS_MEDIA_TYPE = 'application/jose+json';

const ALGORITHMS: readonly SignatureAlgorithm[] = ['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];
const TIMESTAMP = 'io.cncf.notary.timestampSignature';
/** RFC 3339, with an offset or Z. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

const jws = object({
  payload: string(),
  protected: string(),
  signature: string(),
  header: object({ x5c: list(string(), 100), [TIMESTAMP]: optional(string()) }),
});

/** Reads a flattened JWS: Notary Project, signature-envelope-jws.md; RFC 7515, section 7.2.2. @throws {NotationFault} */
export function parseJwsEnvelope(bytes: Uint8Array): Envelope {
  const document = readJson(bytes, 'the envelope');
  // RFC 7515: never beside a single signature, as readers would disagree about which of them is the signature
  if (Object.hasOwn(document, 'signatures')) throw unreadable('the envelope has several signatures');
  const found = applyShape(jws, document);
  if (found instanceof ShapeMismatch) throw unreadable(`the envelope: ${found.place}: ${found.message}`);
  const header = readJson(fromBase64Url(found.protected, 'the protected header'), 'the protected header');
  const { alg, cty, crit, ...others } = header;
  const { x5c } = found.header;
  const timestamp = found.header[TIMESTAMP];
  return {
    attributes: readAttributes({
      algorithm: ALGORITHMS.find((one) => one === alg) ?? null,
      contentType: cty,
      critical: crit,
      named: new Map(Object.entries(others)),
      readTime,
    }),
    payload: fromBase64Url(found.payload, 'the payload'),
    // the texts as they came: writing them anew could sign what was never signed
    signed: Buffer.from(`${found.protected}.${found.payload}`, 'ascii'),
    signature: fromBase64Url(found.signature, 'the signature'),
    certificates: readCertificates(x5c.map((text) => fromBase64(text, 'a certificate'))),
    countersignature: timestamp === null ? null : fromBase64(timestamp, 'the timestamp'),
  };
}

/** An object in strict JSON. @throws {NotationFault} */
export function readJson(bytes: Uint8Array, subject: string): JsonObject {
  const json = readStrictJson(bytes, { maxBytes: MAX_ENVELOPE_BYTES, numbers: 'exact' });
  if ('problem' in json) throw unreadable(`${subject} ${json.problem}`);
  const { value } = json;
  if (!isObject(value)) throw unreadable(`${subject} is no object`);
  return value;
}

function readTime(value: unknown): Date | null {
  if (typeof value !== 'string' || !TIME.test(value)) return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time;
}

function fromBase64Url(text: string, subject: string): Buffer {
  const bytes = decodeBase64Url(text);
  if (bytes === null) throw notBase64(subject);
  return bytes;
}

function fromBase64(text: string, subject: string): Buffer {
  const bytes = decodeBase64(text);
  if (bytes === null) throw notBase64(subject);
  return bytes;
}

const notBase64 = (subject: string): NotationFault => unreadable(`${subject} is not canonical base64`);
