/**
 * Who published an image. What a signer's identity or key proves is verified; what a name or a label says is declared, and
 * anybody could have written it.
 */
import type { Definition } from '../../definitions/definition.ts';
import { formatMaintainer } from '../../definitions/maintainer.ts';
import type { Publisher } from '../../model/trust-report.ts';
import type { Endorsement, Signer } from '../../model/trust.ts';
import { PUBLIC_GOOD } from '../material/built-in.ts';
import { describeSigner, GITHUB_ACTIONS_ISSUER, workflowIdentity } from '../identity/describe-signer.ts';
import { repositoryUri } from '../identity/workflow-uri.ts';
import { KNOWN_PUBLISHERS, type KnownPublisher } from './known-publishers.ts';

export interface PublisherFacts {
  /** As policies name it: `docker.io/library/debian`; null for layouts without a name. */
  readonly repository: string | null;
  /** Those of the image that hold. */
  readonly endorsements: readonly Pick<Endorsement, 'signer' | 'evidence' | 'meaning'>[];
  /** The definition file of an official image, where one was given. */
  readonly definition?: Pick<Definition, 'global'> | null;
  /** `org.opencontainers.image.vendor`, as label or annotation. */
  readonly vendor?: string | null;
}

const OFFICIAL = 'docker.io/library/';

/** The best class that the evidence shows; verified ones come before declared ones. */
export function classifyPublisher(facts: PublisherFacts): Publisher {
  return known(facts) ?? organisation(facts) ?? selfSigned(facts) ?? declared(facts);
}

function known({ endorsements }: PublisherFacts): Publisher | null {
  for (const { signer, evidence } of endorsements) {
    const publisher = KNOWN_PUBLISHERS.find((candidate) => isKnown(signer, candidate));
    if (publisher === undefined) continue;
    const because = `signed by ${describeSigner(signer)}, by which ${publisher.name} are known (${publisher.source})`;
    return { class: publisher.class, basis: 'verified', name: publisher.name, because, evidence };
  }
  return null;
}

function isKnown(signer: Signer, { signer: wanted }: KnownPublisher): boolean {
  if (wanted.kind === 'key') return signer.kind === 'key' && signer.keyId === wanted.keyId;
  // a private deployment's authority may write any name
  if (signer.kind !== 'certificate' || signer.root !== PUBLIC_GOOD) return false;
  const { issuer, subject, extensions } = signer.identity;
  if (issuer !== wanted.issuer) return false;
  return wanted.kind === 'subject'
    ? subject.value === wanted.subject
    : extensions.sourceRepositoryOwnerUri === wanted.owner;
}

function organisation({ repository, endorsements }: PublisherFacts): Publisher | null {
  for (const { signer, evidence } of endorsements) {
    const owner = ownerOf(signer);
    if (owner === null || !ownsNamespace(owner, repository)) continue;
    const because = `signed by ${describeSigner(signer)}, whose owner is the one of ${repository ?? ''}`;
    return { class: 'organisation', basis: 'verified', name: owner.name, because, evidence };
  }
  return null;
}

interface Owner {
  /** `github.com/acme`. */
  readonly name: string;
  readonly host: string;
  readonly namespace: string;
}

/** Whose repository the workflow ran for: of a reusable workflow the caller's. */
function ownerOf(signer: Signer): Owner | null {
  if (signer.kind !== 'certificate' || signer.root !== PUBLIC_GOOD) return null;
  const { identity } = signer;
  const found = workflowIdentity(identity);
  if (found === null) return null;
  const { issuer } = identity;
  if (issuer !== GITHUB_ACTIONS_ISSUER && issuer !== 'https://gitlab.com') return null;
  const source = identity.extensions.sourceRepositoryUri ?? repositoryUri(found.workflow);
  const match = /^https:\/\/(github\.com|gitlab\.com)\/([^/]+)\/./.exec(source);
  if (match === null) return null;
  const [, host = '', namespace = ''] = match;
  return { name: `${host}/${namespace}`, host, namespace };
}

/** Registries whose namespaces are the owners of the service beside them; elsewhere the same name proves nothing. */
const REGISTRY_OF: Readonly<Record<string, string>> = {
  'github.com': 'ghcr.io',
  'gitlab.com': 'registry.gitlab.com',
};

function ownsNamespace({ host, namespace }: Owner, repository: string | null): boolean {
  const registry = REGISTRY_OF[host];
  // these services compare owners without regard to capitals, and registries have small letters only
  return registry !== undefined && repository?.startsWith(`${registry}/${namespace.toLowerCase()}/`) === true;
}

function selfSigned({ endorsements }: PublisherFacts): Publisher | null {
  const [first] = endorsements.toSorted(
    (a, b) => Number(b.meaning === 'signature') - Number(a.meaning === 'signature'),
  );
  if (first === undefined) return null;
  const { signer, evidence } = first;
  const name = ownerOf(signer)?.name ?? null;
  const because = `signed by ${describeSigner(signer)}; nothing ties that signer to the repository`;
  return { class: 'self-signed', basis: 'verified', name, because, evidence };
}

function declared({ repository, definition = null, vendor = null }: PublisherFacts): Publisher {
  const unsigned = { basis: 'declared', evidence: null } as const;
  if (repository?.startsWith(OFFICIAL) === true) {
    const maintainers = definition?.global.maintainers.slice(0, 3).map(formatMaintainer) ?? [];
    const maintained = maintainers.length === 0 ? '' : `; its definition names ${maintainers.join(', ')}`;
    const because = `it lies in the namespace of Docker Official Images, and nothing is signed${maintained}`;
    return { ...unsigned, class: 'official', name: 'Docker Official Images', because };
  }
  if (vendor !== null && vendor !== '') {
    return {
      ...unsigned,
      class: 'organisation',
      name: vendor,
      because: `its labels name ${vendor} as vendor`,
    };
  }
  return { ...unsigned, class: 'unknown', name: null, because: 'nothing says who published it' };
}
