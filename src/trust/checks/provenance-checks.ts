/** The checks of what attestations say of how, by whom and from what an image was made, and of what was seen of it before. */

const SLSA = 'https://slsa.dev/spec/v1.1';
const VERIFYING = `${SLSA}/verifying-artifacts`;
const VSA = `${SLSA}/verification_summary`;
const FULCIO = 'https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md';
const TUF_ATTACKS = 'https://theupdateframework.io/docs/security/';

export const PROVENANCE_CHECKS = {
  'provenance.type': {
    asks: 'Is the predicate provenance of a version that is known?',
    specification: `${SLSA}/provenance`,
  },
  'provenance.readable': {
    asks: 'Is every field of the provenance of the kind that its version asks for, and nothing said twice?',
    specification: `${SLSA}/provenance`,
  },
  'provenance.certificate-source': {
    asks: "Does the provenance name the certificate's source repository?",
    specification: FULCIO,
  },
  'provenance.certificate-commit': {
    asks: "Does the provenance name the certificate's commit?",
    specification: FULCIO,
  },
  'provenance.certificate-ref': {
    asks: "Does the provenance name the certificate's branch or tag?",
    specification: FULCIO,
  },
  'provenance.certificate-builder': {
    asks: 'Does the provenance name as its builder the workflow or run that signed it?',
    specification: FULCIO,
  },
  'provenance.certificate-run': {
    asks: "Does the provenance name the certificate's run?",
    specification: FULCIO,
  },
  'provenance.source': {
    asks: 'Was it built from the source repository that is expected?',
    specification: `${VERIFYING}#step-2-check-expectations`,
  },
  'provenance.ref': {
    asks: 'Was it built from the branch or tag that is expected?',
    specification: `${VERIFYING}#step-2-check-expectations`,
  },
  'provenance.builder': {
    asks: 'Was it built by the builder that is expected?',
    specification: `${VERIFYING}#step-2-check-expectations`,
  },
  'provenance.workflow': {
    asks: 'Was it built by the workflow that is expected?',
    specification: `${VERIFYING}#step-2-check-expectations`,
  },
  'provenance.level': {
    asks: "Does the builder reach the SLSA level that is expected, by Hallmark's table and not by its own word?",
    specification: `${VERIFYING}#step-1-check-slsa-build-level`,
  },
  'provenance.parameters': {
    asks: 'Is every external parameter of the build one that is allowed?',
    specification: `${VERIFYING}#step-2-check-expectations`,
  },
  'provenance.bases': {
    asks: 'Were the images that it was built on verified too?',
    specification: `${VERIFYING}#step-3-optional-check-dependencies-recursively`,
  },
  'vsa.readable': {
    asks: 'Is the verification summary of the version that is known, with every field as it asks?',
    specification: VSA,
  },
  'vsa.verifier': {
    asks: 'Is the verifier one that its signer may speak for?',
    specification: `${VSA}#how-to-verify`,
  },
  'vsa.resource': {
    asks: 'Is the summary about what was asked for, and not about another repository with the same bytes?',
    specification: `${VSA}#how-to-verify`,
  },
  'vsa.result': { asks: 'Did what it sums up pass?', specification: `${VSA}#how-to-verify` },
  'vsa.levels': {
    asks: 'Were the levels verified that are expected?',
    specification: `${VSA}#how-to-verify`,
  },
  'vsa.age': {
    asks: 'Is the verification recent enough, and not in the future?',
    specification: `${VSA}#fields`,
  },
  'vsa.policy': {
    asks: 'Was it verified against the policy that is expected?',
    specification: `${VSA}#fields`,
  },
  'expectation.signing': {
    asks: 'Is it still signed, as it was before?',
    specification: `${VERIFYING}#forming-expectations`,
  },
  'expectation.signer': {
    asks: 'Is it signed by somebody who signed it before?',
    specification: `${VERIFYING}#forming-expectations`,
  },
  'expectation.source': {
    asks: 'Was it built from the source that it was built from before?',
    specification: `${VERIFYING}#forming-expectations`,
  },
  'expectation.builder': {
    asks: 'Was it built by the builder that built it before?',
    specification: `${VERIFYING}#forming-expectations`,
  },
  'tag.moved': {
    asks: 'Does a tag that should not move still point to what it pointed to?',
    specification: 'https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#definitions',
  },
  'tag.definition': {
    asks: "Does the tag point to what the definition of its repository lists, and not to another entry's image?",
    specification:
      'https://github.com/docker-library/official-images/blob/master/README.md#library-definition-files',
  },
  'tag.rollback': {
    asks: 'Does the tag point to something no older than what it pointed to before?',
    specification: TUF_ATTACKS,
  },
  'tag.freeze': {
    asks: 'Is the newest evidence behind the tag recent enough?',
    specification: TUF_ATTACKS,
  },
} as const;
