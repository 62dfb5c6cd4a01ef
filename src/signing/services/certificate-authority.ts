/** A certificate for a key that lives as long as this process, from an authority with Fulcio's interface, version 2. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { list, object, string } from '../../oci/shape.ts';
import { toPublicPem, type SigningKey } from '../keys/signing-key.ts';
import type { IdentityToken } from './identity-token.ts';
import {
  askService,
  below,
  readAnswer,
  type ServiceOptions,
  type ServiceRequest,
  wrongAnswer,
} from './service-client.ts';

const SERVICE = 'the certificate authority';
const MAX_CERTIFICATES = 10;
const MAX_PEM = 64 * 1024;

const answerShape = object({
  signedCertificateEmbeddedSct: object({
    chain: object({ certificates: list(string(MAX_PEM), MAX_CERTIFICATES) }),
  }),
});

export interface IssuedCertificate {
  readonly leaf: X509Certificate;
  /** Issuers, the leaf's first. Nobody has to believe them. */
  readonly chain: readonly X509Certificate[];
}

/**
 * Asks for a certificate. That we have the key is shown by a signature over the subject of the token.
 *
 * @throws {SigningError} SIGNING_SERVICE_UNAVAILABLE, SIGNING_SERVICE_ANSWER
 */
export async function requestCertificate(
  authority: URL,
  key: SigningKey,
  token: IdentityToken,
  options: ServiceOptions,
): Promise<IssuedCertificate> {
  const proof = await key.sign(Buffer.from(token.subject), options.signal);
  const request: ServiceRequest = {
    service: SERVICE,
    method: 'POST',
    url: below(authority, 'api/v2/signingCert'),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token.text}` },
    secret: token.text,
    body: JSON.stringify({
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: toPublicPem(key.publicKey) },
        proofOfPossession: proof.toString('base64'),
      },
    }),
    done: [200, 201],
  };
  const { signedCertificateEmbeddedSct } = readAnswer(
    answerShape,
    await askService(request, options),
    request,
  );
  const refuse = (reason: string) => wrongAnswer(SERVICE, request.url, reason);
  const [leaf, ...chain] = signedCertificateEmbeddedSct.chain.certificates.map((pem) =>
    toCertificate(pem, refuse),
  );
  if (leaf === undefined) throw refuse('it sent no certificate');
  if (!isSameKey(leaf.publicKey, key.publicKey)) throw refuse('the certificate is for another key');
  return { leaf, chain };
}

function toCertificate(pem: string, refuse: (reason: string) => Error): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw refuse('what it sent is not a certificate');
  }
}

function isSameKey(one: KeyObject, other: KeyObject): boolean {
  return one.equals(other);
}
