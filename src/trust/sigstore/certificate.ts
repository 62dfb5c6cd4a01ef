/** Certificates that sign: their form, their chain, and the logs that promised to publish them. */
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { X509Certificate } from '@sigstore/core';
import type { CertificateIdentity, VerifiedTime } from '../../model/trust.ts';
import { CheckFailure, type CheckRecord } from '../checks/check-failure.ts';
import { type PublicKey, readPublicKey } from '../material/keys.ts';
import type { SigstoreRoot } from '../material/material.ts';
import { repeatedExtension, unknownCriticalExtension } from './certificate-extensions.ts';
import { certificateIdentity } from './certificate-identity.ts';
import { objectionToCertificate } from './library.ts';
import { MAX_DER_BYTES } from './signed-evidence.ts';

/** What the library has against promises of certificate logs; everything else is against the chain. */
const PROMISE_OBJECTION = /^(?:expected \d+ SCTs, got \d+|SCT verification failed|duplicate SCT)$/;

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

export interface SigningCertificate {
  readonly leaf: Buffer;
  readonly parsed: X509Certificate;
  readonly key: PublicKey;
  readonly identity: CertificateIdentity;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** What a certificate has to be before anybody asks who issued it. RFC 5280, section 4.2; Fulcio, `docs/certificate-specification.md` */
export function readSigningCertificate(leaf: Buffer, others: readonly Buffer[]): SigningCertificate {
  // a root that comes with the evidence is the attacker's own
  if (others.some(isSelfIssued))
    throw misformed('comes in a chain with a root; roots come from the trust root');
  const certificate = openCertificate(leaf);
  if (!(certificate.keyUsage ?? []).includes(CODE_SIGNING)) throw misformed('is not for signing code');
  const { parsed, spki, isAuthority, isForSignatures, unknown, repeated, ...window } = readDetails(leaf);
  if (isAuthority) throw misformed('is one of an authority');
  if (!isForSignatures) throw misformed('is not for digital signatures');
  if (unknown !== null) throw misformed(`has the critical extension ${unknown}, which is not understood`);
  if (repeated !== null) throw misformed(`has the extension ${repeated} twice`);
  const key = readPublicKey(spki);
  if (typeof key === 'string') throw misformed(`has a key that ${key}`);
  return { leaf, parsed, key, identity: certificateIdentity(parsed), ...window };
}

/** Whether a certificate names an authority of a root as its issuer; true for what is no certificate, whose fault is another. */
export function namesIssuerOf(leaf: Buffer, { parsed }: SigstoreRoot): boolean {
  try {
    const { issuer } = X509Certificate.parse(Buffer.from(leaf));
    return parsed.certificateAuthorities.some(({ certChain }) =>
      certChain.some(({ subject }) => subject.equals(issuer)),
    );
  } catch (error) {
    if (error instanceof Error) return true;
    throw error;
  }
}

/**
 * The chain at every established time, and the certificate logs.
 *
 * @param times at least one
 */
export function verifyCertificate(
  { parsed, notBefore, notAfter }: SigningCertificate,
  times: readonly VerifiedTime[],
  root: SigstoreRoot,
  record: CheckRecord,
): void {
  const outside = times.find(({ at }) => new Date(at) < notBefore || new Date(at) > notAfter);
  if (outside !== undefined) {
    const window = `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
    throw new CheckFailure(
      'certificate.chain',
      `the certificate is of ${window}, and was used at ${outside.at}`,
    );
  }
  const wanted = root.thresholds.certificateTransparency;
  const dates = [...new Set(times.map(({ at }) => at))].map((at) => new Date(at));
  // promises are looked at after the chain: an objection to them says that the chain holds
  const objection = objectionToCertificate(parsed, dates, root.parsed, Math.max(wanted, 1));
  const isOfPromise = objection?.code === 'CERTIFICATE_ERROR' && PROMISE_OBJECTION.test(objection.reason);
  if (objection !== null && !isOfPromise) {
    const reason = `the certificate does not chain to an authority of ${root.name}: ${objection.reason}`;
    throw new CheckFailure('certificate.chain', reason);
  }
  record.passed(
    'certificate.chain',
    `an authority of ${root.name} issued the certificate, valid when it was used`,
  );
  if (objection === null) {
    record.passed('certificate.transparency', 'a trusted log promised to publish the certificate');
  } else if (wanted === 0) {
    record.skipped('certificate.transparency', `no certificate log is asked for by ${root.name}`);
  } else {
    throw new CheckFailure('certificate.transparency', objection.reason);
  }
}

function openCertificate(der: Buffer): NodeCertificate {
  try {
    const certificate = new NodeCertificate(der);
    if (der.length <= MAX_DER_BYTES && certificate.raw.equals(der)) return certificate;
  } catch {
    // OpenSSL says no more than that it could not
  }
  throw new CheckFailure(
    'evidence.readable',
    'the certificate is not DER, is too large or has bytes after its end',
  );
}

/** Subject and issuer are the same: a root, whether its signature holds or not. */
function isSelfIssued(der: Buffer): boolean {
  const { subject, issuer } = openCertificate(der);
  return subject === issuer;
}

function readDetails(leaf: Buffer) {
  try {
    const parsed = X509Certificate.parse(Buffer.from(leaf));
    return {
      parsed,
      spki: parsed.publicKey,
      // either is enough: what may issue certificates is no leaf
      isAuthority: parsed.extBasicConstraints?.isCA === true || parsed.extKeyUsage?.keyCertSign === true,
      isForSignatures: parsed.extKeyUsage?.digitalSignature === true,
      notBefore: parsed.notBefore,
      notAfter: parsed.notAfter,
      unknown: unknownCriticalExtension(parsed),
      repeated: repeatedExtension(parsed),
    };
  } catch (error) {
    // in DER that OpenSSL takes and the library does not, it runs into what is not there
    if (error instanceof Error) throw misformed(`cannot be read: ${error.message}`);
    throw error;
  }
}

const misformed = (problem: string) => new CheckFailure('certificate.form', `the certificate ${problem}`);
