/**
 * Signatures of Notation. The order is that of the Notary Project's trust-store-trust-policy.md, "Signature Verification":
 * integrity, authenticity, expiry, authentic timestamp, revocation. Which store and which subject may sign, a policy says.
 */
import type { Check, Endorsement } from '../../model/trust.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import { applyShape, count, object, ShapeMismatch, string } from '../../oci/shape.ts';
import { check, type CheckId } from '../checks/checks.ts';
import { isFuture } from '../clock-skew.ts';
import type { Evidence, EvidenceOutcome, Subjects } from '../evidence/evidence.ts';
import type { CertificateStore } from '../material/material.ts';
import type { VerificationContext } from '../evidence/outcome.ts';
import { algorithmOf, verifiesSignature } from './algorithm.ts';
import { chainFault, validityFault } from './certificate-chain.ts';
import type { Certificate } from './certificate.ts';
import { COSE_MEDIA_TYPE, parseCoseEnvelope } from './cose-envelope.ts';
import { type CertifiedTime, verifyCountersignature } from './countersignature.ts';
import type { Envelope, SigningScheme } from './envelope.ts';
import { NotationFault, unreadable } from './fault.ts';
import { JWS_MEDIA_TYPE, parseJwsEnvelope, readJson } from './jws-envelope.ts';

/** Which stores vouch for whom: a signing authority's word about the time counts, another signer's does not. */
const STORE_KINDS: Readonly<Record<SigningScheme, CertificateStore['kind']>> = {
  'notary.x509': 'ca',
  'notary.x509.signingAuthority': 'signing-authority',
};

/** What is left open when an earlier check fails. */
const AFTER_INTEGRITY = [
  'notation.attributes',
  'notation.chain',
  'signature.value',
  'subject.digest',
  'notation.store',
  'notation.timestamp',
  'notation.validity',
] as const;

/** Verifies one envelope, JWS or COSE. Nothing that is wrong with it is an exception. */
export function verifyNotation(evidence: Evidence, context: VerificationContext): EvidenceOutcome {
  const checks: Check[] = [];
  const note = (id: CheckId, outcome: Check['outcome'], reason: string): void => {
    checks.push(check(id, outcome, evidence.digest, reason));
  };
  /** Makes a check and keeps how it failed; null where it did. */
  const ask = <T>(id: CheckId, question: () => T): T | null => {
    try {
      return question();
    } catch (error) {
      if (!(error instanceof NotationFault)) throw error;
      note(error.check ?? id, 'failed', error.message);
      return null;
    }
  };
  const end = (
    result: EvidenceOutcome['result'],
    endorsements: readonly Endorsement[] = [],
  ): EvidenceOutcome => ({ evidence, result, checks, endorsements });

  const endEarly = (): EvidenceOutcome => {
    for (const id of AFTER_INTEGRITY) {
      if (!checks.some((made) => made.id === id)) note(id, 'not-checked', 'an earlier check failed');
    }
    return end('fails');
  };

  // integrity first: until it is known who signed what, no other question has a meaning
  const envelope = ask('evidence.readable', () => readEnvelope(evidence));
  if (envelope === null) return endEarly();
  const { attributes, certificates } = envelope;
  note('evidence.readable', 'passed', 'the envelope is well-formed');
  note('notation.attributes', 'passed', `its attributes are those of the scheme ${attributes.scheme}`);
  const leaf = ask('notation.chain', () => verifyChain(certificates));
  if (leaf === null) return endEarly();
  note('notation.chain', 'passed', `the chain of ${leaf.subject} is complete and in order`);
  if (ask('signature.value', () => verifySignature(envelope, leaf)) === null) return endEarly();
  note('signature.value', 'passed', `the signature is that of ${leaf.subject}`);

  const subject = ask('payload.form', () => readSubject(envelope, context.subjects));
  if (subject !== null) note('subject.digest', 'passed', `it is about ${subject}, by digest, type and size`);

  const kind = STORE_KINDS[attributes.scheme];
  const offered = context.material.stores.filter((store) => store.kind === kind);
  const stores = ask('notation.store', () => storesOf(certificates, offered)) ?? [];
  if (offered.length === 0) note('notation.store', 'not-checked', `no store of the kind ${kind} is known`);
  else if (stores.length > 0) note('notation.store', 'passed', `the chain ends in ${namesOf(stores)}`);

  const { expires } = attributes;
  if (expires !== null && ask('notation.expiry', () => verifyExpiry(expires, context.now)) !== null) {
    note('notation.expiry', 'passed', `it expires on ${iso(expires)}`);
  }
  const period = ask('notation.timestamp', () => findPeriod(envelope, context, note));
  if (
    period !== null &&
    ask('notation.validity', () => verifyValidity(certificates, period, context.now)) !== null
  ) {
    note('notation.validity', 'passed', `every certificate was valid ${period.reason}`);
  }
  note('notation.revocation', 'not-checked', 'whether a certificate was revoked is only known online');

  if (subject === null || checks.some(({ outcome }) => outcome === 'failed')) return end('fails');
  if (stores.length === 0) return end('undecided');
  const certified = period?.certified ?? null;
  return end(
    'holds',
    stores.map(({ name }) => ({
      signer: { kind: 'x509', subject: leaf.subject, store: name, fingerprint: leaf.fingerprint },
      subject,
      meaning: 'signature',
      statement: null,
      evidence: evidence.digest,
      through: [],
      times:
        certified === null
          ? []
          : [{ source: 'timestamp-authority', at: iso(certified.at), by: certified.by }],
      isLogged: false,
      claimedReference: null,
      expires: expires === null ? null : iso(expires),
    })),
  );
}

