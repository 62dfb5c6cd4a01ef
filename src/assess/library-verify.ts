import { parsePlatform } from '../model/platform.ts';
import type { TrustReport } from '../model/trust-report.ts';
import type { RegistryOptions } from '../oci/image.ts';
import type { Environment } from './directories.ts';
import type { EvidenceFile } from './verify-image.ts';

export interface VerifyImageOptions {
  /** A trust policy; unlike on the command line none is looked for. Default: none. */
  readonly policy?: string;
  /** Files with public keys that may have signed, in place of a policy. */
  readonly keys?: readonly string[];
  /** Who may have signed without a key of his own, in place of a policy: the issuer, and the subject as a whole or the source repository. */
  readonly identity?: {
    readonly issuer: string;
    readonly subject?: string;
    readonly repository?: string;
  };
  /** Files of trusted roots, in place of the public one. */
  readonly trustedRoots?: readonly string[];
  /** Folder of certificates in the layout of Notation. */
  readonly trustStore?: string;
  /** `linux/arm64`; default: every image of an index. */
  readonly platform?: string;
  /** Reference by whose rule the image is judged, where it has no name or another one. */
  readonly as?: string;
  /** Evidence besides what is attached. */
  readonly evidence?: readonly EvidenceFile[];
  /** Folder in which what is seen of repositories is remembered; default: nothing is. */
  readonly memory?: string;
  readonly offline?: boolean;
  readonly registry?: RegistryOptions;
  /** Default: the process's own. */
  readonly environment?: Environment;
  /** When it is judged; default: now. */
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

/**
 * Verifies everything that is signed about an image, and judges it by keys, an identity or a policy. That the image or its
 * evidence cannot be had is a verdict too (`error`).
 *
 * @param reference as on the command line: `registry.example/app:1.4`, `oci-dir:./image`, `oci-archive:app.tar`
 * @throws {HallmarkError} with a stable `code` for keys, policies and references that cannot be used
 * @example
 * const { verdict, digest } = await verify('registry.example/app:1.4', { keys: ['release.pub'] });
 */
export async function verify(reference: string, options: VerifyImageOptions = {}): Promise<TrustReport> {
  const { identity, platform, environment = process.env, now, signal, offline = false, registry } = options;
  // who only assesses does not wait for what verifies
  const { chooseTrust, NOTHING_ASKED } = await import('./trust-choice.ts');
  const { verifyImage } = await import('./verify-image.ts');
  const { material, policyFor } = await chooseTrust({
    ...NOTHING_ASKED,
    policy: options.policy ?? false,
    keys: options.keys ?? [],
    identity: identity === undefined ? null : { subject: null, repository: null, ref: null, ...identity },
    trustedRoots: options.trustedRoots ?? [],
    trustStore: options.trustStore,
    environment,
    workingDirectory: process.cwd(),
  });
  return verifyImage(reference, {
    connection: {
      environment,
      offline,
      ...(registry === undefined ? {} : { registry }),
      ...(signal === undefined ? {} : { signal }),
    },
    policyFor,
    material,
    platform: platform === undefined ? undefined : parsePlatform(platform),
    as: options.as,
    files: options.evidence ?? [],
    memory: options.memory ?? null,
    now: now === undefined ? () => Date.now() : () => now.getTime(),
  });
}
