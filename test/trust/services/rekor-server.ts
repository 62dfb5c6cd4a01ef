import { createPublicKey, publicDecrypt, verify, X509Certificate, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { preAuthenticationEncoding } from '../../../src/formats/dsse.ts';
import { readBody } from '../../loopback.ts';
import { toVerifier } from './bundles.ts';
import {
  dsse,
  hashedRekord,
  hashedRekordV2,
  intoto,
  type EnvelopeJson,
  type Verifier,
} from './log-bodies.ts';
import type { LogBody, LogEntryJson, TransparencyLog } from './transparency-log.ts';

/* Rekor's interfaces, versions 1 and 2: what does not verify is not logged. */

/** A request that the log refuses, as the sentence that it answers. */
type Refusal = string;

/** https://github.com/sigstore/rekor/blob/main/openapi.yaml */
export function rekorV1Handler(log: TransparencyLog) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const { pathname } = new URL(request.url ?? '', 'http://log');
    const uuid = /^\/api\/v1\/log\/entries\/([0-9a-f]{80})$/.exec(pathname)?.[1];
    if (request.method === 'GET' && uuid !== undefined) {
      const found = [...log.entries.values()].find((entry) => uuidOf(log, entry) === uuid);
      if (found === undefined) sendJson(response, 404, { code: 404, message: 'entry not found' });
      else sendJson(response, 200, toLogEntry(log, found));
      return;
    }
    if (request.method !== 'POST' || pathname !== '/api/v1/log/entries') {
      sendJson(response, 404, { code: 404, message: 'no such method' });
      return;
    }
    const logged = proposedBody(JSON.parse(body.toString()) as ProposedEntry);
    if (typeof logged === 'string') {
      sendJson(response, 400, { code: 400, message: logged });
      return;
    }
    const known = log.find(logged);
    const entry = known ?? log.append(logged);
    const location = `/api/v1/log/entries/${uuidOf(log, entry)}`;
    if (known === undefined)
      sendJson(response, 201, toLogEntry(log, entry), { etag: uuidOf(log, entry), location });
    else {
      const message = 'an equivalent entry already exists in the transparency log';
      sendJson(response, 409, { code: 409, message }, { location });
    }
  };
}

function sendJson(
  response: ServerResponse,
  status: number,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

const uuidOf = (log: TransparencyLog, entry: LogEntryJson): string =>
  log.uuid(Buffer.from(entry.canonicalizedBody, 'base64'));

const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

/** `LogEntry`: hashes in hexadecimal, where bundles have base64. */
function toLogEntry(log: TransparencyLog, entry: LogEntryJson): object {
  const { inclusionProof: proof, inclusionPromise: promise } = entry;
  return {
    [uuidOf(log, entry)]: {
      body: entry.canonicalizedBody,
      integratedTime: Number(entry.integratedTime),
      logID: hex(entry.logId.keyId),
      logIndex: Number(entry.logIndex),
      verification: {
        inclusionProof: {
          checkpoint: proof?.checkpoint.envelope,
          hashes: proof?.hashes.map(hex),
          logIndex: Number(proof?.logIndex),
          rootHash: hex(proof?.rootHash ?? ''),
          treeSize: Number(proof?.treeSize),
        },
        signedEntryTimestamp: promise?.signedEntryTimestamp,
      },
    },
  };
}

type ProposedEntry =
  | {
      readonly kind: 'hashedrekord';
      readonly spec: {
        readonly data: { readonly hash: { readonly algorithm: string; readonly value: string } };
        readonly signature: { readonly content: string; readonly publicKey: { readonly content: string } };
      };
    }
  | {
      readonly kind: 'dsse';
      readonly spec: {
        readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] };
      };
    }
  | {
      readonly kind: 'intoto';
      readonly spec: {
        readonly content: {
          readonly envelope: {
            readonly payload: string;
            readonly payloadType: string;
            readonly signatures: readonly { readonly sig: string; readonly publicKey: string }[];
          };
        };
      };
    };

