/** Signs every target of a plan and verifies what came of it, before anything is attached anywhere. */
import { digestOf } from '../model/digest.ts';
import type { Endorsement } from '../model/trust.ts';
import { inParallel } from '../oci/toc/in-parallel.ts';
import type { Evidence, EvidenceOutcome, KnownSubject, Subjects } from '../trust/evidence/evidence.ts';
import type { TrustMaterial } from '../trust/material/material.ts';
import { verifyEvidence } from '../trust/evidence/verify-evidence.ts';
import type { AttachedLayer } from './attached-manifest.ts';
import { BUNDLE_MEDIA_TYPE, writeBundle } from './bundle.ts';
import { simpleSigningPayload, toCosignLayer } from './cosign-layer.ts';
import { SigningError } from './errors.ts';
import {
  type Content,
  signContent,
  type SignedContent,
  type SigningIdentity,
  type SignOptions,
} from './sign-content.ts';
import {
  type ExpectedSigner,
  type Form,
  isExpected,
  type Meaning,
  saysTheSame,
  type SigningTarget,
} from './signing-plan.ts';
import { SIGNATURE_PREDICATE, writeStatement } from './statement.ts';

/** Signatures that are made at the same time: the services take most of it. */
const AT_A_TIME = 4;

export interface SigningWork extends Omit<SignOptions, 'timestamped'> {
  readonly form: Form;
  /** `docker.io/library/debian`, which cosign's older format names. */
  readonly repository: string;
  readonly identity: SigningIdentity;
  readonly expected: ExpectedSigner;
  readonly material: TrustMaterial;
  readonly now: () => Date;
}

/** A target with its signature, which holds. */
export interface SignedTarget {
  readonly target: SigningTarget;
  readonly signed: SignedContent;
  /** The bundle, or the layer in cosign's older format. */
  readonly layer: AttachedLayer;
  /** What `hallmark verify` will say of it. */
  readonly endorsement: Endorsement;
}

/** What is signed for a target. */
export function contentFor(
  { subject, meaning, bytes }: SigningTarget,
  { form, repository }: Pick<SigningWork, 'form' | 'repository'>,
): Content {
  if (meaning.kind === 'attestation')
    return { kind: 'statement', payload: writeStatement(subject.digest, meaning.predicate) };
  if (form !== 'bundle') return { kind: 'message', bytes: simpleSigningPayload(repository, subject.digest) };
  if (bytes !== null) return { kind: 'message', bytes };
  return { kind: 'statement', payload: writeStatement(subject.digest, SIGNATURE_PREDICATE) };
}

/** The type that a signature is announced by; null for one without a statement. */
export function predicateTypeOf(content: Content, meaning: Meaning): string | null {
  if (content.kind === 'message') return null;
  return (meaning.kind === 'signature' ? SIGNATURE_PREDICATE : meaning.predicate).type;
}

/**
 * Signs all that nobody has signed yet. Every signature is verified as `hallmark verify` verifies it, with the trusted root and
 * the key or identity that were meant: a service that lies is found out here.
 *
 * @throws {SigningError} SIGNATURE_UNSOUND, and what keeps signatures from being made
 */
export async function signTargets(
  targets: readonly SigningTarget[],
  work: SigningWork,
): Promise<readonly SignedTarget[]> {
  const signed = new Map<SigningTarget, SignedTarget>();
  const missing = targets.filter(({ existing }) => existing === null);
  await inParallel(missing, AT_A_TIME, async (target) => {
    signed.set(target, await signTarget(target, work));
  });
  return targets.flatMap((target) => signed.get(target) ?? []);
}

async function signTarget(target: SigningTarget, work: SigningWork): Promise<SignedTarget> {
  const content = contentFor(target, work);
  const timestamped = work.form === 'bundle' ? 'signature' : 'envelope';
  const signed = await signContent(content, work.identity, { ...work, timestamped });
  const layer = layerOf(signed, target, work);
  return { target, signed, layer, endorsement: verifiedEndorsement(target, layer, work) };
}

function layerOf(
  signed: SignedContent,
  { meaning }: SigningTarget,
  { form, identity }: SigningWork,
): AttachedLayer {
  if (form !== 'bundle') return toCosignLayer(signed, identity, predicateTypeOf(signed.content, meaning));
  return { mediaType: BUNDLE_MEDIA_TYPE, content: writeBundle(signed, identity), annotations: {} };
}

function verifiedEndorsement(target: SigningTarget, layer: AttachedLayer, work: SigningWork): Endorsement {
  const { material, now } = work;
  const { subject, meaning } = target;
  const evidence: Evidence = {
    format: formatOf(meaning, work.form),
    mediaType: layer.mediaType,
    digest: digestOf(layer.content),
    manifest: null,
    about: subject.digest,
    places: ['file'],
    annotations: layer.annotations,
    content: layer.content,
  };
  const known: KnownSubject = { ...subject, bytes: target.bytes };
  const subjects: Subjects = {
    get: (digest) => (digest === subject.digest ? known : undefined),
    all: [known],
  };
  const [outcome] = verifyEvidence([evidence], { subjects, material, now: now() });
  const [endorsement] = outcome?.endorsements ?? [];
  const unsound = (reason: string) =>
    new SigningError('SIGNATURE_UNSOUND', `the signature for ${subject.digest} does not verify: ${reason}`, {
      subject: subject.digest,
    });
  if (outcome === undefined || endorsement === undefined) throw unsound(reasonsOf(outcome));
  const fault = faultOf(endorsement, meaning, work);
  if (fault !== null) throw unsound(fault);
  return endorsement;
}

function formatOf(meaning: Meaning, form: Form): Evidence['format'] {
  if (form === 'bundle') return 'sigstore-bundle';
  return meaning.kind === 'signature' ? 'cosign-signature' : 'cosign-attestation';
}

function reasonsOf(outcome: EvidenceOutcome | undefined): string {
  const failed = outcome?.checks.filter(({ outcome }) => outcome !== 'passed') ?? [];
  const told = failed.map(({ id, reason }) => `${id}: ${reason}`);
  return told[0] ?? 'nothing can be said about it';
}

/** What is missing from an endorsement that holds, but is not the one that was meant. */
function faultOf(
  endorsement: Endorsement,
  meaning: Meaning,
  { expected, witnesses }: SigningWork,
): string | null {
  const { signer, isLogged, times } = endorsement;
  if (!saysTheSame(endorsement, meaning)) return 'it says something else than what was to be signed';
  if (expected.kind === 'key' && (signer.kind !== 'key' || signer.keyId !== expected.keyId))
    return `expected the key ${expected.keyId}, got another signer`;
  if (expected.kind === 'certificate') {
    if (signer.kind !== 'certificate') return 'expected a certificate, got a key';
    if (!isExpected(signer.identity, expected)) {
      const { issuer, subject } = signer.identity;
      const wanted = `${expected.subject ?? 'somebody'} of ${expected.issuers.join(' or ')}`;
      return `the certificate is for ${subject.value} of ${issuer ?? 'no issuer'}, and not for ${wanted}`;
    }
  }
  if (witnesses.logs.length > 0 && !isLogged) return 'no log that the trusted root names has it';
  const hasTimestamp = times.some(({ source }) => source === 'timestamp-authority');
  if (witnesses.timestampAuthorities.length > 0 && !hasTimestamp)
    return 'no timestamp authority that the trusted root names vouches for its time';
  return null;
}
