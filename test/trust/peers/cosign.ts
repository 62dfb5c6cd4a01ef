import type { KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPem, type CertifiedKey } from '../services/certificate.ts';
import type { TokenClaims } from '../services/oidc-issuer.ts';
import type { SigstoreServer } from '../services/server.ts';
import { PASSWORD, type Bench } from './bench.ts';
import { type Peer, type PeerRun, runPeer } from './peers.ts';

/** cosign with a deployment of Sigstore on loopback, and a key: it never asks anybody else. */
export interface Cosign {
  readonly files: CosignFiles;
  sign(reference: string, how: CosignSigning): Promise<PeerRun>;
  attest(reference: string, type: string, predicate: string, how: CosignSigning): Promise<PeerRun>;
  verify(reference: string, how: CosignVerifying): Promise<PeerRun>;
  verifyAttestation(reference: string, type: string, how: CosignVerifying): Promise<PeerRun>;
  /** Signs a file. @returns the path of the bundle */
  signBlob(file: string, how: CosignSigning): Promise<string>;
  /** Of a file whose signature a log has. */
  verifyBlob(file: string, bundle: string, how: Pick<CosignSigning, 'by'>): Promise<PeerRun>;
  run(args: readonly string[]): Promise<PeerRun>;
}

export interface CosignSigning {
  readonly by: 'key' | 'identity';
  /** Default: the key of these files. */
  readonly key?: string;
  /** `layer` is the older format. */
  readonly form: 'bundle' | 'layer';
  /** Version of the log that keeps an entry. */
  readonly log: 1 | 2 | null;
  /** Attaches the older format as a referrer too. */
  readonly asReferrer?: boolean;
  /** Signs the images of an index too. */
  readonly isRecursive?: boolean;
  /** What the identity token says. Default: {@link ANN}. */
  readonly claims?: TokenClaims;
}

export interface CosignVerifying {
  readonly by: 'key' | 'identity';
  readonly form: 'bundle' | 'layer';
  /** False where no log has an entry. */
  readonly isLogged: boolean;
  /** Default: the key of these files. */
  readonly publicKey?: string;
}

/** Paths of what cosign reads. */
export interface CosignFiles {
  readonly trustedRoot: string;
  /** With a log of that version, or with none and no timestamps. */
  readonly signingConfigurations: Readonly<Record<'none' | 1 | 2, string>>;
  /** PEM of certificates and public keys, where no trust root can be given. */
  readonly authority: string;
  readonly log: string;
  readonly certificateLog: string;
  readonly timestamps: string;
  readonly key: string;
  readonly publicKey: string;
}

export const ANN = { sub: '7', email: 'ann@example.com' } as const;

/**
 * Writes what cosign reads, and makes a key with it.
 *
 * @param generation 2 for the line that knows neither signing configurations nor trust roots when it signs
 */
export async function prepareCosign(
  peer: Peer,
  generation: 2 | 3,
  { sigstore, home }: Pick<Bench, 'sigstore' | 'home'>,
): Promise<Cosign> {
  const folder = join(home, `cosign${generation}`);
  mkdirSync(folder, { recursive: true });
  const files = writeFiles(sigstore, folder);
  const environment = {
    COSIGN_PASSWORD: PASSWORD,
    COSIGN_EXPERIMENTAL: '1',
    SIGSTORE_ROOT_FILE: files.authority,
    SIGSTORE_REKOR_PUBLIC_KEY: files.log,
    SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: files.certificateLog,
    SIGSTORE_TSA_CERTIFICATE_FILE: files.timestamps,
  };
  const run = (args: readonly string[]): Promise<PeerRun> =>
    runPeer(peer, args, { home: folder, environment });
  const signing = (how: CosignSigning): string[] => signingArguments(how, generation, files, sigstore);
  const verifying = (how: CosignVerifying): string[] => verifyingArguments(how, files, sigstore);
  const http = '--allow-http-registry';
  const made = await run(['generate-key-pair']);
  if (made.status !== 0) throw new Error(`cosign makes no key: ${made.said}`);
  return {
    files,
    run,
    sign: (reference, how) =>
      run(['sign', ...signing(how), `--recursive=${how.isRecursive === true}`, http, reference]),
    verify: (reference, how) => run(['verify', ...verifying(how), http, reference]),
    attest: (reference, type, predicate, how) =>
      run(['attest', '--type', type, '--predicate', predicate, ...signing(how), http, reference]),
    verifyAttestation: (reference, type, how) =>
      run(['verify-attestation', '--type', type, ...verifying(how), http, reference]),
    signBlob: async (file, how) => {
      const bundle = `${file}.sigstore.json`;
      const { status, said } = await run(['sign-blob', '--bundle', bundle, ...signing(how), file]);
      if (status !== 0) throw new Error(said);
      return bundle;
    },
    verifyBlob: (file, bundle, { by }) => {
      const believed = [
        ...holderArguments(by, files.publicKey, sigstore),
        '--trusted-root',
        files.trustedRoot,
      ];
      return run(['verify-blob', '--bundle', bundle, ...believed, file]);
    },
  };
}

