import type { CheckId } from '../../../src/trust/checks/checks.ts';
import { makeBundle, type BundleJson } from '../services/bundles.ts';
import type { CertificateOptions, Identity } from '../services/certificate-authority.ts';
import { USAGES } from '../services/certificate.ts';
import { cosignPayload } from '../services/cosign-layers.ts';
import type { Sigstore } from '../services/deployment.ts';
import type { EvidenceLayer } from './edit-evidence.ts';
import { present } from './tampering.ts';

/** Certificates that an authority of the trust root issued, and that must not count. */
export interface CertificateFlaw {
  readonly name: string;
  readonly options: (now: Date) => CertificateOptions;
  readonly fails: CheckId;
}

const DAY = 24 * 60 * 60_000;

export const CERTIFICATE_FLAWS: readonly CertificateFlaw[] = [
  {
    name: 'a certificate that had expired',
    options: (now) => ({ notBefore: new Date(now.getTime() - DAY) }),
    fails: 'certificate.chain',
  },
  {
    name: 'a certificate that was not valid yet',
    options: (now) => ({ notBefore: new Date(now.getTime() + DAY) }),
    fails: 'certificate.chain',
  },
  {
    name: 'a certificate for something else than signing code',
    options: () => ({ usages: [USAGES.serverAuthentication] }),
    fails: 'certificate.form',
  },
  { name: 'a certificate for nothing', options: () => ({ usages: [] }), fails: 'certificate.form' },
  {
    name: 'a certificate of an authority',
    options: () => ({ isAuthority: true }),
    fails: 'certificate.form',
  },
  {
    name: 'a certificate that no log promised to publish',
    options: () => ({ isLogged: false }),
    fails: 'certificate.transparency',
  },
];

/** Signs the content of a bundle again, with a certificate of one's choice. */
export function resignBundle(
  sigstore: Sigstore,
  layer: EvidenceLayer,
  log: 1 | 2,
  identity: Identity,
  options: CertificateOptions,
): void {
  const { dsseEnvelope } = JSON.parse(layer.content.toString()) as BundleJson;
  const { payload, payloadType } = present(dsseEnvelope);
  const signer = { kind: 'certificate', identity, options } as const;
  const content = { payload: Buffer.from(payload, 'base64'), payloadType };
  const { bundle } = makeBundle(sigstore, { ...content, signer, logs: [log], timestamps: [{}] });
  layer.content = Buffer.from(JSON.stringify(bundle));
}

/** The same for a signature in the older format. */
export function resignLayer(
  sigstore: Sigstore,
  layer: EvidenceLayer,
  identity: Identity,
  options: CertificateOptions,
): void {
  const signer = { kind: 'certificate', identity, options } as const;
  const { annotations } = cosignPayload(sigstore, layer.content, { signer, timestamps: [{}] });
  Object.assign(layer.annotations, annotations);
}
