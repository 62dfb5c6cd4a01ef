import { sign, type KeyObject } from 'node:crypto';
import { preAuthenticationEncoding } from '../../../src/formats/dsse.ts';
import type { CertificateOptions, Identity } from './certificate-authority.ts';
import { ecKeyPair, spkiOf, toPem, type KeyPair } from './certificate.ts';
import type { Sigstore } from './deployment.ts';
import {
  dsse,
  hashedRekord,
  hashedRekordV2,
  intoto,
  type EnvelopeJson,
  type Verifier,
} from './log-bodies.ts';
import { sha256 } from './sha256.ts';
import type { TimestampOptions } from './timestamp-authority.ts';
import type { LogBody, LogEntryJson } from './transparency-log.ts';

/** A Sigstore bundle as proto3 JSON: valid, and to be changed in one field. */
export interface BundleJson {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    x509CertificateChain?: { certificates: { rawBytes: string }[] };
    publicKey?: { hint: string };
    tlogEntries: LogEntryJson[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  messageSignature?: {
    messageDigest: { algorithm: string; digest: string };
    signature: string;
  };
  dsseEnvelope?: EnvelopeJson;
}

export type BundleContent =
  /** Signed as bytes. */
  | { readonly artifact: Uint8Array }
  /** Signed in an envelope, as in-toto. */
  | { readonly statement: object }
  /** Signed in an envelope of any type. */
  | { readonly payload: Uint8Array; readonly payloadType: string };

export interface SigningRecipe {
  /** Default: a certificate for {@link ANN}. */
  readonly signer?:
    | {
        readonly kind: 'certificate';
        readonly identity?: Identity;
        readonly options?: CertificateOptions;
        readonly keys?: KeyPair;
      }
    | { readonly kind: 'key'; readonly keys: KeyPair };
  /** Versions of the logs that keep an entry. Default: 1. */
  readonly logs?: readonly (1 | 2)[];
  /** How version 1 keeps an envelope. Default: `dsse`. */
  readonly entryKind?: 'dsse' | 'intoto' | 'hashedrekord';
  /** What is kept of the answer of version 1. Default: both; in bundles 0.1, the promise. */
  readonly inclusion?: 'promise' | 'proof' | 'both';
  /** Default: one where version 2 is the only log, else none. */
  readonly timestamps?: readonly TimestampOptions[];
  /** What they cover: the envelope only in cosign's older format. Default: the signature. */
  readonly timestamped?: 'signature' | 'envelope';
}

export type BundleRecipe = SigningRecipe &
  BundleContent & {
    /** Default: 0.3. */
    readonly version?: '0.1' | '0.2' | '0.3';
  };

export interface MadeBundle {
  readonly bundle: BundleJson;
  readonly keys: KeyPair;
  /** DER; null for keys. */
  readonly certificate: Buffer | null;
  /** What the signature covers: the artifact, or the envelope's encoding. */
  readonly signed: Uint8Array;
  readonly signature: Buffer;
}

/** Somebody who signs in with a mail address. */
export const ANN: Identity = {
  issuer: 'https://accounts.hallmark.test',
  subject: { kind: 'email', value: 'ann@example.com' },
};

const RELEASE = 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1.2.3';

/** A workflow of GitHub Actions. */
export const WORKFLOW: Identity = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: { kind: 'uri', value: RELEASE },
  extensions: {
    buildSignerUri: RELEASE,
    buildSignerDigest: '5d7a0c3d1f9a4ef6b1c89b6f1f35d1f53c7f9a1e',
    runnerEnvironment: 'github-hosted',
    sourceRepositoryUri: 'https://github.com/acme/app',
    sourceRepositoryDigest: '5d7a0c3d1f9a4ef6b1c89b6f1f35d1f53c7f9a1e',
    sourceRepositoryRef: 'refs/tags/v1.2.3',
    sourceRepositoryId: '1001',
    sourceRepositoryOwnerUri: 'https://github.com/acme',
    sourceRepositoryOwnerId: '2002',
    buildConfigUri: RELEASE,
    buildConfigDigest: '5d7a0c3d1f9a4ef6b1c89b6f1f35d1f53c7f9a1e',
    buildTrigger: 'push',
    runInvocationUri: 'https://github.com/acme/app/actions/runs/3003/attempts/1',
    sourceRepositoryVisibility: 'public',
  },
};

export const IN_TOTO = 'application/vnd.in-toto+json';

