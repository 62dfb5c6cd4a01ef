/**
 * The verifier of @sigstore/verify, asked one question at a time. Its `verify` answers all of them at once, in an order of its own,
 * with one error for the first that fails; a report has to say which check failed and which were not made. So each question is put
 * with an entity that has only what the question is about, and `NOT_ASKED` in the place of the rest.
 */
import { createSecretKey } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { RFC3161Timestamp, X509Certificate } from '@sigstore/core';
import { type SignedEntity, type TrustMaterial, VerificationError, Verifier } from '@sigstore/verify';

/** Why the library says no. */
export interface Objection {
  /** Of the library; null for errors that are not its own. */
  readonly code: VerificationError['code'] | null;
  readonly reason: string;
}

type Authority = TrustMaterial['timestampAuthorities'][number];
export type Log = TrustMaterial['tlogs'][number];

/** Answers to questions about the signature, which the callers of this file put to others: see `keys.ts` and `log-body.ts`. */
const NOT_ASKED: SignedEntity['signature'] = {
  signature: Buffer.alloc(0),
  compareSignature: () => true,
  compareDigest: () => true,
  compareSignedDigest: () => true,
  verifySignature: () => true,
};

/** The library wants a key even where it verifies nothing with it. */
const NO_KEY = createSecretKey(Buffer.alloc(1));

const NO_ONE: TrustMaterial = {
  publicKey: () => ({ publicKey: NO_KEY, validFor: () => true }),
  certificateAuthorities: [],
  timestampAuthorities: [],
  tlogs: [],
  ctlogs: [],
};

const NO_THRESHOLDS = { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 };

/** Whether a token is by an authority, in its chain's and its own window, and covers the bytes. RFC 3161. */
export function objectionToToken(
  timestamp: RFC3161Timestamp,
  covered: Uint8Array,
  authority: Authority,
): Objection | null {
  return objectionIn(() =>
    ask(
      { signature: Buffer.from(covered), timestamps: [{ $case: 'timestamp-authority', timestamp }] },
      { timestampAuthorities: [authority] },
    ),
  );
}

/** Whether a log promised to keep an entry, and so said when: its signature over body, time, index and log. */
export function objectionToPromise(entry: TransparencyLogEntry, log: Log): Objection | null {
  return objectionToEntry({ ...entry, inclusionProof: undefined }, { ...log, logID: entry.logId.keyId });
}

/**
 * Whether the proof of an entry leads to the root of its checkpoint, and the checkpoint is signed by the log's key.
 *
 * @param keyHint four bytes, by which checkpoints name the key; the library wants them at the front of the log's identifier
 */
export function objectionToProof(entry: TransparencyLogEntry, log: Log, keyHint: Buffer): Objection | null {
  return objectionToEntry(
    { ...entry, inclusionPromise: undefined, logId: { keyId: keyHint } },
    { ...log, logID: keyHint },
  );
}

function objectionToEntry(entry: TransparencyLogEntry, log: Log): Objection | null {
  const objection = objectionIn(() => ask({ tlogEntries: [entry] }, { tlogs: [log] }));
  // the body comes last, and `log-body.ts` compares more of it and reads older kinds
  return objection?.code === 'TLOG_BODY_ERROR' ? null : objection;
}

/**
 * Whether a certificate chains to an authority at all of the times, and whether certificate logs promised to publish it.
 *
 * @param times at least one: without, the library looks at no chain
 */
export function objectionToCertificate(
  certificate: X509Certificate,
  times: readonly Date[],
  material: TrustMaterial,
  certificateTransparency: number,
): Objection | null {
  return objectionIn(() => {
    const entity: SignedEntity = {
      signature: NOT_ASKED,
      key: { $case: 'certificate', certificate },
      tlogEntries: [],
      timestamps: times.map(atTime),
    };
    new Verifier(material, { ...NO_THRESHOLDS, ctlogThreshold: certificateTransparency }).verify(entity);
  });
}

function ask(
  about: Partial<Omit<SignedEntity, 'signature'>> & { readonly signature?: Buffer },
  trusted: Partial<TrustMaterial>,
): void {
  const entity: SignedEntity = {
    key: { $case: 'public-key', hint: '' },
    tlogEntries: [],
    timestamps: [],
    ...about,
    signature: { ...NOT_ASKED, signature: about.signature ?? NOT_ASKED.signature },
  };
  new Verifier({ ...NO_ONE, ...trusted }, NO_THRESHOLDS).verify(entity);
}

/** A time that was verified before, in the form in which the library takes times without a token. */
function atTime(time: Date): SignedEntity['timestamps'][number] {
  const tlogEntry: TransparencyLogEntry = {
    logIndex: '0',
    logId: { keyId: Buffer.alloc(0) },
    kindVersion: { kind: '', version: '' },
    integratedTime: String(time.getTime() / 1000),
    inclusionPromise: { signedEntryTimestamp: Buffer.alloc(0) },
    inclusionProof: undefined,
    canonicalizedBody: Buffer.alloc(0),
  };
  return { $case: 'transparency-log', tlogEntry };
}

function objectionIn(run: () => void): Objection | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof VerificationError) {
      const { cause } = error;
      const detail = cause instanceof Error ? `: ${cause.message}` : '';
      return { code: error.code, reason: error.message + detail };
    }
    // in hostile DER the library runs into what is not there: TypeError, RangeError, and its own
    if (error instanceof Error) return { code: null, reason: error.message };
    throw error;
  }
}
