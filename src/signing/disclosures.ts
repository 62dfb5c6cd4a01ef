/** What leaves this machine for services, and what of it everybody will be able to read. Shown before it happens. */
import { digestOf, type Digest } from '../model/digest.ts';
import { type JsonObject, textIn } from '../formats/json.ts';
import type { FulcioExtension } from '../model/trust.ts';
import type { IdentityToken } from './services/identity-token.ts';
import { type Content, signedBytes } from './sign-content.ts';
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
  readonly content: Content;
  /** Null for a message. */
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
  const sent = contents.flatMap(({ subject, predicateType }) =>
    predicateType === null ? [] : [{ name: `statement (${predicateType}) about`, value: subject }],
  );
  return [
    ...('token' in signer && authority !== null
      ? [disclosure('certificate-authority', authority, true, identity)]
      : []),
    ...witnesses.logs.flatMap(({ url, version }) => [
      disclosure('transparency-log', url, true, [
        ...identity,
        ...contents.flatMap((one) => logFacts(one, version)),
      ]),
      // version 1 is sent the whole envelope, and keeps its digest
      ...(version === 1 && sent.length > 0 ? [disclosure('transparency-log', url, false, sent)] : []),
    ]),
    ...witnesses.timestampAuthorities.map((url) =>
      disclosure('timestamp-authority', url, false, [
        { name: 'SHA-256 of signatures', value: `${contents.length}, which say nothing of what is signed` },
      ]),
    ),
  ];
}

/** Of several signings: each service once, with everything that it learns. */
export function mergeDisclosures(all: readonly Disclosure[]): readonly Disclosure[] {
  const services = new Map<string, Disclosure>();
  for (const one of all) {
    const key = `${one.service} ${one.url}`;
    const before = services.get(key)?.facts ?? [];
    const more = one.facts.filter(
      ({ name, value }) => !before.some((known) => known.name === name && known.value === value),
    );
    services.set(key, { ...one, facts: [...before, ...more] });
  }
  return [...services.values()];
}

/** Version 1 publishes the digest of a statement, version 2 that of the encoding that is signed. */
function logFacts({ subject, content }: DisclosedContent, version: 1 | 2): readonly DisclosedFact[] {
  const published = version === 1 && content.kind === 'statement' ? content.payload : signedBytes(content);
  return [
    { name: 'SHA-256 of what is signed', value: digestOf(published) },
    { name: 'recognised by whoever knows', value: subject },
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

const GITHUB = 'https://github.com';
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

type Claim = (name: string) => string;

/** What Fulcio makes of the claims of GitHub's tokens. Fulcio, `docs/oidc.md`, "GitHub", and `config/identity/config.yaml`. */
const GITHUB_EXTENSIONS: Readonly<Record<FulcioExtension, (claim: Claim) => string>> = {
  buildSignerUri: (claim) => `${GITHUB}/${claim('job_workflow_ref')}`,
  buildSignerDigest: (claim) => claim('job_workflow_sha'),
  runnerEnvironment: (claim) => claim('runner_environment'),
  sourceRepositoryUri: (claim) => `${GITHUB}/${claim('repository')}`,
  sourceRepositoryDigest: (claim) => claim('sha'),
  sourceRepositoryRef: (claim) => claim('ref'),
  sourceRepositoryId: (claim) => claim('repository_id'),
  sourceRepositoryOwnerUri: (claim) => `${GITHUB}/${claim('repository_owner')}`,
  sourceRepositoryOwnerId: (claim) => claim('repository_owner_id'),
  buildConfigUri: (claim) => `${GITHUB}/${claim('workflow_ref')}`,
  buildConfigDigest: (claim) => claim('workflow_sha'),
  buildTrigger: (claim) => claim('event_name'),
  runInvocationUri: (claim) =>
    `${GITHUB}/${claim('repository')}/actions/runs/${claim('run_id')}/attempts/${claim('run_attempt')}`,
  sourceRepositoryVisibility: (claim) => claim('repository_visibility'),
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
function certificateFacts(token: IdentityToken): readonly DisclosedFact[] {
  const { claims, issuers } = token;
  const issuer = { name: 'issuer', value: issuers.at(-1) ?? '' };
  const subject = expectedSubject(token);
  if (subject !== null) {
    const isWorkflow = isGitHubWorkflow(token);
    const named = [issuer, { name: isWorkflow ? 'workflow' : 'mail address', value: subject }];
    return isWorkflow ? [...named, ...workflowFacts(claims)] : named;
  }
  const others = Object.entries(claims).flatMap(([name, value]) =>
    TECHNICAL.has(name) || name === 'iss'
      ? []
      : [{ name: `claim ${name}`, value: JSON.stringify(value) ?? '' }],
  );
  return [issuer, ...others];
}

function workflowFacts(claims: JsonObject): readonly DisclosedFact[] {
  const claim = (name: string): string => textIn(claims, name);
  const extensions = Object.entries(GITHUB_EXTENSIONS).map(([name, toText]) => ({
    name,
    value: toText(claim),
  }));
  // an older extension that no newer one replaces
  return [...extensions, { name: 'name of the workflow', value: claim('workflow') }];
}

/** How a certificate will write who signed, where that can be told from the token; else null. */
export function expectedSubject(token: IdentityToken): string | null {
  const { claims } = token;
  const address = textIn(claims, 'email');
  if (address !== '') return address;
  return isGitHubWorkflow(token) ? `${GITHUB}/${textIn(claims, 'job_workflow_ref')}` : null;
}

function isGitHubWorkflow({ claims }: IdentityToken): boolean {
  return textIn(claims, 'iss') === GITHUB_ISSUER && textIn(claims, 'job_workflow_ref') !== '';
}