const MEDIA_TYPES = {
  '0.1': 'application/vnd.dev.sigstore.bundle+json;version=0.1',
  '0.2': 'application/vnd.dev.sigstore.bundle+json;version=0.2',
  '0.3': 'application/vnd.dev.sigstore.bundle.v0.3+json',
} as const;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Signs something, logs it, has it timestamped, and puts it all into one bundle. */
export function makeBundle(sigstore: Sigstore, recipe: BundleRecipe): MadeBundle {
  const { version = '0.3' } = recipe;
  const inclusion = recipe.inclusion ?? (version === '0.1' ? 'promise' : 'both');
  const content = toContent(recipe);
  const signing = signAndLog(sigstore, content.signed, content.envelope, { ...recipe, inclusion });
  const { keys, certificate, signature, entries, timestamps } = signing;
  const bundle: BundleJson = {
    mediaType: MEDIA_TYPES[version],
    verificationMaterial: {
      ...(certificate === null
        ? { publicKey: { hint: base64(sha256(spkiOf(keys.publicKey))) } }
        : version === '0.3'
          ? { certificate: { rawBytes: base64(certificate) } }
          : { x509CertificateChain: { certificates: [{ rawBytes: base64(certificate) }] } }),
      tlogEntries: entries,
      ...(timestamps.length === 0
        ? {}
        : {
            timestampVerificationData: {
              rfc3161Timestamps: timestamps.map((answer) => ({ signedTimestamp: base64(answer) })),
            },
          }),
    },
    ...(content.envelope === null
      ? {
          messageSignature: {
            messageDigest: {
              algorithm: 'SHA2_256',
              digest: base64(sha256(content.signed)),
            },
            signature: base64(signature),
          },
        }
      : { dsseEnvelope: sealed(content.envelope, signature) }),
  };
  return { bundle, keys, certificate, signed: content.signed, signature };
}

export type Unsealed = Omit<EnvelopeJson, 'signatures'>;

/** An envelope with its only signature. */
export const sealed = (envelope: Unsealed, signature: Uint8Array): EnvelopeJson => ({
  ...envelope,
  signatures: [{ sig: base64(signature) }],
});

function toContent(content: BundleContent): { signed: Uint8Array; envelope: Unsealed | null } {
  if ('artifact' in content) return { signed: content.artifact, envelope: null };
  const { payload, payloadType } =
    'payload' in content
      ? content
      : { payload: Buffer.from(JSON.stringify(content.statement)), payloadType: IN_TOTO };
  const signed = preAuthenticationEncoding(payloadType, payload);
  return { signed, envelope: { payload: base64(payload), payloadType } };
}

/** A signature with everything that speaks for it. */
export interface Signing {
  readonly keys: KeyPair;
  readonly certificate: Buffer | null;
  readonly signature: Buffer;
  readonly entries: LogEntryJson[];
  readonly timestamps: readonly Buffer[];
}

/** Signs bytes, and has them logged and timestamped; an envelope is logged as such where it is one. */
export function signAndLog(
  sigstore: Sigstore,
  signed: Uint8Array,
  envelope: Unsealed | null,
  recipe: SigningRecipe,
): Signing {
  const { signer = { kind: 'certificate' }, logs = [1], inclusion = 'both' } = recipe;
  const keys = signer.keys ?? ecKeyPair();
  const certificate =
    signer.kind === 'key'
      ? null
      : sigstore.authority.issue(keys.publicKey, signer.identity ?? ANN, signer.options);
  const signature = signBytes(signed, keys.privateKey);
  const isWhole = recipe.timestamped === 'envelope' && envelope !== null;
  const timestamped = isWhole ? Buffer.from(JSON.stringify(sealed(envelope, signature))) : signature;
  const timestamps = (recipe.timestamps ?? (logs.join() === '2' ? [{}] : [])).map((options) =>
    sigstore.timestamps.timestamp(timestamped, options),
  );
  const verifier = toVerifier(keys.publicKey, certificate);
  const entries = logs.map((version) => {
    const body =
      version === 2
        ? hashedRekordV2(signature, sha256(signed), verifier)
        : bodyOf(recipe.entryKind ?? 'dsse', signature, signed, envelope, verifier);
    return keep(sigstore.logs[version].append(body), inclusion);
  });
  return { keys, certificate, signature, entries, timestamps };
}

function bodyOf(
  kind: 'dsse' | 'intoto' | 'hashedrekord',
  signature: Uint8Array,
  signed: Uint8Array,
  envelope: Unsealed | null,
  verifier: Verifier,
): LogBody {
  if (envelope === null || kind === 'hashedrekord') return hashedRekord(signature, sha256(signed), verifier);
  return { dsse, intoto }[kind](JSON.stringify(sealed(envelope, signature)), verifier);
}

function keep(entry: LogEntryJson, inclusion: 'promise' | 'proof' | 'both'): LogEntryJson {
  const { inclusionPromise, inclusionProof, ...rest } = entry;
  return {
    ...rest,
    ...(inclusion === 'proof' || inclusionPromise === undefined ? {} : { inclusionPromise }),
    ...(inclusionProof === undefined || (inclusion === 'promise' && inclusionPromise !== undefined)
      ? {}
      : { inclusionProof }),
  };
}

/** SHA-256 for every kind of key that hashes before it signs. */
export function signBytes(bytes: Uint8Array, key: KeyObject): Buffer {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key);
}

export function toVerifier(publicKey: KeyObject, certificate: Buffer | null): Verifier {
  return certificate === null
    ? {
        kind: 'key',
        pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        der: spkiOf(publicKey),
      }
    : { kind: 'certificate', pem: toPem(certificate), der: certificate };
}
