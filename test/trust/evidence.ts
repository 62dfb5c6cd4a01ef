/** Evidence, subjects and trust for tests of verifiers, made with the services of `services/`. */
import assert from 'node:assert/strict';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import type {
  Evidence,
  EvidenceFormat,
  EvidenceOutcome,
  KnownSubject,
  Subjects,
} from '../../src/trust/evidence/evidence.ts';
import { keyIdOf } from '../../src/trust/material/keys.ts';
import type {
  SigstoreRoot,
  Thresholds,
  TrustedKey,
  TrustMaterial,
} from '../../src/trust/material/material.ts';
import type { VerificationContext } from '../../src/trust/evidence/outcome.ts';
import { parseTrustedRoot } from '../../src/trust/material/trusted-root.ts';
import { makeBundle, type BundleJson, type BundleRecipe } from './services/bundles.ts';
import type { KeyPair } from './services/certificate.ts';
import { createSigstore, type Sigstore, type TrustedRootJson } from './services/deployment.ts';

export const NOW = new Date('2026-06-01T12:00:00Z');

export const IMAGE_BYTES = Buffer.from('{"schemaVersion":2}');
export const IMAGE = digestOf(IMAGE_BYTES);

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const SIGN_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';

/** A deployment whose clock stands still. */
export const deployment = (at: Date = NOW): Sigstore => createSigstore({ now: () => at });

/** What cosign 3 signs: a statement about an image, with a predicate that says no more. */
export function statementAbout(digest: Digest, predicateType = SIGN_PREDICATE, predicate: unknown = {}) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: '', digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType,
    predicate,
  };
}

export function subject(bytes: Uint8Array, further: Partial<KnownSubject> = {}): KnownSubject {
  return {
    digest: digestOf(bytes),
    mediaType: OCI_MANIFEST,
    sizeBytes: bytes.length,
    role: 'image',
    platform: null,
    parent: null,
    bytes,
    ...further,
  };
}

export function subjectsOf(...all: readonly KnownSubject[]): Subjects {
  return { all, get: (digest) => all.find((one) => one.digest === digest) };
}

export function evidenceOf(
  format: EvidenceFormat,
  content: Uint8Array | string,
  further: Partial<Evidence> = {},
): Evidence {
  const bytes = Buffer.from(content);
  return {
    format,
    mediaType: '',
    digest: digestOf(bytes),
    manifest: null,
    about: IMAGE,
    places: ['file'],
    annotations: {},
    content: bytes,
    ...further,
  };
}

/** The trust root of a deployment, changed by a test. */
export function rootOf(
  sigstore: Sigstore,
  change: (json: TrustedRootJson) => void = () => {},
  thresholds: Partial<Thresholds> = {},
): SigstoreRoot {
  const json = sigstore.trustedRoot();
  change(json);
  return parseTrustedRoot(Buffer.from(JSON.stringify(json)), { name: 'acme', origin: 'file', thresholds });
}

export function trustedKey({ publicKey }: KeyPair, further: Partial<TrustedKey> = {}): TrustedKey {
  return {
    name: 'release',
    key: publicKey,
    id: keyIdOf(publicKey),
    from: null,
    to: null,
    distrustedFrom: null,
    needsLog: false,
    ...further,
  };
}

export function contextOf(
  material: Partial<TrustMaterial>,
  subjects: Subjects = subjectsOf(subject(IMAGE_BYTES)),
  now: Date = NOW,
): VerificationContext {
  return { subjects, material: { sigstore: [], keys: [], stores: [], ...material }, now };
}

/** A valid bundle after one change. */
export function bundleEvidence(
  sigstore: Sigstore,
  recipe: BundleRecipe,
  change: (bundle: BundleJson) => void = () => {},
): Evidence {
  const bundle = structuredClone(makeBundle(sigstore, recipe).bundle);
  change(bundle);
  return evidenceOf('sigstore-bundle', JSON.stringify(bundle));
}

/** That evidence fails at one check, for a reason, and that nothing is claimed of what would have come after. */
export function assertFails(outcome: EvidenceOutcome, id: string, reason: RegExp): void {
  const failed = outcome.checks.filter((check) => check.outcome === 'failed');
  assert.deepEqual(
    failed.map((check) => check.id),
    [id],
    JSON.stringify(outcome.checks, null, 1),
  );
  assert.match(failed[0]?.reason ?? '', reason);
  assert.equal(outcome.result, 'fails');
  assert.deepEqual(outcome.endorsements, []);
  const after = outcome.checks.slice(outcome.checks.findIndex((check) => check.outcome === 'failed') + 1);
  assert.ok(after.every((check) => check.outcome === 'not-checked'));
}

export function assertHolds(outcome: EvidenceOutcome): void {
  assert.equal(outcome.result, 'holds', JSON.stringify(outcome.checks, null, 1));
  assert.ok(outcome.checks.every((check) => check.outcome !== 'failed'));
}

/** What a check came to, by its identifier. */
export function outcomeOf({ checks }: EvidenceOutcome, id: string): string | undefined {
  return checks.find((check) => check.id === id)?.outcome;
}