function readEnvelope({ mediaType, content }: Evidence): Envelope {
  if (mediaType === JWS_MEDIA_TYPE) return parseJwsEnvelope(content);
  if (mediaType === COSE_MEDIA_TYPE) return parseCoseEnvelope(content);
  throw unreadable(`it is of another type than ${JWS_MEDIA_TYPE} and ${COSE_MEDIA_TYPE}`);
}

/** The leaf of a sound chain. */
function verifyChain(certificates: readonly Certificate[]): Certificate {
  const [leaf] = certificates;
  const fault = chainFault(certificates, 'code-signing');
  if (fault !== null || leaf === undefined) throw new NotationFault('notation.chain', fault ?? 'it is empty');
  return leaf;
}

function verifySignature({ attributes, signed, signature }: Envelope, { key, subject }: Certificate): true {
  const algorithm = algorithmOf(key);
  if (algorithm !== attributes.algorithm) {
    const wanted = algorithm ?? 'an RSA key of 2048, 3072 or 4096 bits or one on P-256, P-384 or P-521';
    throw new NotationFault(
      'signature.value',
      `the algorithm is ${attributes.algorithm}, expected ${wanted} for ${subject}`,
    );
  }
  if (verifiesSignature(algorithm, key, signed, signature)) return true;
  throw new NotationFault('signature.value', `the signature is not that of ${subject}`);
}

const payloadShape = object({
  targetArtifact: object({ mediaType: string(), digest: string(), size: count }),
});

/** The manifest that was signed, where it is one of those that were asked for. All three of its properties must fit. */
function readSubject({ payload }: Envelope, subjects: Subjects): Digest {
  const found = applyShape(payloadShape, readJson(payload, 'the payload'));
  if (found instanceof ShapeMismatch) throw unreadable(`${found.place}: ${found.message}`);
  const { mediaType, digest, size } = found.targetArtifact;
  const known = isDigest(digest) ? subjects.get(digest) : undefined;
  const signed = `it is about ${JSON.stringify(digest.slice(0, 200))}`;
  if (known === undefined) throw subjectFault(`${signed}, which was not asked for`);
  // a digest alone could be read as a manifest of another type
  if (known.mediaType !== mediaType) {
    throw subjectFault(
      `${signed} of the type ${JSON.stringify(mediaType.slice(0, 200))}, expected ${known.mediaType}`,
    );
  }
  if (known.sizeBytes !== size) throw subjectFault(`${signed} of ${size} bytes, expected ${known.sizeBytes}`);
  return known.digest;
}

/** Those that hold the root of the chain. @throws {NotationFault} notation.store */
function storesOf(
  certificates: readonly Certificate[],
  offered: readonly CertificateStore[],
): readonly CertificateStore[] {
  const root = certificates.at(-1);
  if (root === undefined || offered.length === 0) return [];
  const found = offered.filter((store) =>
    store.certificates.some((one) => Buffer.from(one).equals(root.der)),
  );
  if (found.length > 0) return found;
  const reason = `the chain ends in ${root.subject}, which is not in ${namesOf(offered)}`;
  throw new NotationFault('notation.store', reason);
}

function verifyExpiry(expires: Date, now: Date): true {
  if (expires > now) return true;
  throw new NotationFault('notation.expiry', `it expired on ${iso(expires)}`);
}

/** When the certificates must have been valid. */
interface SigningPeriod {
  readonly from: Date;
  readonly to: Date;
  /** Null where no authority for timestamps has spoken. */
  readonly certified: CertifiedTime | null;
  /** `on …, as … says`. */
  readonly reason: string;
}

/** @throws {NotationFault} notation.timestamp */
function findPeriod(
  { attributes, countersignature, signature }: Envelope,
  { material, now }: VerificationContext,
  note: (id: CheckId, outcome: Check['outcome'], reason: string) => void,
): SigningPeriod {
  const authorities = material.stores.filter(({ kind }) => kind === 'timestamp-authority');
  const today = { from: now, to: now, certified: null, reason: `on ${iso(now)}, the time of this check` };
  if (attributes.scheme === 'notary.x509.signingAuthority') {
    const { signingTime } = attributes;
    const reason = `on ${iso(signingTime)}, as the signing authority says`;
    return { from: signingTime, to: signingTime, certified: null, reason };
  }
  if (countersignature === null) {
    note('notation.timestamp', 'not-checked', 'there is none: only the signer says when it was signed');
    return today;
  }
  if (authorities.length === 0) {
    note('notation.timestamp', 'not-checked', 'no certificate store of timestamp authorities is known');
    return today;
  }
  const certified = verifyCountersignature(countersignature, signature, authorities);
  if (isFuture(certified.from.getTime(), now.getTime())) {
    throw new NotationFault('notation.timestamp', `its time ${iso(certified.at)} lies in the future`);
  }
  const reason = `on ${iso(certified.at)}, as ${certified.by} says`;
  note('notation.timestamp', 'passed', `it was signed before ${iso(certified.to)}, as ${certified.by} says`);
  return { ...certified, certified, reason };
}

function verifyValidity(certificates: readonly Certificate[], { from, to }: SigningPeriod, now: Date): true {
  const future = isFuture(from.getTime(), now.getTime()) ? `${iso(from)} lies in the future` : null;
  const fault = future ?? validityFault(certificates, from, to);
  if (fault !== null) throw new NotationFault('notation.validity', fault);
  return true;
}

function subjectFault(reason: string): NotationFault {
  return new NotationFault('subject.digest', reason);
}

const namesOf = (stores: readonly CertificateStore[]): string => stores.map(({ name }) => name).join(', ');

const iso = (time: Date): string => time.toISOString();
