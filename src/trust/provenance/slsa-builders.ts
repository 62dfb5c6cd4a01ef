/**
 * Which SLSA build level whose provenance reaches at most. This table is Hallmark's own root of trust: a level that a
 * provenance claims for itself counts for nothing. SLSA 1.1, "Verifying artifacts", step 1: a map from signer identity and
 * builder.id to the highest level.
 */
import { type Digest, parseDigest } from '../../model/digest.ts';
import { matchesGlob } from '../../model/glob.ts';
import type { Endorsement, Signer } from '../../model/trust.ts';
import { PUBLIC_GOOD } from '../material/built-in.ts';
import { GITHUB_ACTIONS_ISSUER } from '../identity/describe-signer.ts';
import type { Provenance } from './provenance.ts';

export type BuildLevel = 0 | 1 | 2 | 3;

export interface SlsaBuilder {
  readonly name: string;
  readonly signer:
    | { readonly kind: 'workflow'; readonly subject: string; readonly isHosted: boolean }
    | { readonly kind: 'key'; readonly keyIds: readonly Digest[] };
  /**
   * What `builder.id` must be. `workflow`: the one that signed; `run`: the run that the certificate names, or the workflow
   * that signed; else one of these.
   */
  readonly builderId: 'workflow' | 'run' | readonly string[];
  readonly level: 2 | 3;
  /** Where its operator says how it is built and isolated. */
  readonly source: string;
}

/** The first that fits counts. */
export const SLSA_BUILDERS: readonly SlsaBuilder[] = [
  {
    name: "SLSA's container generator",
    signer: {
      kind: 'workflow',
      // released versions only: a branch of the generator could be anything
      subject:
        'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v*',
      isHosted: false,
    },
    builderId: 'workflow',
    level: 3,
    source: 'https://github.com/slsa-framework/slsa-github-generator/blob/main/SPECIFICATIONS.md',
  },
  {
    name: "Docker's GitHub builder",
    signer: {
      kind: 'workflow',
      subject: 'https://github.com/docker/github-builder/.github/workflows/*@**',
      isHosted: true,
    },
    builderId: 'run',
    level: 3,
    source: 'https://github.com/docker/github-builder#security',
  },
  {
    name: 'GitHub Actions',
    signer: { kind: 'workflow', subject: 'https://github.com/*/*/.github/workflows/*@**', isHosted: true },
    // as GitHub's own attestations name it; what a workflow signs of another builder's is not known to be that builder's
    builderId: 'workflow',
    level: 2,
    source:
      'https://docs.github.com/actions/concepts/security/artifact-attestations#slsa-levels-for-artifact-attestations',
  },
  {
    name: 'Google Cloud Build',
    signer: {
      kind: 'key',
      // of the DSSE signing keys "google-hosted-worker" and "provenanceSigner", as slsa-verifier pins them
      keyIds: [
        parseDigest('sha256:3fe6dfada209606798e976322c8b69acae580a6708b7112f0f7a053a5b96d675'),
        parseDigest('sha256:7ebd8a9404a4e7569477b178cc62a7909c11fb21a5715c3a96969047fa3b4e09'),
      ],
    },
    builderId: [
      'https://cloudbuild.googleapis.com/GoogleHostedWorker',
      'https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3',
    ],
    level: 3,
    source: 'https://cloud.google.com/build/docs/securing-builds/view-build-provenance',
  },
];

export interface LevelFound {
  readonly build: BuildLevel;
  readonly because: string;
}

/** The level of provenance that nobody signed: it is there, and anybody could have written it. */
export const DECLARED_LEVEL: LevelFound = {
  build: 1,
  because: 'it is declared and not signed: level 1 at most, and anybody who can push could have written it',
};

/** The level of provenance that says otherwise than the certificate that signed it. */
export const CONTRADICTED_LEVEL: LevelFound = {
  build: 0,
  because: 'it is not what the certificate says that signed it, so nothing of it counts',
};

/** The level that signed provenance reaches. */
export function buildLevel(
  { signer }: Pick<Endorsement, 'signer'>,
  { builderId }: Pick<Provenance, 'builderId'>,
  builders: readonly SlsaBuilder[] = SLSA_BUILDERS,
): LevelFound {
  const builder = builders.find((candidate) => isSigner(signer, candidate));
  if (builder === undefined)
    return { build: 1, because: 'it is signed by none of the builders whose level is known' };
  if (!isBuilderId(signer, builderId, builder)) {
    const because = `it is signed by ${builder.name}, but names ${builderId ?? 'no builder'} as its builder`;
    return { build: 1, because };
  }
  return { build: builder.level, because: `it is signed by ${builder.name} (${builder.source})` };
}

/** Under which trust roots GitHub's certificates are issued: an authority of somebody else may write GitHub's name too. */
const GITHUB_ROOTS: ReadonlySet<string> = new Set([PUBLIC_GOOD, 'github']);

function isSigner(signer: Signer, { signer: wanted }: SlsaBuilder): boolean {
  if (wanted.kind === 'key') return signer.kind === 'key' && wanted.keyIds.includes(signer.keyId);
  if (signer.kind !== 'certificate') return false;
  const { issuer, subject, extensions } = signer.identity;
  return (
    GITHUB_ROOTS.has(signer.root) &&
    issuer === GITHUB_ACTIONS_ISSUER &&
    subject.kind === 'uri' &&
    matchesGlob(subject.value, wanted.subject) &&
    // on a machine of one's own one can write what one likes
    (!wanted.isHosted || extensions.runnerEnvironment === 'github-hosted') &&
    extensions.runnerEnvironment !== 'self-hosted'
  );
}

function isBuilderId(signer: Signer, builderId: string | null, { builderId: wanted }: SlsaBuilder): boolean {
  if (builderId === null) return false;
  if (typeof wanted !== 'string') return wanted.includes(builderId);
  if (signer.kind !== 'certificate') return false;
  const { subject, extensions } = signer.identity;
  return (
    builderId === subject.value || (wanted === 'run' && isSameRun(builderId, extensions.runInvocationUri))
  );
}

/** `…/actions/runs/7/attempts/1` is a part of `…/actions/runs/7`. */
export function isSameRun(named: string, invocation: string | undefined): boolean {
  return invocation !== undefined && (named === invocation || invocation.startsWith(`${named}/attempts/`));
}