function proposedBody(entry: ProposedEntry): LogBody | Refusal {
  switch (entry.kind) {
    case 'hashedrekord': {
      const { data, signature } = entry.spec;
      if (data.hash.algorithm !== 'sha256') return `${data.hash.algorithm} is not taken here`;
      const verifier = readVerifier(signature.publicKey.content);
      const value = Buffer.from(signature.content, 'base64');
      const hash = Buffer.from(data.hash.value, 'hex');
      return isSignatureOverHash(verifier, hash, value) ? hashedRekord(value, hash, verifier) : NOT_VALID;
    }
    case 'dsse': {
      const { envelope, verifiers } = entry.spec.proposedContent;
      return loggedEnvelope(dsse, envelope, verifiers[0] ?? '');
    }
    case 'intoto': {
      const { payload, payloadType, signatures } = entry.spec.content.envelope;
      const inner = signatures.map(({ sig }) => ({ sig: decoded(sig) }));
      const envelope = { payload: decoded(payload), payloadType, signatures: inner };
      return loggedEnvelope(intoto, JSON.stringify(envelope), signatures[0]?.publicKey ?? '');
    }
    default:
      return 'entries of this kind are not taken';
  }
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString();

const NOT_VALID = 'verifying signature: invalid signature when validating ASN.1 encoded signature';

function loggedEnvelope(
  toBody: (text: string, verifier: Verifier) => LogBody,
  text: string,
  content: string,
): LogBody | Refusal {
  const verifier = readVerifier(content);
  const envelope = JSON.parse(text) as EnvelopeJson;
  const signed = preAuthenticationEncoding(envelope.payloadType, Buffer.from(envelope.payload, 'base64'));
  const algorithm = keyOf(verifier).asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const holds = envelope.signatures.every(({ sig }) =>
    verify(algorithm, signed, keyOf(verifier), Buffer.from(sig, 'base64')),
  );
  return holds ? toBody(text, verifier) : NOT_VALID;
}

/** The PEM of a key or certificate, in base64. */
function readVerifier(content: string): Verifier {
  const pem = Buffer.from(content, 'base64').toString();
  if (!pem.includes('BEGIN CERTIFICATE')) return toVerifier(createPublicKey(pem), null);
  const certificate = new X509Certificate(pem);
  return toVerifier(certificate.publicKey, certificate.raw);
}

function keyOf({ kind, pem }: Verifier): KeyObject {
  return kind === 'certificate' ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

const CURVES: Readonly<Partial<Record<string, typeof p256>>> = {
  prime256v1: p256,
  secp384r1: p384,
  secp521r1: p521,
};

/** A log of hashes has no content that `crypto.verify` could hash itself. */
function isSignatureOverHash(verifier: Verifier, hash: Buffer, signature: Buffer): boolean {
  const key = keyOf(verifier);
  // The signed hash ends the DigestInfo. RFC 8017, 9.2
  if (key.asymmetricKeyType === 'rsa') return publicDecrypt(key, signature).subarray(-32).equals(hash);
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (curve === undefined) return false;
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return curve.verify(signature, hash, point, { prehash: false, format: 'der', lowS: false });
}

interface CreateEntryRequest {
  readonly hashedRekordRequestV002?: {
    readonly digest: string;
    readonly signature: {
      readonly content: string;
      readonly verifier: {
        readonly publicKey?: { readonly rawBytes: string };
        readonly x509Certificate?: { readonly rawBytes: string };
      };
    };
  };
}

/** https://github.com/sigstore/rekor-tiles/blob/main/api/proto/rekor/v2/rekor_service.proto */
export function rekorV2Handler(log: TransparencyLog) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const { hashedRekordRequestV002: asked } =
      request.method === 'POST' && request.url === '/api/v2/log/entries'
        ? (JSON.parse(body.toString()) as CreateEntryRequest)
        : {};
    if (asked === undefined) {
      sendJson(response, 404, { code: 5, message: 'only hashedrekord is taken' });
      return;
    }
    const { content, verifier: given } = asked.signature;
    const key = Buffer.from(given.publicKey?.rawBytes ?? '', 'base64');
    const certificate = Buffer.from(given.x509Certificate?.rawBytes ?? '', 'base64');
    const verifier =
      certificate.length > 0
        ? toVerifier(new X509Certificate(certificate).publicKey, certificate)
        : toVerifier(createPublicKey({ key, format: 'der', type: 'spki' }), null);
    const hash = Buffer.from(asked.digest, 'base64');
    const signature = Buffer.from(content, 'base64');
    if (!isSignatureOverHash(verifier, hash, signature)) {
      sendJson(response, 400, { code: 3, message: NOT_VALID });
      return;
    }
    const logged = hashedRekordV2(signature, hash, verifier);
    sendJson(response, 201, log.find(logged) ?? log.append(logged));
  };
}
