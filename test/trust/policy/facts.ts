/** Endorsements and facts for tests of policies: sound ones, of which each test changes one field. */
import { digestOf } from '../../../src/model/digest.ts';
import type { CertificateIdentity, Endorsement, Statement } from '../../../src/model/trust.ts';
import { parseTrustPolicy } from '../../../src/trust/policy/parse-policy.ts';
import type { TrustPolicy } from '../../../src/trust/policy/policy.ts';
import type { PolicyFacts } from '../../../src/trust/policy/policy-facts.ts';

export const NOW = Date.parse('2026-11-01T00:00:00Z');
export const INDEX = digestOf('index');
export const AMD64 = digestOf('amd64');
export const ARM64 = digestOf('arm64');

export const GITHUB = 'https://token.actions.githubusercontent.com';
export const APP = 'https://github.com/acme/app';

/** Reads a policy whose rules follow the usual head. */
export function policyOf(body: string): TrustPolicy {
  return parseTrustPolicy(`schema: hallmark.trust-policy/1\n${body}`, NO_FILES).policy;
}

export const NO_FILES = {
  name: 'hallmark-trust.yaml',
  read: (file: string): string => {
    throw new Error(`the test has no file ${file}`);
  },
};

export const WORKFLOW_IDENTITY: CertificateIdentity = {
  issuer: GITHUB,
  subject: { kind: 'uri', value: `${APP}/.github/workflows/release.yml@refs/tags/v1.2.3` },
  extensions: {
    buildConfigUri: `${APP}/.github/workflows/release.yml@refs/tags/v1.2.3`,
    runnerEnvironment: 'github-hosted',
    sourceRepositoryUri: APP,
    sourceRepositoryId: '1001',
    sourceRepositoryOwnerUri: 'https://github.com/acme',
    sourceRepositoryOwnerId: '42',
    sourceRepositoryRef: 'refs/tags/v1.2.3',
  },
};

/** A keyless signature of the index, a day old. */
export function endorsement(changes: Partial<Endorsement> = {}): Endorsement {
  return {
    signer: { kind: 'certificate', identity: WORKFLOW_IDENTITY, root: 'public-good' },
    subject: INDEX,
    meaning: 'signature',
    statement: null,
    evidence: digestOf('bundle'),
    through: [],
    times: [{ source: 'log', at: '2026-10-31T00:00:00Z', by: 'rekor' }],
    isLogged: true,
    claimedReference: null,
    expires: null,
    ...changes,
  };
}

export function signedBy(
  identity: Partial<CertificateIdentity>,
  root = 'public-good',
): Endorsement['signer'] {
  return { kind: 'certificate', identity: { ...WORKFLOW_IDENTITY, ...identity }, root };
}

export function statement(predicateType: string): Statement {
  return { type: 'https://in-toto.io/Statement/v1', subjects: [], predicateType, predicate: {} };
}

/** An index of two images, all of which are to be used. */
export function facts(changes: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    repository: 'registry.example.com/team/app',
    tag: 'v1.2.3',
    isPinned: false,
    subjects: [
      { digest: INDEX, role: 'index', parent: null },
      { digest: AMD64, role: 'image', parent: INDEX },
      { digest: ARM64, role: 'image', parent: INDEX },
    ],
    images: [AMD64, ARM64],
    endorsements: [endorsement()],
    now: NOW,
    ...changes,
  };
}
