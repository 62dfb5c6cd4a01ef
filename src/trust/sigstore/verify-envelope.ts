/** DSSE envelopes outside of bundles, signed with a key. docker/attest, `attestation/types.go`; sigstore/rekor, `openapi.yaml`. */
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { decodeBase64 } from '../../formats/base64.ts';
import {
  applyShape,
  count,
  list,
  literal,
  mapped,
  object,
  optional,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import { readEnvelope } from '../evidence/dsse-envelope.ts';
import type { Evidence, EvidenceOutcome } from '../evidence/evidence.ts';
import type { VerificationContext } from '../evidence/outcome.ts';
import { logEntryV1 } from './log-entry-v1.ts';
import { unreadableOutcome, verifyStatement } from './verify-claimed.ts';

/** Verifies an envelope against the keys. Docker's has an entry of Rekor beside its signature, others have nothing. */
export function verifyEnvelope(evidence: Evidence, context: VerificationContext): EvidenceOutcome {
  const envelope = readEnvelope(evidence.content);
  if (typeof envelope === 'string') return unreadableOutcome(evidence, envelope);
  const entry = entryIn(envelope.extension);
  if (typeof entry === 'string') return unreadableOutcome(evidence, entry);
  const { payloadType, payload, signedBytes, signature, keyId } = envelope;
  const signed = {
    signedBytes,
    signature,
    envelope: { payload, document: evidence.content },
    signer: { kind: 'key', hint: keyId },
    entries: entry === null ? [] : [entry],
    tokens: [],
    timestamped: [],
  } as const;
  return verifyStatement(evidence, { signed, payloadType, payload }, context);
}

const base64 = present(mapped(string(), decodeBase64), 'canonical base64');
const hash = present(
  mapped(string(64), (text) => (/^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : null)),
  'a SHA-256 in hexadecimal',
);

const extensionShape = object({
  kind: literal('application/vnd.docker.attestation-verification.v1+json'),
  ext: object({
    tl: object({
      kind: literal('Rekor'),
      data: object({
        body: base64,
        integratedTime: count,
        logIndex: count,
        logID: string(64),
        verification: object({
          signedEntryTimestamp: base64,
          inclusionProof: optional(
            object({
              checkpoint: string(4096),
              hashes: list(hash, 64),
              logIndex: count,
              rootHash: hash,
              treeSize: count,
            }),
          ),
        }),
      }),
    }),
  }),
});

/** Null where there is no extension; a text says why one cannot be read. */
function entryIn(extension: unknown): TransparencyLogEntry | string | null {
  if (extension === undefined || extension === null) return null;
  const read = applyShape(extensionShape, extension);
  if (read instanceof ShapeMismatch)
    return `the envelope's extension has "${read.place}", which ${read.message}`;
  const { verification, ...entry } = read.ext.tl.data;
  const { signedEntryTimestamp: promise, inclusionProof } = verification;
  const proof = inclusionProof && {
    logIndex: String(inclusionProof.logIndex),
    treeSize: String(inclusionProof.treeSize),
    rootHash: inclusionProof.rootHash,
    hashes: [...inclusionProof.hashes],
    checkpoint: { envelope: inclusionProof.checkpoint },
  };
  return logEntryV1({ ...entry, promise, proof });
}

function present<T>(shape: Shape<T | null>, wanted: string): Shape<T> {
  return refined(shape, (found): found is NonNullable<T> => found !== null, wanted);
}
