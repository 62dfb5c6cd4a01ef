/** Signing one manifest with a key alone: no certificate, no log, no timestamp, so that nothing becomes known to anybody else. */
import { randomBytes } from 'node:crypto';
import type { Digest } from '../model/digest.ts';
import { DEFAULT_RETRY_POLICY } from '../oci/registry/retry.ts';
import { createTransport } from '../oci/registry/transport.ts';
import type { ImageReader, ImageWriter } from '../oci/store/image-store.ts';
import { bundleOf } from './attach-targets.ts';
import { type AttachedContent, attachContents } from './attached-manifest.ts';
import type { SigningKey } from './keys/signing-key.ts';
import { NO_SERVICES } from './services/signing-config.ts';
import { type SignRequest, trustedKey } from './sign-image.ts';
import { signTargets } from './sign-targets.ts';
import { type Meaning, planSigning } from './signing-plan.ts';

export interface KeySigning extends Pick<SignRequest, 'created' | 'now'> {
  readonly key: SigningKey;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs a manifest as a bundle and attaches it; what this key has said of it already is not said again.
 *
 * @throws {SigningError}
 * @throws {OciError}
 */
export async function signWithKey(
  writer: ImageWriter,
  digest: Digest,
  { meaning, ...options }: KeySigning & Pick<SignRequest, 'meaning'>,
): Promise<void> {
  await attachContents(await bundlesByKey(writer, digest, [meaning], options), writer, options.signal);
}

/**
 * Signs a manifest for several meanings, with one look at what is there: bundles of what this key has not said of it, which are still
 * to be attached.
 *
 * @throws as {@link signWithKey}
 */
export async function bundlesByKey(
  reader: ImageReader,
  digest: Digest,
  meanings: readonly Meaning[],
  { key, created, now, signal = new AbortController().signal }: KeySigning,
): Promise<readonly AttachedContent[]> {
  const expected = { kind: 'key', keyId: key.id } as const;
  const material = { sigstore: [], keys: [trustedKey(key, NO_SERVICES)], stores: [] };
  const { targets } = await planSigning(reader, digest, {
    meanings,
    form: 'bundle',
    signer: expected,
    roles: null,
    platform: undefined,
    isSingle: true,
    isRenewed: false,
    material,
    now: now(),
    signal,
  });
  // nothing is sent through it: there are no services
  const transport = createTransport({ timeoutMs: 1, offline: true, environment: {} });
  try {
    const signed = await signTargets(targets, {
      form: 'bundle',
      repository: '',
      identity: { key, certificate: null },
      expected,
      material,
      now,
      witnesses: NO_SERVICES.witnesses,
      services: { transport, policy: DEFAULT_RETRY_POLICY, signal },
      random: randomBytes,
    });
    return signed.map((one) => bundleOf(one, created));
  } finally {
    await transport.close();
  }
}
