import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ASN1Obj } from '@sigstore/core';
import { readBody } from '../../loopback.ts';
import type { CertificateAuthority, Identity } from './certificate-authority.ts';
import { toPem } from './certificate.ts';
import type { OidcIssuer, TokenClaims } from './oidc-issuer.ts';

/**
 * Answers as Fulcio: a certificate for whoever holds a token and a key. Version 2 is that of `fulcio.proto`; version 1 is what
 * cosign up to 2 asks: the PEM in base64, and the certificates as they are.
 */
export function fulcioHandler(authority: CertificateAuthority, issuer: OidcIssuer) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const version = /^\/api\/v([12])\/signingCert$/.exec(request.url ?? '')?.[1];
    if (version === undefined || request.method !== 'POST') {
      refuse(response, 404, 'no such method');
      return;
    }
    const asked =
      version === '1'
        ? toSigningRequest(JSON.parse(body.toString()) as OldSigningRequest)
        : (JSON.parse(body.toString()) as SigningRequest);
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const claims = issuer.read(bearer ?? asked.credentials?.oidcIdentityToken ?? '');
    if (typeof claims === 'string') {
      refuse(response, 401, `There was an error processing the identity token: ${claims}`);
      return;
    }
    const publicKey = provenKey(asked, claims.email ?? claims.sub);
    if (publicKey === null) {
      refuse(response, 400, 'The signature supplied in the request could not be verified');
      return;
    }
    const leaf = authority.issue(publicKey, toIdentity(claims));
    const certificates = [leaf, ...authority.chain.map(({ certificate }) => certificate)].map(toPem);
    if (version === '1') {
      response.writeHead(201, { 'content-type': 'application/pem-certificate-chain' });
      response.end(certificates.join(''));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates } } }));
  };
}

interface SigningRequest {
  readonly credentials?: { readonly oidcIdentityToken?: string };
  readonly publicKeyRequest?: {
    readonly publicKey: { readonly content: string };
    readonly proofOfPossession: string;
  };
  readonly certificateSigningRequest?: string;
}

interface OldSigningRequest {
  readonly publicKey?: { readonly content: string };
  readonly signedEmailAddress?: string;
  readonly certificateSigningRequest?: string;
}

function toSigningRequest(asked: OldSigningRequest): SigningRequest {
  if (asked.certificateSigningRequest) return { certificateSigningRequest: asked.certificateSigningRequest };
  const content = Buffer.from(asked.publicKey?.content ?? '', 'base64').toString();
  return {
    publicKeyRequest: { publicKey: { content }, proofOfPossession: asked.signedEmailAddress ?? '' },
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ code: status === 401 ? 16 : 3, message, details: [] }));
}

/** The key of a request whose sender has shown that they hold it; null where they have not. */
function provenKey(asked: SigningRequest, challenge: string): KeyObject | null {
  if (asked.certificateSigningRequest !== undefined)
    return requestedKey(Buffer.from(asked.certificateSigningRequest, 'base64').toString());
  const { publicKey, proofOfPossession } = asked.publicKeyRequest ?? {};
  if (publicKey === undefined || proofOfPossession === undefined) return null;
  const key = createPublicKey(publicKey.content);
  const proof = Buffer.from(proofOfPossession, 'base64');
  return verify(hashOf(key), Buffer.from(challenge), key, proof) ? key : null;
}

/** The key of a PKCS#10 request that is signed with it. RFC 2986, 4 */
function requestedKey(pem: string): KeyObject | null {
  const [, content = ''] = /-----BEGIN CERTIFICATE REQUEST-----([^-]+)-----END/.exec(pem) ?? [];
  const [info, , signature] = ASN1Obj.parseBuffer(Buffer.from(content, 'base64')).subs;
  const spki = info?.subs[2];
  if (info === undefined || spki === undefined || signature === undefined) return null;
  const key = createPublicKey({ key: spki.toDER(), format: 'der', type: 'spki' });
  // The first octet of a BIT STRING counts its unused bits.
  return verify(hashOf(key), info.toDER(), key, signature.value.subarray(1)) ? key : null;
}

function hashOf(key: KeyObject): string | null {
  if (key.asymmetricKeyType === 'ed25519') return null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return curve === 'secp384r1' ? 'sha384' : curve === 'secp521r1' ? 'sha512' : 'sha256';
}

/** What a certificate says of whom a token names. Fulcio, docs/oidc.md and docs/oid-info.md */
export function toIdentity(claims: TokenClaims): Identity {
  const issuer = String(claims['iss']);
  if (claims.email !== undefined) return { issuer, subject: { kind: 'email', value: claims.email } };
  if (claims['job_workflow_ref'] === undefined)
    return { issuer, subject: { kind: 'uri', value: claims.sub } };
  const text = (claim: string): string => String(claims[claim]);
  const address = (claim: string): string => `https://github.com/${text(claim)}`;
  return {
    issuer,
    subject: { kind: 'uri', value: address('job_workflow_ref') },
    extensions: {
      buildSignerUri: address('job_workflow_ref'),
      buildSignerDigest: text('job_workflow_sha'),
      runnerEnvironment: text('runner_environment'),
      sourceRepositoryUri: address('repository'),
      sourceRepositoryDigest: text('sha'),
      sourceRepositoryRef: text('ref'),
      sourceRepositoryId: text('repository_id'),
      sourceRepositoryOwnerUri: address('repository_owner'),
      sourceRepositoryOwnerId: text('repository_owner_id'),
      buildConfigUri: address('workflow_ref'),
      buildConfigDigest: text('workflow_sha'),
      buildTrigger: text('event_name'),
      runInvocationUri: `${address('repository')}/actions/runs/${text('run_id')}/attempts/${text('run_attempt')}`,
      sourceRepositoryVisibility: text('repository_visibility'),
    },
  };
}
