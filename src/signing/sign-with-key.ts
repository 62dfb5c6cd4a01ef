/** Signing one manifest with a key alone: no certificate, no log, no timestamp, so that nothing becomes known to anybody else. */
import { randomBytes } from 'node:crypto';
import type { Digest } from '../model/digest.ts';
import { DEFAULT_RETRY_POLICY } from '../oci/registry/retry.ts';
import { createTransport } from '../oci/registry/transport.ts';
import type { ImageWriter } from '../oci/store/image-store.ts';
import type { SigningKey } from './keys/signing-key.ts';
import { NO_SERVICES } from './services/signing-config.ts';
import { signImage, type SigningReport, type SignRequest } from './sign-image.ts';

export interface KeySigning extends Pick<SignRequest, 'meaning' | 'created' | 'now'> {
  readonly key: SigningKey;
  /** Signs without looking at what is there, where it is known that nothing is. */
  readonly isRenewed?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs a manifest as a bundle and attaches it; what this key has said of it already is not said again.
 *
 * @throws {SigningError}
 */
export async function signWithKey(
  writer: ImageWriter,
  digest: Digest,
  { key, signal = new AbortController().signal, ...said }: KeySigning,
): Promise<SigningReport> {
  // nothing is sent through it: there are no services
  const transport = createTransport({ timeoutMs: 1, offline: true, environment: {} });
  try {
    return await signImage({
      writer,
      name: digest,
      form: 'bundle',
      roles: null,
      platform: undefined,
      isSingle: true,
      isRenewed: false,
      signer: { kind: 'key', key },
      services: NO_SERVICES,
      serviceOptions: { transport, policy: DEFAULT_RETRY_POLICY, signal },
      roots: [],
      confirm: async () => true,
      random: randomBytes,
      ...said,
    });
  } finally {
    await transport.close();
  }
}
