/**
 * One signature against one trust root or key, in the order of the Sigstore client specification: times first, since a certificate
 * lives for minutes; then the certificate at those times; then the log; then the signature itself.
 */
import type { Endorsement, VerifiedTime } from '../../model/trust.ts';
import { CheckFailure, type CheckRecord } from '../checks/check-failure.ts';
import type { CheckId } from '../checks/checks.ts';
import { verifySignature } from '../material/keys.ts';
import type { SigstoreRoot, TrustedKey } from '../material/material.ts';
import { namesIssuerOf, readSigningCertificate, verifyCertificate } from './certificate.ts';
import { findLog, verifyEntries } from './logs.ts';
import type { SignedEvidence } from './signed-evidence.ts';
import { countSources, knowsToken, verifyTimes } from './times.ts';

/** What a signature proves, before anybody has looked at what was signed. */
export type Proof = Pick<Endorsement, 'signer' | 'times' | 'isLogged'>;

const LOG_CHECKS = ['log.checkpoint', 'log.inclusion', 'log.body', 'log.sources'] as const;

/** What {@link verifyByCertificate} checks, in its order. */
export const CERTIFICATE_CHECKS: readonly CheckId[] = [
  'certificate.form',
  'time.authority',
  'time.log',
  'time.sources',
  'certificate.chain',
  'certificate.transparency',
  ...LOG_CHECKS,
  'signature.value',
];

/** What {@link verifyByKey} checks, in its order. */
export const KEY_CHECKS: readonly CheckId[] = [
  'signature.value',
  'time.authority',
  'time.log',
  ...LOG_CHECKS,
  'key.validity',
];

/** @throws {CheckFailure} of the first check that does not hold */
export function verifyByCertificate(
  evidence: SignedEvidence,
  chain: { readonly leaf: Buffer; readonly others: readonly Buffer[] },
  root: SigstoreRoot,
  now: Date,
  record: CheckRecord,
): Proof {
  const certificate = readSigningCertificate(chain.leaf, chain.others);
  record.passed('certificate.form', 'the certificate is for signing code, and not one of an authority');
  const times = verifyTimes(evidence, root, now, record);
  const sources = countSources(times);
  // without any time nothing can be said of a certificate that lives for minutes, whatever the root asks for
  const needed = Math.max(root.thresholds.timestamps, 1);
  if (sources < needed) {
    throw new CheckFailure('time.sources', `expected verified times of ${needed} parties, got ${sources}`);
  }
  record.passed('time.sources', `${sources} of ${needed} parties say when`);
  verifyCertificate(certificate, times, root, record);
  const signer = { kind: 'certificate', leaf: certificate.leaf } as const;
  const isLogged = verifyEntries(evidence, signer, root, { times, needed: root.thresholds.logs }, record);
  if (!verifySignature(certificate.key.key, evidence.signedBytes, evidence.signature)) {
    throw new CheckFailure(
      'signature.value',
      'the signature does not fit the bytes and the key of the certificate',
    );
  }
  record.passed('signature.value', 'the signature fits the bytes and the key of the certificate');
  return {
    signer: { kind: 'certificate', identity: certificate.identity, root: root.name },
    times,
    isLogged,
  };
}

/**
 * A signature by a key that was trusted beforehand. Log entries and timestamps of parties that no root names prove nothing and are
 * passed over; those of parties that are named must hold.
 *
 * @param key one whose signature it is
 */
export function verifyByKey(
  evidence: SignedEvidence,
  key: TrustedKey,
  roots: readonly SigstoreRoot[],
  now: Date,
  record: CheckRecord,
): Proof {
  record.passed('signature.value', `the signature fits the bytes and the key ${key.name}`);
  const needed = key.needsLog ? 1 : 0;
  const root = knowingMost(evidence, roots);
  let times: readonly VerifiedTime[] = [];
  let isLogged = false;
  if (root === null) {
    const reason = 'no trust root names the logs and timestamp authorities of this evidence, or it has none';
    for (const id of ['time.authority', 'time.log', 'log.checkpoint', 'log.inclusion', 'log.body'] as const) {
      record.skipped(id, reason);
    }
    if (key.needsLog)
      throw new CheckFailure('log.sources', `the key ${key.name} needs a log entry: ${reason}`);
    record.skipped('log.sources', `no log is asked for by the key ${key.name}`);
  } else {
    const known = knownTo(root, evidence);
    times = verifyTimes(known, root, now, record);
    isLogged = verifyEntries(known, { kind: 'key', key }, root, { times, needed }, record);
  }
  verifyKeyWindow(key, times, now, record);
  return { signer: { kind: 'key', name: key.name, keyId: key.id }, times, isLogged };
}

/**
 * Whether a root can say anything of evidence with a certificate: it names its log, its timestamp authority or the issuer of the
 * certificate. Of another deployment's evidence nothing is known, which is not that it does not hold.
 */
export function knowsAnyOf(root: SigstoreRoot, evidence: SignedEvidence, leaf: Buffer): boolean {
  const { entries, tokens } = knownTo(root, evidence);
  return entries.length + tokens.length > 0 || namesIssuerOf(leaf, root);
}

/** The part of the evidence that a root can say something of. */
function knownTo(root: SigstoreRoot, evidence: SignedEvidence): SignedEvidence {
  return {
    ...evidence,
    entries: evidence.entries.filter((entry) => findLog(entry, root) !== null),
    tokens: evidence.tokens.filter((token) => knowsToken(token, root)),
  };
}

function knowingMost(evidence: SignedEvidence, roots: readonly SigstoreRoot[]): SigstoreRoot | null {
  const counted = roots.map((root) => {
    const { entries, tokens } = knownTo(root, evidence);
    return { root, known: entries.length + tokens.length };
  });
  const most = counted.reduce<(typeof counted)[number] | null>(
    (best, one) => (one.known > (best?.known ?? 0) ? one : best),
    null,
  );
  return most?.root ?? null;
}

/**
 * Whether the key counted when it was used. What was provably signed before a key was compromised stays valid; without a
 * verified time, a thief of the key could have signed it today.
 */
function verifyKeyWindow(
  { name, from, to, distrustedFrom }: TrustedKey,
  times: readonly VerifiedTime[],
  now: Date,
  record: CheckRecord,
): void {
  if (from === null && to === null && distrustedFrom === null) {
    record.skipped('key.validity', `nothing limits when the key ${name} counts`);
    return;
  }
  const uses = times.length > 0 ? times.map(({ at }) => new Date(at)) : [now];
  const when = times.length > 0 ? 'was used' : 'is used without a verified time, so as if';
  const fail = (problem: string) => new CheckFailure('key.validity', `the key ${name} ${problem}`);
  for (const use of uses) {
    const at = `${when} at ${use.toISOString()}`;
    if (from !== null && use < new Date(from)) throw fail(`${at}, and counts from ${from}`);
    if (to !== null && use > new Date(to)) throw fail(`${at}, and counted until ${to}`);
    if (distrustedFrom !== null && use >= new Date(distrustedFrom)) {
      throw fail(`${at}, and is distrusted from ${distrustedFrom}`);
    }
  }
  record.passed('key.validity', `the key ${name} counted when it was used`);
}