function writeFiles(sigstore: SigstoreServer, folder: string): CosignFiles {
  const write = (name: string, content: string | object): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const withoutServices = { ...sigstore.signingConfig(1), rekorTlogUrls: [], tsaUrls: [] };
  return {
    trustedRoot: write('trusted_root.json', sigstore.trustedRoot()),
    signingConfigurations: {
      none: write('signing_config_none.json', withoutServices),
      1: write('signing_config_1.json', sigstore.signingConfig(1)),
      2: write('signing_config_2.json', sigstore.signingConfig(2)),
    },
    authority: write('authority.pem', chainPem(sigstore.authority.chain)),
    log: write('log.pub', keyPem(sigstore.logs[1].publicKey)),
    certificateLog: write('certificate-log.pub', keyPem(sigstore.certificateLog.publicKey)),
    timestamps: write('timestamps.pem', chainPem(sigstore.timestamps.chain)),
    // As cosign names those that it makes.
    key: join(folder, 'cosign.key'),
    publicKey: join(folder, 'cosign.pub'),
  };
}

const chainPem = (chain: readonly CertifiedKey[]): string =>
  chain.map(({ certificate }) => toPem(certificate)).join('');

const keyPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

function signingArguments(
  { by, key, form, log, asReferrer, claims = ANN }: CosignSigning,
  generation: 2 | 3,
  files: CosignFiles,
  sigstore: SigstoreServer,
): string[] {
  const signer = by === 'key' ? ['--key', key ?? files.key] : ['--identity-token', sigstore.token(claims)];
  if (form === 'bundle' && generation === 3) {
    const services = files.signingConfigurations[log ?? 'none'];
    return ['--yes', ...signer, '--signing-config', services, '--trusted-root', files.trustedRoot];
  }
  return [
    '--yes',
    ...signer,
    ...(generation === 3 ? ['--new-bundle-format=false', '--use-signing-config=false'] : []),
    ...(form === 'bundle' ? ['--new-bundle-format'] : []),
    ...(log === null ? ['--tlog-upload=false'] : ['--rekor-url', sigstore.rekorV1Url]),
    ...(by === 'key' ? [] : ['--fulcio-url', sigstore.fulcioUrl, '--timestamp-server-url', sigstore.tsaUrl]),
    ...(asReferrer === true ? ['--registry-referrers-mode', 'oci-1-1'] : []),
  ];
}

function verifyingArguments(
  { by, form, isLogged, publicKey }: CosignVerifying,
  files: CosignFiles,
  sigstore: SigstoreServer,
): string[] {
  return [
    ...holderArguments(by, publicKey ?? files.publicKey, sigstore),
    ...(form === 'bundle' ? ['--trusted-root', files.trustedRoot] : []),
    ...(form === 'layer' && by === 'identity' ? ['--use-signed-timestamps'] : []),
    `--new-bundle-format=${form === 'bundle'}`,
    ...(isLogged ? [] : ['--insecure-ignore-tlog']),
  ];
}

function holderArguments(by: CosignSigning['by'], key: string, sigstore: SigstoreServer): string[] {
  return by === 'key'
    ? ['--key', key]
    : ['--certificate-identity', ANN.email, '--certificate-oidc-issuer', sigstore.issuerUrl];
}

/** What a user of `hallmark verify` believes who trusts whom cosign signed for. */
export function believing({ by }: CosignSigning, { files }: Cosign, sigstore: SigstoreServer): string[] {
  const root = ['--trusted-root', files.trustedRoot];
  if (by === 'key') return [...root, '--key', files.publicKey];
  return [...root, '--certificate-issuer', sigstore.issuerUrl, '--certificate-identity', ANN.email];
}

/** Tags are the same everywhere; what has a subject is attached in two ways. */
export function registriesFor({
  form,
  asReferrer,
}: Pick<CosignSigning, 'form' | 'asReferrer'>): readonly ('listing' | 'plain')[] {
  return form === 'layer' && asReferrer !== true ? ['plain'] : ['listing', 'plain'];
}
