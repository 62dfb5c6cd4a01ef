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
  verifyBlob(file: string, bundle: string, how: CosignVerifying): Promise<PeerRun>;
  run(args: readonly string[]): Promise<PeerRun>;
}

export interface CosignSigning {
  readonly by: 'key' | 'identity';
  /** `layer` is the older format. */
  readonly form: 'bundle' | 'layer';
  /** Version of the log that keeps an entry. */
  readonly log: 1 | 2 | null;
  /** Attaches the older format as a referrer too. */
  readonly asReferrer?: boolean;
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
  /** PEM of the authority's certificates, and of the older log's key. */
  readonly authority: string;
  readonly logKey: string;
  readonly key: string;
  readonly publicKey: string;
}

export const ANN = { sub: '7', email: 'ann@example.com' } as const;

const chainPem = (chain: readonly CertifiedKey[]): string =>
  chain.map(({ certificate }) => toPem(certificate)).join('');

const keyPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

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
  const write = (name: string, content: string | object): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const trustedRoot = write('trusted_root.json', sigstore.trustedRoot());
  const configurations = {
    none: write('signing_config_none.json', { ...sigstore.signingConfig(1), rekorTlogUrls: [], tsaUrls: [] }),
    1: write('signing_config_1.json', sigstore.signingConfig(1)),
    2: write('signing_config_2.json', sigstore.signingConfig(2)),
  };
  const authority = write('authority.pem', chainPem(sigstore.authority.chain));
  const logKey = write('log.pub', keyPem(sigstore.logs[1].publicKey));
  const environment = {
    COSIGN_PASSWORD: PASSWORD,
    COSIGN_EXPERIMENTAL: '1',
    // What stands in for a trust root where none can be given.
    SIGSTORE_ROOT_FILE: authority,
    SIGSTORE_REKOR_PUBLIC_KEY: logKey,
    SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: write('ct.pub', keyPem(sigstore.certificateLog.publicKey)),
    SIGSTORE_TSA_CERTIFICATE_FILE: write('timestamps.pem', chainPem(sigstore.timestamps.chain)),
  };
  const run = (args: readonly string[]): Promise<PeerRun> =>
    runPeer(peer, args, { home: folder, environment });
  const signer = ({ by, claims = ANN }: CosignSigning): string[] =>
    by === 'key' ? ['--key', 'cosign.key'] : ['--identity-token', sigstore.token(claims)];
  const services = ({ by, form, log, asReferrer }: CosignSigning): string[] => {
    if (form === 'bundle' && generation === 3)
      return ['--signing-config', configurations[log ?? 'none'], '--trusted-root', trustedRoot];
    return [
      ...(generation === 3 ? ['--new-bundle-format=false', '--use-signing-config=false'] : []),
      ...(form === 'bundle' ? ['--new-bundle-format'] : []),
      ...(log === null ? ['--tlog-upload=false'] : ['--rekor-url', sigstore.rekorV1Url]),
      ...(by === 'key'
        ? []
        : ['--fulcio-url', sigstore.fulcioUrl, '--timestamp-server-url', sigstore.tsaUrl]),
      ...(asReferrer === true ? ['--registry-referrers-mode', 'oci-1-1'] : []),
    ];
  };
  const holder = (by: CosignSigning['by'], key: string): string[] =>
    by === 'key'
      ? ['--key', key]
      : ['--certificate-identity', ANN.email, '--certificate-oidc-issuer', sigstore.issuerUrl];
  const believed = ({ by, form, isLogged, publicKey: key = 'cosign.pub' }: CosignVerifying): string[] => [
    ...holder(by, key),
    ...(form === 'bundle' ? ['--trusted-root', trustedRoot] : []),
    ...(form === 'layer' && by === 'identity' ? ['--use-signed-timestamps'] : []),
    `--new-bundle-format=${form === 'bundle'}`,
    ...(isLogged ? [] : ['--insecure-ignore-tlog']),
  ];
  const http = '--allow-http-registry';
  const made = await run(['generate-key-pair']);
  if (made.status !== 0) throw new Error(`cosign makes no key: ${made.said}`);
  return {
    files: {
      trustedRoot,
      signingConfigurations: configurations,
      authority,
      logKey,
      key: join(folder, 'cosign.key'),
      publicKey: join(folder, 'cosign.pub'),
    },
    run,
    sign: (reference, how) => run(['sign', '--yes', ...signer(how), ...services(how), http, reference]),
    attest: (reference, type, predicate, how) => {
      const about = ['--type', type, '--predicate', predicate];
      return run(['attest', '--yes', ...about, ...signer(how), ...services(how), http, reference]);
    },
    verify: (reference, how) => run(['verify', ...believed(how), http, reference]),
    signBlob: async (file, how) => {
      const bundle = `${file}.sigstore.json`;
      const made = await run([
        'sign-blob',
        '--yes',
        '--bundle',
        bundle,
        ...signer(how),
        ...services(how),
        file,
      ]);
      if (made.status !== 0) throw new Error(made.said);
      return bundle;
    },
    verifyBlob: (file, bundle, { by, isLogged, publicKey: key = 'cosign.pub' }) => {
      const trust = ['--trusted-root', trustedRoot, ...(isLogged ? [] : ['--insecure-ignore-tlog'])];
      return run(['verify-blob', '--bundle', bundle, ...holder(by, key), ...trust, file]);
    },
    verifyAttestation: (reference, type, how) =>
      run(['verify-attestation', '--type', type, ...believed(how), http, reference]),
  };
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
