/** Provenance as the builders of the world write it, and endorsements around it; tests change one field at a time. */
import { parseDigest } from '../../src/model/digest.ts';
import type { CertificateIdentity, Endorsement, Signer } from '../../src/model/trust.ts';

export const ISSUER = 'https://token.actions.githubusercontent.com';
export const COMMIT = '4b220de5058abfd01ff619c9d2ff6b09a049bea0';
export const EVIDENCE = parseDigest(`sha256:${'e'.repeat(64)}`);
export const SUBJECT = parseDigest(`sha256:${'5'.repeat(64)}`);
export const WORKFLOW = 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1.2';
export const RUN = 'https://github.com/acme/app/actions/runs/7/attempts/1';
const ALPINE = 'a'.repeat(64);

export const V01 = 'https://slsa.dev/provenance/v0.1';
export const V02 = 'https://slsa.dev/provenance/v0.2';
export const V1 = 'https://slsa.dev/provenance/v1';

/** actions/attest-build-provenance. */
export const GITHUB = {
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: {
      workflow: {
        ref: 'refs/tags/v1.2',
        repository: 'https://github.com/acme/app',
        path: '.github/workflows/release.yml',
      },
    },
    internalParameters: {
      github: { event_name: 'push', repository_id: '1001', runner_environment: 'github-hosted' },
    },
    resolvedDependencies: [
      { uri: 'git+https://github.com/acme/app@refs/tags/v1.2', digest: { gitCommit: COMMIT } },
    ],
  },
  runDetails: { builder: { id: WORKFLOW }, metadata: { invocationId: RUN } },
} as const;

/** BuildKit of 2026 with a Git context, mode=max. */
export const BUILDKIT = {
  buildDefinition: {
    buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
    externalParameters: {
      configSource: {
        uri: 'https://github.com/acme/app.git#refs/tags/v1.2:images/app',
        digest: { sha1: COMMIT },
        path: 'Dockerfile',
      },
      request: {
        frontend: 'dockerfile.v0',
        args: { 'build-arg:VERSION': '1.2', 'build-arg:NPM_TOKEN': 'whatever-it-is' },
        locals: [],
      },
    },
    internalParameters: { builderPlatform: 'linux/amd64' },
    resolvedDependencies: [
      { uri: 'pkg:docker/docker/dockerfile@1', digest: { sha256: 'd'.repeat(64) } },
      { uri: 'pkg:docker/alpine@3.22?platform=linux%2Famd64', digest: { sha256: ALPINE } },
      { uri: 'https://github.com/acme/app.git#refs/tags/v1.2', digest: { sha1: COMMIT } },
      { uri: 'https://user:hunter2@example.com/tool.tar.gz', digest: { sha256: 'b'.repeat(64) } },
    ],
  },
  runDetails: {
    builder: { id: 'https://github.com/acme/app/actions/runs/7' },
    metadata: {
      invocationID: 'rpv7a389uzil5lqmrgwhijwjz',
      startedOn: '2026-11-17T15:00:00Z',
      finishedOn: '2026-11-17T15:01:00Z',
      buildkit_hermetic: true,
      buildkit_reproducible: false,
      buildkit_completeness: { request: true, resolvedDependencies: true },
      buildkit_metadata: { vcs: {} },
    },
  },
} as const;

/** BuildKit with a folder of the client's as context: what it says of version control nobody has looked at. */
export const BUILDKIT_LOCAL = {
  buildDefinition: {
    ...BUILDKIT.buildDefinition,
    externalParameters: { configSource: { path: 'Dockerfile' }, request: { frontend: 'dockerfile.v0' } },
    resolvedDependencies: [],
  },
  runDetails: {
    builder: { id: '' },
    metadata: {
      buildkit_metadata: { vcs: { source: 'https://github.com/acme/app.git', revision: COMMIT } },
    },
  },
} as const;

/** BuildKit before 2026. */
export const BUILDKIT_02 = {
  builder: { id: 'https://github.com/docker-library' },
  buildType: 'https://mobyproject.org/buildkit@v1',
  materials: [{ uri: 'pkg:docker/alpine@3.18?platform=linux%2Famd64', digest: { sha256: ALPINE } }],
  invocation: {
    configSource: {
      uri: `https://github.com/docker-library/docker.git#${COMMIT}:24/cli`,
      digest: { sha1: COMMIT },
      entryPoint: 'Dockerfile',
    },
    parameters: { frontend: 'dockerfile.v0', args: { 'build-arg:X': '1' } },
    environment: { platform: 'linux/amd64' },
  },
  metadata: {
    buildInvocationID: 'w4jz0',
    buildStartedOn: '2024-01-01T00:00:00Z',
    buildFinishedOn: '2024-01-01T00:01:00Z',
    completeness: { parameters: true, environment: true, materials: false },
    reproducible: false,
    'https://mobyproject.org/buildkit@v1#hermetic': true,
    'https://mobyproject.org/buildkit@v1#metadata': { vcs: {} },
  },
} as const;

