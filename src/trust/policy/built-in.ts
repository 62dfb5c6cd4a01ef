/**
 * Rules for publishers whose identity is documented, taken into a policy by `use`. Nothing of this counts unless a policy asks for
 * it.
 */

/**
 * Docker Hardened Images: their attestations are signed by one fixed key, with or without an entry in a log. github.com/moby/policy-helpers, `roots/dhi`.
 */
const DOCKER_HARDENED_IMAGES = `
schema: hallmark.trust-policy/1
authorities:
  docker-hardened-images:
    key: docker-hardened-images.pub
rules:
  - name: Docker Hardened Images
    repositories: ['dhi.io/**']
    require:
      - attestation: { type: slsa-provenance, by: docker-hardened-images }
`;

export const BUILT_IN_NAMES = ['docker-hardened-images'] as const;

export type BuiltInName = (typeof BUILT_IN_NAMES)[number];

/** In the form of a policy file. Their authorities are the keys of `builtInKeys`. */
export const BUILT_IN_POLICIES: Readonly<Record<BuiltInName, string>> = {
  'docker-hardened-images': DOCKER_HARDENED_IMAGES,
};
