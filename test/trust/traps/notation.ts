/** Signatures of Notation, right or with one thing wrong. Notary Project, signature-specification.md and signature-envelope-jws.md. */
import { type KeyObject, sign, X509Certificate } from 'node:crypto';
import { buildReferrer } from '../../images/evidence-builder.ts';
import type { BuiltBlob, BuiltIndex } from '../../images/image-builder.ts';
import {
  type CertificateRequest,
  DIGITAL_SIGNATURE,
  KEY_CERT_SIGN,
  makeCertificate,
  p256,
} from '../certificates/make-certificate.ts';
import type { Scene } from './scene.ts';

const rootKeys = p256();
const leafKeys = p256();

const ROOT = makeCertificate({
  name: 'root',
  keys: rootKeys,
  usages: [KEY_CERT_SIGN],
  authority: { longestPath: null },
});

export interface NotationRecipe {
  readonly leaf?: Partial<CertificateRequest>;
  readonly key?: KeyObject;
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A signature of an image as JWS. */
export function notationEnvelope(
  image: BuiltBlob,
  { leaf = {}, key = leafKeys.privateKey }: NotationRecipe = {},
): Buffer {
  const certificate = makeCertificate({
    name: 'release',
    keys: leafKeys,
    issuer: { name: 'root', keys: rootKeys },
    usages: [DIGITAL_SIGNATURE],
    purposes: ['1.3.6.1.5.5.7.3.3'],
    ...leaf,
  });
  const { mediaType, digest, bytes } = image;
  const parts = {
    payload: base64url({ targetArtifact: { mediaType, digest, size: bytes.length } }),
    protected: base64url({
      alg: 'ES256',
      crit: ['io.cncf.notary.signingScheme'],
      cty: 'application/vnd.cncf.notary.payload.v1+json',
      'io.cncf.notary.signingScheme': 'notary.x509',
      'io.cncf.notary.signingTime': '2026-05-31T12:00:00Z',
    }),
  };
  const signed = Buffer.from(`${parts.protected}.${parts.payload}`);
  const signature = sign('sha256', signed, { key, dsaEncoding: 'ieee-p1363' });
  const x5c = [certificate, ROOT].map((one) => one.toString('base64'));
  const envelope = { ...parts, signature: signature.toString('base64url'), header: { x5c } };
  return Buffer.from(JSON.stringify(envelope));
}

/** An envelope as Notation attaches it. */
export function attachNotation(image: BuiltBlob, content: Uint8Array): BuiltIndex {
  return buildReferrer(image, {
    layers: [{ content, mediaType: 'application/jose+json' }],
    artifactType: 'application/vnd.cncf.notary.signature',
  });
}

/** The policy that asks for a certificate of the store in which the root is. */
export const NOTATION_SIGNS: Pick<Scene, 'policy' | 'files'> = {
  files: { 'ca.pem': new X509Certificate(ROOT).toString() },
  policy: `
stores: { 'ca:acme': [ca.pem] }
authorities: { release: { x509: { store: 'ca:acme' } } }
rules: [{ repositories: ['HOST/acme/**'], require: [{ signature: { by: release } }] }]`,
};