/** slsa-github-generator, container generator. */
export const GENERATOR_ID =
  'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0';
export const GENERATOR = {
  builder: { id: GENERATOR_ID },
  buildType: 'https://github.com/slsa-framework/slsa-github-generator/container@v1',
  invocation: {
    configSource: {
      uri: 'git+https://github.com/acme/app@refs/tags/v1.2',
      digest: { sha1: COMMIT },
      entryPoint: '.github/workflows/release.yml',
    },
    parameters: {},
    environment: { github_event_name: 'push' },
  },
  metadata: {
    buildInvocationID: '7-1',
    completeness: { parameters: true, environment: false, materials: false },
  },
  materials: [{ uri: 'git+https://github.com/acme/app@refs/tags/v1.2', digest: { sha1: COMMIT } }],
} as const;

export const VERSION_01 = {
  builder: { id: 'https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3' },
  recipe: {
    type: 'https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1',
    definedInMaterial: 0,
    entryPoint: 'cloudbuild.yaml',
    arguments: { substitutions: { _TAG: '1.2' } },
  },
  metadata: {
    buildStartedOn: '2026-01-01T00:00:00Z',
    completeness: { arguments: true, environment: false, materials: false },
    reproducible: true,
  },
  materials: [{ uri: 'https://github.com/acme/app.git', digest: { sha1: COMMIT } }],
} as const;

export const GOOGLE_1 = {
  buildDefinition: {
    buildType: 'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1',
    externalParameters: {
      buildConfigSource: {
        ref: 'refs/heads/main',
        repository: 'git+https://github.com/acme/app',
        path: 'cloudbuild.yaml',
      },
      substitutions: { _TAG: '1.2' },
    },
    resolvedDependencies: [
      { uri: 'git+https://github.com/acme/app@refs/heads/main', digest: { gitCommit: COMMIT } },
    ],
  },
  runDetails: {
    builder: { id: 'https://cloudbuild.googleapis.com/GoogleHostedWorker' },
    metadata: { invocationId: 'https://cloudbuild.googleapis.com/v1/projects/p/builds/1' },
  },
} as const;

/** docker-library/meta-scripts, provenance.jq. */
export const DOCKER_LIBRARY = {
  ...GITHUB,
  buildDefinition: {
    ...GITHUB.buildDefinition,
    externalParameters: {
      inputs: { bashbrewArch: 'amd64', firstTag: 'notary:server' },
      workflow: { ...GITHUB.buildDefinition.externalParameters.workflow, digest: { gitCommit: COMMIT } },
    },
  },
} as const;

export const IDENTITY: CertificateIdentity = {
  issuer: ISSUER,
  subject: { kind: 'uri', value: WORKFLOW },
  extensions: {
    buildSignerUri: WORKFLOW,
    buildConfigUri: WORKFLOW,
    runnerEnvironment: 'github-hosted',
    sourceRepositoryUri: 'https://github.com/acme/app',
    sourceRepositoryDigest: COMMIT,
    sourceRepositoryRef: 'refs/tags/v1.2',
    sourceRepositoryOwnerUri: 'https://github.com/acme',
    runInvocationUri: RUN,
  },
};

export function certificate(
  extensions: CertificateIdentity['extensions'] = {},
  change: Partial<CertificateIdentity> = {},
  root = 'public-good',
): Signer {
  return {
    kind: 'certificate',
    root,
    identity: { ...IDENTITY, ...change, extensions: { ...IDENTITY.extensions, ...extensions } },
  };
}

export const KEY: Signer = { kind: 'key', name: 'release', keyId: parseDigest(`sha256:${'c'.repeat(64)}`) };

/** A verified attestation of the sample image. */
export function attestation(
  predicate: unknown,
  { predicateType = V1, signer = certificate() }: { predicateType?: string; signer?: Signer } = {},
): Endorsement {
  return {
    signer,
    subject: SUBJECT,
    meaning: 'attestation',
    statement: {
      type: 'https://in-toto.io/Statement/v1',
      subjects: [{ name: null, digests: { sha256: '5'.repeat(64) } }],
      predicateType,
      predicate,
    },
    evidence: EVIDENCE,
    through: [],
    times: [],
    isLogged: true,
    claimedReference: null,
    expires: null,
  };
}

/** A copy of a JSON value with one place changed, or removed where the value is undefined. */
export function changed(value: unknown, path: string, to: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  const fields = path.split('/');
  const last = fields.pop() ?? '';
  let place: Record<string, unknown> = copy;
  for (const field of fields) place = place[field] as Record<string, unknown>;
  if (to === undefined) delete place[last];
  else place[last] = to;
  return copy;
}
