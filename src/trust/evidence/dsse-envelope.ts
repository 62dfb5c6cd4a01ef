/** DSSE envelopes that stand alone, read strictly. https://github.com/secure-systems-lab/dsse, `envelope.md` 1.0.2 */
import { decodeBase64 } from '../../formats/base64.ts';
import { preAuthenticationEncoding } from '../../formats/dsse.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import {
  anything,
  applyShape,
  list,
  mapped,
  object,
  optional,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';

/** A statement of 40 MiB in base64. */
const MAX_ENVELOPE_BYTES = 64 * 1024 * 1024;

export interface DsseEnvelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  /** What the signature covers. */
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
  /** A hint that nobody has signed; null where there is none. */
  readonly keyId: string | null;
  /** What docker/attest adds to a signature; unsigned. */
  readonly extension: unknown;
}

/** The specification also allows the alphabet for addresses; one spelling is enough, and two are two documents for one signature. */
const base64 = mapped(string(), decodeBase64);

const envelopeShape = object({
  payloadType: string(255),
  payload: base64,
  signatures: list(object({ sig: base64, keyid: optional(string(1024)), extension: anything }), 16),
});

/** Reads an envelope; a text says why it is none. */
export function readEnvelope(bytes: Uint8Array): DsseEnvelope | string {
  const json = readStrictJson(bytes, { maxBytes: MAX_ENVELOPE_BYTES, numbers: 'exact' });
  if ('problem' in json) return `the envelope ${json.problem}`;
  const read = applyShape(envelopeShape, json.value);
  if (read instanceof ShapeMismatch) return `the envelope's "${read.place}" ${read.message}`;
  const { payloadType, payload, signatures } = read;
  const [signature, ...others] = signatures;
  // with several, which of them counts would depend on the reader
  if (signature === undefined || others.length > 0) {
    return `the envelope has ${signatures.length} signatures; expected one`;
  }
  if (payload === null || signature.sig === null) return 'the envelope has no canonical base64';
  return {
    payloadType,
    payload,
    signedBytes: preAuthenticationEncoding(payloadType, payload),
    signature: signature.sig,
    keyId: signature.keyid === '' ? null : signature.keyid,
    extension: signature.extension,
  };
}
