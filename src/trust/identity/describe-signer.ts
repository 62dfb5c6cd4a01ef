import type { CertificateIdentity, Signer } from '../../model/trust.ts';
import { parseWorkflowUri, repositoryUri, type WorkflowUri } from './workflow-uri.ts';

/** https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments */
export const GITHUB_ACTIONS_ISSUER = 'https://token.actions.githubusercontent.com';

/**
 * The workflow that ran, and the one that called it. A reusable workflow signs in its own name (the subject): who called it
 * stands in other extensions, and a policy that reads only one of the two trusts everybody who may call it, or whatever the
 * caller runs. Fulcio, docs/oid-info.md.
 */
export interface WorkflowIdentity {
  /** The file whose steps signed. */
  readonly workflow: WorkflowUri;
  /** Whose repository and run it was; null where the workflow was not called from another one. */
  readonly caller: {
    readonly repository: string;
    readonly workflow: WorkflowUri | null;
    readonly ref: string | null;
  } | null;
}

/** Null for certificates of people and of services that are no workflow. */
export function workflowIdentity({ subject, extensions }: CertificateIdentity): WorkflowIdentity | null {
  const workflow = subject.kind === 'uri' ? parseWorkflowUri(subject.value) : null;
  if (workflow === null) return null;
  const { buildConfigUri, sourceRepositoryUri, sourceRepositoryRef } = extensions;
  const top = buildConfigUri === undefined ? null : parseWorkflowUri(buildConfigUri);
  const repository = sourceRepositoryUri ?? (top === null ? null : repositoryUri(top));
  const isCalled =
    (repository !== null && repository !== repositoryUri(workflow)) ||
    (top !== null && top.path !== workflow.path);
  const caller =
    isCalled && repository !== null ? { repository, workflow: top, ref: sourceRepositoryRef ?? null } : null;
  return { workflow, caller };
}

/** One line for people. Texts are as signed: whoever prints them escapes them. */
export function describeSigner(signer: Signer): string {
  switch (signer.kind) {
    case 'key':
      return `key ${signer.name} (${signer.keyId.slice(0, SHORT_DIGEST)})`;
    case 'x509':
      return `certificate ${signer.subject} of ${signer.store}`;
    case 'certificate':
      return describeCertificate(signer.identity);
  }
}

/** `sha256:` and twelve digits, by which people recognise a key. */
const SHORT_DIGEST = 19;

function describeCertificate(identity: CertificateIdentity): string {
  const { subject } = identity;
  const issuer = identity.issuer ?? 'an unnamed issuer';
  const found = workflowIdentity(identity);
  if (found === null) {
    return subject.kind === 'email'
      ? `${subject.value}, known to ${issuer}`
      : `${subject.value} (issuer ${issuer})`;
  }
  const { workflow, caller } = found;
  const service = serviceOf(workflow, issuer);
  const called =
    caller === null
      ? ''
      : `, called by ${
          caller.workflow === null
            ? `${shortRepository(caller.repository)}${caller.ref === null ? '' : ` at ${caller.ref}`}`
            : describeWorkflow(caller.workflow)
        }`;
  return `${service} ${describeWorkflow(workflow)}${called}`;
}

/** An issuer that nobody knows is named, lest its certificates look like those of the service that it names. */
function serviceOf({ host, path }: WorkflowUri, issuer: string): string {
  if (issuer === GITHUB_ACTIONS_ISSUER && host === 'github.com') return 'GitHub Actions workflow';
  if (issuer === 'https://gitlab.com' && host === 'gitlab.com') return 'GitLab CI pipeline';
  return `${path.startsWith('.github/') ? 'workflow' : 'pipeline'} (issuer ${issuer})`;
}

function describeWorkflow({ host, repository, path, ref }: WorkflowUri): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const where = PUBLIC_HOSTS.has(host) ? repository : `${host}/${repository}`;
  return `${name} of ${where} at ${ref}`;
}

const PUBLIC_HOSTS: ReadonlySet<string> = new Set(['github.com', 'gitlab.com']);

const shortRepository = (uri: string): string => uri.replace(/^https:\/\/(?:github|gitlab)\.com\//, '');
