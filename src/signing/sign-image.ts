/**
 * Signs an image: looks at what is there, shows what would become known to whom, signs and verifies everything, and only then
 * attaches it.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { Digest } from '../model/digest.ts';
import type { Platform } from '../model/platform.ts';
import type { Signer, VerifiedTime } from '../model/trust.ts';
import type { EvidenceSubject } from '../oci/evidence/evidence-manifest.ts';
import type { ImageWriter } from '../oci/store/image-store.ts';
import type { SigstoreRoot, TrustMaterial } from '../trust/material/material.ts';
import { keyIdOf } from '../trust/material/keys.ts';
import { type AttachedTarget, attachTargets } from './attach-targets.ts';
import { type Disclosure, disclosuresOf, expectedSubject } from './disclosures.ts';
import { SigningError } from './errors.ts';
import { schemeOf, type SigningKey, signWithPrivateKey } from './keys/signing-key.ts';
import { requestCertificate } from './services/certificate-authority.ts';
import type { IdentityToken } from './services/identity-token.ts';
import type { ServiceOptions } from './services/service-client.ts';
import type { SigningServices } from './services/signing-config.ts';
import type { SigningIdentity } from './sign-content.ts';
import { contentFor, predicateTypeOf, type SignedTarget, signTargets } from './sign-targets.ts';
import {
  type ExpectedSigner,
  type Form,
  type Meaning,
  planSigning,
  type SigningTarget,
} from './signing-plan.ts';

/** A key, or a token for which an authority gives a certificate. */
export type ChosenSigner =
  | { readonly kind: 'key'; readonly key: SigningKey }
  | { readonly kind: 'token'; readonly token: IdentityToken };

export interface SignRequest {
  readonly writer: ImageWriter;
  /** Tag or digest; read once, and from then on only its digest counts. */
  readonly name: string;
  readonly meaning: Meaning;
  readonly form: Form;
  /** Null: everything that an index lists. */
  readonly roles: ReadonlySet<EvidenceSubject['role']> | null;
  readonly platform: Platform | undefined;
  readonly isSingle: boolean;
  readonly isRenewed: boolean;
  readonly signer: ChosenSigner;
  readonly services: SigningServices;
  readonly serviceOptions: ServiceOptions;
  /** To verify with what the services answer. */
  readonly roots: readonly SigstoreRoot[];
  /** Asked before anything leaves this machine for a service; false ends it. Not asked where nothing does. */
  readonly confirm: (disclosures: readonly Disclosure[], subjects: readonly Digest[]) => Promise<boolean>;
  /** RFC 3339: when signatures are said to have been attached. */
  readonly created: string;
  readonly now: () => Date;
  /** As `crypto.randomBytes`. */
  readonly random: (bytes: number) => Buffer;
}

export interface SigningReport {
  readonly digest: Digest;
  readonly form: Form;
  readonly predicateType: string | null;
  readonly targets: readonly ReportedTarget[];
  readonly disclosures: readonly Disclosure[];
}

export interface ReportedTarget {
  readonly digest: Digest;
  readonly role: EvidenceSubject['role'];
  readonly platform: Platform | null;
  /** `present`: the same signer had said the same before. `planned`: it was only looked at. */
  readonly outcome: 'attached' | 'present' | 'planned';
  /** Type of the statement; null for signatures. */
  readonly predicateType: string | null;
  /** The bundle or layer; null while there is none. */
  readonly evidence: Digest | null;
  /** The manifest that attaches it. */
  readonly manifest: Digest | null;
  readonly tag: string | null;
  /** As verification found it; null where nothing was signed now. */
  readonly signer: Signer | null;
  readonly times: readonly VerifiedTime[];
  /** Indexes in the logs. */
  readonly logIndexes: readonly string[];
}

/**
 * What would be signed, and what would become known to whom. Nothing is written or sent.
 *
 * @throws {SigningError}
 */
export async function previewSigning(request: SignRequest): Promise<SigningReport> {
  const prepared = await prepare(request);
  return toReport(prepared, request, [], []);
}

/**
 * Signs and attaches.
 *
 * @throws {SigningError}
 */
export async function signImage(request: SignRequest): Promise<SigningReport> {
  const prepared = await prepare(request);
  const missing = prepared.targets.filter(({ existing }) => existing === null);
  if (missing.length === 0) return toReport(prepared, request, [], []);
  const { disclosures, expected, material } = prepared;
  const subjects = missing.map(({ subject }) => subject.digest);
  if (disclosures.length > 0 && !(await request.confirm(disclosures, subjects))) {
    throw new SigningError(
      'SIGNING_NOT_CONFIRMED',
      'nothing was signed or attached: nobody agreed to what would become known',
    );
  }
  const { writer, form, services, serviceOptions, created, now, random } = request;
  const signed = await signTargets(prepared.targets, {
    form,
    repository: repositoryOf(request),
    identity: await identityOf(request),
    expected,
    material,
    now,
    witnesses: services.witnesses,
    services: serviceOptions,
    random,
  });
  const { signal } = serviceOptions;
  const attached = await attachTargets(signed, { writer, form, created, signal });
  return toReport(prepared, request, signed, attached);
}

