import { type Digest, parseDigest } from '../../model/digest.ts';
import { GITHUB_ACTIONS_ISSUER } from '../identity/describe-signer.ts';

/** Somebody who says in public with which identity or key the images are signed. */
export interface KnownPublisher {
  readonly name: string;
  readonly class: 'official' | 'verified-publisher';
  readonly signer:
    | { readonly kind: 'key'; readonly keyId: Digest }
    | { readonly kind: 'subject'; readonly issuer: string; readonly subject: string }
    | { readonly kind: 'owner'; readonly issuer: string; readonly owner: string };
  /** Where the publisher says so. */
  readonly source: string;
}

const GOOGLE = 'https://accounts.google.com';

export const KNOWN_PUBLISHERS: readonly KnownPublisher[] = [
  {
    name: 'Docker Official Images',
    class: 'official',
    signer: { kind: 'owner', issuer: GITHUB_ACTIONS_ISSUER, owner: 'https://github.com/docker-library' },
    source: 'https://github.com/docker-library/official-images',
  },
  {
    name: 'Docker Hardened Images',
    class: 'verified-publisher',
    signer: {
      kind: 'key',
      keyId: parseDigest('sha256:118ba556dd52f4aec67018efd316c285c783cd3e54cc0f4527605715c643887c'),
    },
    source: 'https://github.com/moby/policy-helpers/blob/main/roots/dhi/dhi.pub',
  },
  {
    name: 'Chainguard',
    class: 'verified-publisher',
    signer: {
      kind: 'subject',
      issuer: GITHUB_ACTIONS_ISSUER,
      subject: 'https://github.com/chainguard-images/images/.github/workflows/release.yaml@refs/heads/main',
    },
    source:
      'https://edu.chainguard.dev/chainguard/chainguard-images/how-to-use/verifying-chainguard-images-and-metadata-signatures-with-cosign/',
  },
  {
    name: 'Distroless',
    class: 'verified-publisher',
    signer: { kind: 'subject', issuer: GOOGLE, subject: 'keyless@distroless.iam.gserviceaccount.com' },
    source: 'https://github.com/GoogleContainerTools/distroless#how-do-i-verify-distroless-images',
  },
  {
    name: 'Kubernetes',
    class: 'verified-publisher',
    signer: {
      kind: 'subject',
      issuer: GOOGLE,
      subject: 'krel-trust@k8s-releng-prod.iam.gserviceaccount.com',
    },
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/verify-signed-artifacts/',
  },
];
