/** Of statements that say what a tag means, which no other program signs: docs/signed-tags.md. */
export const TAG_TYPE = 'urn:hallmark:tag:v1';

/** Of statements that say whether tags are supported still: docs/library-predicates.md. */
export const TAG_STATE_TYPE = 'urn:hallmark:tag-state:v1';

/** Of what advisories are matched by, as the verifier of a programme records it: docs/library-predicates.md. */
export const PACKAGES_TYPE = 'urn:hallmark:packages:v1';

/**
 * Short names of predicate types, each with every address that is in use for it; the first is the one to write. Types are compared
 * as whole texts: what is not listed is another type.
 *
 * in-toto/attestation, `spec/predicates`; cosign, `specs/COSIGN_PREDICATE_SPEC.md`; SLSA, `spec/v1.1`; OpenVEX, `ATTESTING.md`.
 */
export const PREDICATE_TYPES = {
  'slsa-provenance': [
    'https://slsa.dev/provenance/v1',
    'https://slsa.dev/provenance/v0.2',
    'https://slsa.dev/provenance/v0.1',
  ],
  spdx: ['https://spdx.dev/Document', 'https://spdx.dev/Document/v2.3', 'https://spdx.dev/Document/v3'],
  cyclonedx: [
    'https://cyclonedx.org/bom',
    'https://cyclonedx.org/bom/v1.4',
    'https://cyclonedx.org/bom/v1.5',
    'https://cyclonedx.org/bom/v1.6',
    'https://cyclonedx.org/bom/v1.7',
  ],
  openvex: ['https://openvex.dev/ns', 'https://openvex.dev/ns/v0.2.0'],
  vuln: [
    'https://cosign.sigstore.dev/attestation/vuln/v1',
    'https://in-toto.io/attestation/vulns/v0.1',
    'https://in-toto.io/attestation/vulns/v0.2',
  ],
  vsa: ['https://slsa.dev/verification_summary/v1'],
  'test-result': ['https://in-toto.io/attestation/test-result/v0.1'],
  tag: [TAG_TYPE],
  'tag-state': [TAG_STATE_TYPE],
  packages: [PACKAGES_TYPE],
  release: ['https://in-toto.io/attestation/release/v0.1'],
  link: ['https://in-toto.io/attestation/link/v0.3', 'https://in-toto.io/Link/v1'],
  custom: ['https://cosign.sigstore.dev/attestation/v1'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

export type PredicateName = keyof typeof PREDICATE_TYPES;

/** The addresses behind a short name, or the address itself; null for what is neither. */
export function predicateTypesOf(nameOrAddress: string): readonly string[] | null {
  if (isPredicateName(nameOrAddress)) return PREDICATE_TYPES[nameOrAddress];
  return /^https?:\/\/[^\s/]+(?:\/\S*)?$/.test(nameOrAddress) ? [nameOrAddress] : null;
}

/** How people call a type: by its short name where it has one. */
export function predicateNameOf(address: string): string {
  const found = Object.entries(PREDICATE_TYPES).find(([, addresses]) =>
    (addresses as readonly string[]).includes(address),
  );
  return found?.[0] ?? address;
}

const isPredicateName = (text: string): text is PredicateName => Object.hasOwn(PREDICATE_TYPES, text);

/** Whether nothing but a statement about a tag is asked for. */
export const isAboutTag = ({ predicateTypes }: { readonly predicateTypes: readonly string[] }): boolean =>
  predicateTypes.length > 0 && predicateTypes.every((type) => type === TAG_TYPE);
