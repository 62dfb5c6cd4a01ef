/** One signature, with the log entries and timestamps that speak for it. */
import { preAuthenticationEncoding } from '../formats/dsse.ts';
import { STATEMENT_PAYLOAD_TYPE } from '../trust/statements/statement.ts';
import { type SigningKey, toPublicPem } from './keys/signing-key.ts';
import type { IssuedCertificate } from './services/certificate-authority.ts';
import type { ServiceOptions } from './services/service-client.ts';
import { requestTimestamp } from './services/timestamp-authority.ts';
import { type LogEntry, type LoggableSignature, logSignature } from './services/transparency-log.ts';

/** Who signs: a key, and where it has one its certificate. */
export interface SigningIdentity {
  readonly key: SigningKey;
  readonly certificate: IssuedCertificate | null;
}

/** Where signatures are made known. */
export interface Witnesses {
  readonly logs: readonly { readonly url: URL; readonly version: 1 | 2 }[];
  readonly timestampAuthorities: readonly URL[];
}

export interface SignOptions {
  readonly witnesses: Witnesses;
  /** What timestamps cover: cosign's older format has them over whole envelopes, everything else over the signature. */
  readonly timestamped: 'signature' | 'envelope';
  /** To speak to the witnesses; not used where there are none. */
  readonly services: ServiceOptions;
  /** As `crypto.randomBytes`. */
  readonly random: (bytes: number) => Buffer;
}

/** Signed in an envelope, or as bytes. */
export type Content =
  | { readonly kind: 'statement'; readonly payload: Buffer }
  | { readonly kind: 'message'; readonly bytes: Uint8Array };

export interface SignedContent {
  readonly content: Content;
  readonly signature: Buffer;
  /** DSSE, as JSON; null for a message. */
  readonly envelope: Envelope | null;
  readonly entries: readonly LogEntry[];
  readonly timestamps: readonly Buffer[];
}

export interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string }[];
}

const NONCE_BYTES = 8;

/**
 * Signs, has the signature timestamped, then logged.
 *
 * @throws {SigningError}
 */
export async function signContent(
  content: Content,
  identity: SigningIdentity,
  { witnesses, timestamped, services, random }: SignOptions,
): Promise<SignedContent> {
  const signed = signedBytes(content);
  const signature = await identity.key.sign(signed, services.signal);
  const envelope = content.kind === 'message' ? null : toEnvelope(content.payload, signature);
  const document = envelope === null ? null : JSON.stringify(envelope);
  const covered = timestamped === 'envelope' && document !== null ? Buffer.from(document) : signature;
  const timestamps = await Promise.all(
    witnesses.timestampAuthorities.map((url) =>
      requestTimestamp(url, covered, random(NONCE_BYTES), services),
    ),
  );
  const loggable: LoggableSignature = {
    signature,
    signed,
    envelope: document,
    verifier: verifierOf(identity),
  };
  const entries = await Promise.all(witnesses.logs.map((log) => logSignature(log, loggable, services)));
  return { content, signature, envelope, entries, timestamps };
}

/** The bytes that a signature covers: the message, or the encoding of the envelope. */
export function signedBytes(content: Content): Uint8Array {
  if (content.kind === 'message') return content.bytes;
  return preAuthenticationEncoding(STATEMENT_PAYLOAD_TYPE, content.payload);
}

function toEnvelope(payload: Buffer, signature: Buffer): Envelope {
  return {
    payload: payload.toString('base64'),
    payloadType: STATEMENT_PAYLOAD_TYPE,
    signatures: [{ sig: signature.toString('base64') }],
  };
}

function verifierOf({ key, certificate }: SigningIdentity): LoggableSignature['verifier'] {
  const { keyDetails } = key.scheme;
  if (certificate !== null) {
    const { leaf } = certificate;
    return { kind: 'x509Certificate', pem: leaf.toString(), der: leaf.raw, keyDetails };
  }
  const der = key.publicKey.export({ type: 'spki', format: 'der' });
  return { kind: 'publicKey', pem: toPublicPem(key.publicKey), der, keyDetails };
}
