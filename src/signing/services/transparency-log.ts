/** Entries in transparency logs with Rekor's interfaces, versions 1 and 2, in the form in which bundles keep them. */
import { createHash } from 'node:crypto';
import { count, list, object, optional, record, refined, type Shaped, string } from '../../oci/shape.ts';
import {
  askService,
  below,
  readAnswer,
  type ServiceOptions,
  type ServiceRequest,
  wrongAnswer,
} from './service-client.ts';

const SERVICE = 'the transparency log';
const MAX_BODY = 512 * 1024;
const MAX_HASHES = 64;
const MAX_CHECKPOINT = 8 * 1024;
const JSON_TYPE = { 'content-type': 'application/json', accept: 'application/json' };

/** A signature and what one needs to check it. */
export interface LoggableSignature {
  readonly signature: Buffer;
  /** The message, or the encoding of the envelope. */
  readonly signed: Uint8Array;
  /** The envelope as JSON; null for a message. */
  readonly envelope: string | null;
  readonly verifier: {
    readonly kind: 'publicKey' | 'x509Certificate';
    readonly pem: string;
    readonly der: Buffer;
    /** `PublicKeyDetails` of sigstore_common.proto. */
    readonly keyDetails: string;
  };
}

/** `TransparencyLogEntry` of sigstore_rekor.proto, in JSON. */
export interface LogEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  /** Seconds since the epoch; only entries with a promise have it. */
  readonly integratedTime?: string;
  readonly inclusionPromise?: { readonly signedEntryTimestamp: string };
  readonly inclusionProof: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

/**
 * Puts a signature into a log. Whether the entry is about this signature is left to whoever verifies the whole.
 *
 * @param log.version of the interface
 * @throws {SigningError} SIGNING_SERVICE_UNAVAILABLE, SIGNING_SERVICE_ANSWER
 */
export function logSignature(
  log: { readonly url: URL; readonly version: 1 | 2 },
  what: LoggableSignature,
  options: ServiceOptions,
): Promise<LogEntry> {
  return log.version === 1 ? logInVersion1(log.url, what, options) : logInVersion2(log.url, what, options);
}

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const hexText = refined(
  string(200),
  (text): text is string => /^(?:[0-9a-f]{2})+$/.test(text),
  'hexadecimal digits',
);

const entryV1 = object({
  body: string(MAX_BODY),
  integratedTime: count,
  logID: hexText,
  logIndex: count,
  verification: object({
    inclusionProof: object({
      checkpoint: string(MAX_CHECKPOINT),
      hashes: list(hexText, MAX_HASHES),
      logIndex: count,
      rootHash: hexText,
      treeSize: count,
    }),
    signedEntryTimestamp: string(1024),
  }),
});
const answerV1 = record(entryV1);

/** sigstore/rekor, `openapi.yaml`, createLogEntry. */
async function logInVersion1(url: URL, what: LoggableSignature, options: ServiceOptions): Promise<LogEntry> {
  const proposal = what.envelope === null ? proposeMessage(what) : proposeEnvelope(what, what.envelope);
  const request: ServiceRequest = {
    service: SERVICE,
    method: 'POST',
    url: below(url, 'api/v1/log/entries'),
    headers: JSON_TYPE,
    body: JSON.stringify(proposal),
    // 409 is for an entry that is there already, after a try whose answer was lost
    done: [201, 409],
  };
  const created = await askService(request, options);
  const asked = created.status === 201 ? request : existingEntry(request, created.header('location'));
  const answer = created.status === 201 ? created : await askService(asked, options);
  const [entry, another] = Object.values(readAnswer(answerV1, answer, asked));
  if (entry === undefined || another !== undefined) throw wrongAnswer(SERVICE, url, 'it sent not one entry');
  return toLogEntry(entry, { kind: proposal.kind, version: proposal.apiVersion });
}

interface Proposal {
  readonly apiVersion: '0.0.1';
  readonly kind: 'hashedrekord' | 'dsse';
  readonly spec: object;
}

function proposeMessage({ signature, signed, verifier }: LoggableSignature): Proposal {
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256(signed).toString('hex') } },
      signature: { content: base64(signature), publicKey: { content: base64(verifier.pem) } },
    },
  };
}

function proposeEnvelope({ verifier }: LoggableSignature, envelope: string): Proposal {
  const proposedContent = { envelope, verifiers: [base64(verifier.pem)] };
  return { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent } };
}

/** The log says where the entry is; it can only be at the log itself. */
function existingEntry(request: ServiceRequest, location: string | null): ServiceRequest {
  const url = location === null ? null : URL.parse(location, request.url.href);
  if (url?.origin !== request.url.origin)
    throw wrongAnswer(SERVICE, request.url, 'it has the entry already, but does not say where');
  return { service: SERVICE, method: 'GET', url, headers: { accept: 'application/json' }, done: [200] };
}

const hexToBase64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

function toLogEntry(entry: Shaped<typeof entryV1>, kindVersion: LogEntry['kindVersion']): LogEntry {
  const { inclusionProof: proof, signedEntryTimestamp } = entry.verification;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: hexToBase64(entry.logID) },
    kindVersion,
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      rootHash: hexToBase64(proof.rootHash),
      treeSize: String(proof.treeSize),
      hashes: proof.hashes.map(hexToBase64),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: entry.body,
  };
}

/** 64-bit integers are texts in the JSON of protobuf, and small ones may be left out. */
const int64 = refined(string(20), (text): text is string => /^\d+$/.test(text), 'a whole number as text');

const answerV2 = object({
  logIndex: optional(int64),
  logId: object({ keyId: string(200) }),
  kindVersion: object({ kind: string(100), version: string(100) }),
  inclusionProof: object({
    logIndex: optional(int64),
    rootHash: string(200),
    treeSize: int64,
    hashes: optional(list(string(200), MAX_HASHES)),
    checkpoint: object({ envelope: string(MAX_CHECKPOINT) }),
  }),
  canonicalizedBody: string(MAX_BODY),
});

/** sigstore/rekor-tiles, `CLIENTS.md` and `api/proto/rekor/v2`. It answers when the entry is in the tree. */
async function logInVersion2(url: URL, what: LoggableSignature, options: ServiceOptions): Promise<LogEntry> {
  const { signature, signed, verifier } = what;
  const { kind, der, keyDetails } = verifier;
  const request: ServiceRequest = {
    service: SERVICE,
    method: 'POST',
    url: below(url, 'api/v2/log/entries'),
    headers: JSON_TYPE,
    body: JSON.stringify({
      hashedRekordRequestV002: {
        digest: base64(sha256(signed)),
        signature: {
          content: base64(signature),
          verifier: { [kind]: { rawBytes: base64(der) }, keyDetails },
        },
      },
    }),
    done: [200, 201],
  };
  const { inclusionProof: proof, ...entry } = readAnswer(
    answerV2,
    await askService(request, options),
    request,
  );
  return {
    ...entry,
    logIndex: entry.logIndex ?? '0',
    inclusionProof: { ...proof, logIndex: proof.logIndex ?? '0', hashes: proof.hashes ?? [] },
  };
}
