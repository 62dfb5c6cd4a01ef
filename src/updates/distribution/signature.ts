/**
 * Channels are signed with DSSE (https://github.com/secure-systems-lab/dsse, protocol 1.0.2): the signature covers the
 * type and the very bytes of the payload, so nothing is parsed before it is verified.
 */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { preAuthenticationEncoding } from '../../formats/dsse.ts';
import { digestOf } from '../../model/digest.ts';
import { z } from 'zod';
import { UpdateError } from '../errors.ts';

export const PAYLOAD_TYPE = 'application/vnd.hallmark.advisories.channel.v1+json';
/** Far more than any channel. */
export const MAX_ENVELOPE_BYTES = 1 << 20;

const Base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const Envelope = z.object({
  payloadType: z.literal(PAYLOAD_TYPE),
  payload: Base64,
  signatures: z.array(z.object({ keyid: z.string().max(200).default(''), sig: Base64 })).max(100),
});

/** @throws {UpdateError} CHANNEL_KEY_INVALID */
export function parseSigningKey(pem: string, name: string): KeyObject {
  return usableKey(() => createPrivateKey(pem), name);
}

/** @throws {UpdateError} CHANNEL_KEY_INVALID */
export function parseVerificationKey(pem: string, name: string): KeyObject {
  return usableKey(() => createPublicKey(pem), name);
}

function usableKey(read: () => KeyObject, name: string): KeyObject {
  const invalid = (reason: string, cause?: unknown) =>
    new UpdateError('CHANNEL_KEY_INVALID', `${name} is not a key for channels: ${reason}`, {
      subject: name,
      cause,
    });
  let key: KeyObject;
  try {
    key = read();
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1')) return key;
  throw invalid(`it is of the kind ${type ?? 'secret'}`);
}

/** SHA-256 of the public key in DER: what a key is called by. */
export function keyIdentifier(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return digestOf(der);
}

/** The envelope around a payload, signed by the key. */
export function signPayload(payload: Uint8Array, key: KeyObject): Uint8Array {
  const sig = sign(hashOf(key), preAuthenticationEncoding(PAYLOAD_TYPE, payload), key).toString('base64');
  const envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: keyIdentifier(key), sig }],
  };
  return Buffer.from(`${JSON.stringify(envelope)}\n`);
}

/**
 * The payload of an envelope that the key signed.
 *
 * @param name what to call it in an error
 * @throws {UpdateError} CHANNEL_UNREADABLE, CHANNEL_UNSIGNED
 */
export function verifyEnvelope(envelope: Uint8Array, key: KeyObject, name: string): Buffer {
  const read = Envelope.safeParse(parseJson(envelope));
  if (!read.success)
    throw new UpdateError('CHANNEL_UNREADABLE', `${name} is not a signed channel`, { subject: name });
  const payload = Buffer.from(read.data.payload, 'base64');
  const signed = preAuthenticationEncoding(PAYLOAD_TYPE, payload);
  // the key identifier is a hint that anybody can write; only the signature counts
  const isSigned = read.data.signatures.some(({ sig }) =>
    verify(hashOf(key), signed, key, Buffer.from(sig, 'base64')),
  );
  if (isSigned) return payload;
  const message = `${name} is not signed by the key ${keyIdentifier(key)}`;
  throw new UpdateError('CHANNEL_UNSIGNED', message, { subject: name });
}

/** Ed25519 hashes by itself. */
function hashOf(key: KeyObject): string | null {
  return key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