/** Before anything is sent: cosign's older format keeps the promise of a log, which those of version 2 do not give. */
function refuseLateLogs({ witnesses: { logs } }: SigningServices): void {
  if (logs.length === 0 || logs.some(({ version }) => version === 1)) return;
  const message = "cosign's older format has no place for entries of logs of version 2";
  throw new SigningError('SIGNING_SERVICES_MISSING', message, {
    remedy: 'Use a log of version 1, or leave out --legacy.',
  });
}

interface Prepared {
  readonly digest: Digest;
  readonly targets: readonly SigningTarget[];
  readonly expected: ExpectedSigner;
  readonly material: TrustMaterial;
  readonly disclosures: readonly Disclosure[];
}

async function prepare(request: SignRequest): Promise<Prepared> {
  const { writer, name, signer, services, roots, now, serviceOptions } = request;
  if (signer.kind === 'token') authorityOf(services);
  if (request.form !== 'bundle') refuseLateLogs(services);
  const expected = expectedSigner(signer);
  const material: TrustMaterial = {
    sigstore: roots,
    keys: signer.kind === 'key' ? [trustedKey(signer.key, services)] : [],
    stores: [],
  };
  const { signal } = serviceOptions;
  const plan = await planSigning(writer, name, {
    ...request,
    meanings: [request.meaning],
    signer: expected,
    material,
    now: now(),
    signal,
  });
  const what = { ...request, repository: repositoryOf(request) };
  const contents = plan.targets.flatMap((target) => {
    if (target.existing !== null) return [];
    const content = contentFor(target, what);
    const predicateType = predicateTypeOf(content, request.meaning);
    return [{ subject: target.subject.digest, content, predicateType }];
  });
  const who = signer.kind === 'key' ? { keyId: signer.key.id } : { token: signer.token };
  const disclosures = contents.length === 0 ? [] : disclosuresOf(services, who, contents);
  return { digest: plan.digest, targets: plan.targets, expected, material, disclosures };
}

function expectedSigner(signer: ChosenSigner): ExpectedSigner {
  if (signer.kind === 'key') return { kind: 'key', keyId: signer.key.id };
  return { kind: 'certificate', issuers: signer.token.issuers, subject: expectedSubject(signer.token) };
}

/** Our own key, as `hallmark verify --key` would be given it. */
export function trustedKey(
  { name, publicKey, id }: SigningKey,
  { witnesses }: SigningServices,
): TrustMaterial['keys'][number] {
  const needsLog = witnesses.logs.length > 0;
  return { name, key: publicKey, id, from: null, to: null, distrustedFrom: null, needsLog };
}

/** Cosign's older format names the repository; a layout is none. */
function repositoryOf({ writer, form, meaning }: SignRequest): string {
  const { repository } = writer;
  if (repository !== undefined) return `${repository.registry}/${repository.repository}`;
  if (form === 'bundle' || meaning.kind === 'attestation') return '';
  throw new SigningError(
    'SIGNING_SUBJECT_UNKNOWN',
    `${writer.name} is no repository, which cosign's older format would name`,
    {
      subject: writer.name,
      remedy: 'Leave out --legacy, or sign the image in its registry.',
    },
  );
}

async function identityOf({ signer, services, serviceOptions }: SignRequest): Promise<SigningIdentity> {
  if (signer.kind === 'key') return { key: signer.key, certificate: null };
  const key = passingKey();
  return {
    key,
    certificate: await requestCertificate(authorityOf(services), key, signer.token, serviceOptions),
  };
}

function authorityOf({ authority }: SigningServices): URL {
  if (authority !== null) return authority;
  const message = 'no authority is named that would give a certificate for the identity token';
  throw new SigningError('SIGNING_SERVICES_MISSING', message);
}

/** A key for one run: nothing of it is kept. */
function passingKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = 'the key of this run';
  const scheme = schemeOf(publicKey, name);
  const sign = (data: Uint8Array) => signWithPrivateKey(privateKey, scheme, data);
  return { name, publicKey, id: keyIdOf(publicKey), scheme, sign };
}

function toReport(
  { digest, targets, disclosures }: Prepared,
  { form, meaning }: SignRequest,
  signed: readonly SignedTarget[],
  attached: readonly AttachedTarget[],
): SigningReport {
  const signedFor = new Map(signed.map((one) => [one.target.subject.digest, one]));
  const attachedTo = new Map(attached.map((one) => [one.subject, one]));
  const predicateType = meaning.kind === 'attestation' ? meaning.predicate.type : null;
  return {
    digest,
    form,
    predicateType,
    disclosures,
    targets: targets.map(({ subject, existing }) => {
      const one = signedFor.get(subject.digest);
      const there = attachedTo.get(subject.digest);
      return {
        digest: subject.digest,
        role: subject.role,
        platform: subject.platform,
        outcome: there !== undefined ? 'attached' : existing === null ? 'planned' : 'present',
        predicateType,
        evidence: there?.evidence ?? existing,
        manifest: there?.manifest ?? null,
        tag: there?.tag ?? null,
        signer: one?.endorsement.signer ?? null,
        times: one?.endorsement.times ?? [],
        logIndexes: one?.signed.entries.map(({ logIndex }) => logIndex) ?? [],
      };
    }),
  };
}
