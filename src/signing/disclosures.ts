/** What leaves this machine for services, and what of it everybody will be able to read. Shown before it happens. */
import type { Digest } from '../model/digest.ts';
import { FULCIO_EXTENSIONS, type FulcioExtension } from '../model/trust.ts';
import { textIn } from '../formats/json.ts';
import type { IdentityToken } from './services/identity-token.ts';
import type { SigningServices } from './services/signing-config.ts';

export interface Disclosure {
  readonly service: 'certificate-authority' | 'transparency-log' | 'timestamp-authority';
  readonly url: string;
  /** True for what is published, as a rule for ever. */
  readonly isPublished: boolean;
  readonly facts: readonly DisclosedFact[];
}

export interface DisclosedFact {
  readonly name: string;
  readonly value: string;
}

/** What will be signed, one entry for each signature. */
export interface DisclosedContent {
  readonly subject: Digest;
  /** Of the signed bytes: the statement or message. */
  readonly content: Digest;
  readonly predicateType: string | null;
}

/**
 * What becomes known to whom. Signing with a key and without services makes nothing known to anybody but the registry.
 *
 * @param signer the token of who signs, or the identifier of the key
 */
export function disclosuresOf(
  { authority, witnesses }: SigningServices,
  signer: { readonly token: IdentityToken } | { readonly keyId: Digest },
  contents: readonly DisclosedContent[],
): readonly Disclosure[] {
  const identity =
    'token' in signer ? certificateFacts(signer.token) : [{ name: 'public key', value: signer.keyId }];
  const publishedContents = contents.flatMap(({ subject, content }) => [
    { name: 'SHA-256 of what is signed', value: content },
    { name: 'which whoever knows it finds by', value: subject },
  ]);
  const readContents = contents.flatMap(({ subject, predicateType }) =>
    predicateType === null ? [] : [{ name: `statement (${predicateType}) about`, value: subject }],
  );
  return [
    ...('token' in signer && authority !== null
      ? [disclosure('certificate-authority', authority, true, identity)]
      : []),
    ...witnesses.logs.flatMap(({ url, version }) => [
      disclosure('transparency-log', url, true, [...identity, ...publishedContents]),
      // version 1 is sent the whole envelope, and keeps its digest
      ...(version === 1 && readContents.length > 0
        ? [disclosure('transparency-log', url, false, readContents)]
        : []),
    ]),
    ...witnesses.timestampAuthorities.map((url) =>
      disclosure('timestamp-authority', url, false, [
        { name: 'SHA-256 of signatures', value: `${contents.length}, which say nothing of what is signed` },
      ]),
    ),
  ];
}

function disclosure(
  service: Disclosure['service'],
  url: URL,
  isPublished: boolean,
  facts: readonly DisclosedFact[],
): Disclosure {
  return { service, url: url.href, isPublished, facts };
}

/** Claims of GitHub's tokens and the extensions that Fulcio makes of them. Fulcio, `docs/oidc.md`, "GitHub". */
const GITHUB_CLAIMS: Readonly<Partial<Record<FulcioExtension, string>>> = {
  buildSignerUri: 'job_workflow_ref',
  buildSignerDigest: 'job_workflow_sha',
  runnerEnvironment: 'runner_environment',
  sourceRepositoryUri: 'repository',
  sourceRepositoryDigest: 'sha',
  sourceRepositoryRef: 'ref',
  sourceRepositoryId: 'repository_id',
  sourceRepositoryOwnerUri: 'repository_owner',
  sourceRepositoryOwnerId: 'repository_owner_id',
  buildConfigUri: 'workflow_ref',
  buildConfigDigest: 'workflow_sha',
  buildTrigger: 'event_name',
  runInvocationUri: 'run_id',
  sourceRepositoryVisibility: 'repository_visibility',
};

/** Of the token's own mechanics; no certificate has them. */
const TECHNICAL: ReadonlySet<string> = new Set([
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'at_hash',
  'c_hash',
  'nonce',
  'azp',
  'auth_time',
]);

/** What the certificate will say, decoded from the token. Of issuers that are not known here, every claim may be in it. */
function certificateFacts({ claims, issuers, subject }: IdentityToken): readonly DisclosedFact[] {
  const issuer = { name: 'issuer', value: issuers.at(-1) ?? '' };
  if (textIn(claims, 'email') !== '') return [issuer, { name: 'mail address', value: subject }];
  if (textIn(claims, 'job_workflow_ref') !== '') {
    const extensions = Object.keys(FULCIO_EXTENSIONS).flatMap((extension) => {
      const claim = GITHUB_CLAIMS[extension as FulcioExtension] ?? '';
      const value = textIn(claims, claim);
      return value === '' ? [] : [{ name: extension, value }];
    });
    return [issuer, ...extensions];
  }
  const others = Object.entries(claims).flatMap(([name, value]) =>
    TECHNICAL.has(name) || name === 'iss'
      ? []
      : [{ name: `claim ${name}`, value: JSON.stringify(value) ?? '' }],
  );
  return [issuer, ...others];
}

/** How a certificate will write who signed, where that can be told from the token; else null. */
export function expectedSubject({ claims }: IdentityToken): string | null {
  const address = textIn(claims, 'email');
  if (address !== '') return address;
  const workflow = textIn(claims, 'job_workflow_ref');
  const isGitHub = textIn(claims, 'iss') === 'https://token.actions.githubusercontent.com';
  return isGitHub && workflow !== '' ? `https://github.com/${workflow}` : null;
}
