/** Media types of evidence, and what may be concluded from them before anything is read. */
import type { Manifest } from '../manifest.ts';

/** Written by cosign 3.1 as the artifact type of bundles in the fallback index, where it is none. */
const EMPTY = 'application/vnd.oci.empty.v1+json';

/** What a bare in-toto statement is called, in an attestation manifest and as the type of one. */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** BuildKit since 2026, of a manifest whose layers are statements. */
const ATTESTATION_MANIFEST = 'application/vnd.docker.attestation.manifest.v1+json';

export const SIGSTORE_BUNDLE_PREFIX = 'application/vnd.dev.sigstore.bundle';

/** Beginnings of the types of signatures and attestations; a kind for each. */
const EVIDENCE_PREFIXES = [
  SIGSTORE_BUNDLE_PREFIX,
  'application/vnd.dev.cosign.',
  'application/vnd.cncf.notary.',
  'application/vnd.dsse.envelope.',
  'application/vnd.in-toto',
  'application/vnd.docker.attestation.',
  EMPTY,
] as const;

/** Beginnings of the types of what holds a signature and a small message, never a bill of materials. */
const SIGNATURE_PREFIXES = [
  SIGSTORE_BUNDLE_PREFIX,
  'application/vnd.dev.cosign.simplesigning.',
  'application/jose',
  'application/cose',
] as const;

/** Which kind of evidence a list says that something is; null for types that are not known as evidence. */
export function evidenceKind(type: string | null): string | null {
  if (type === null) return EMPTY;
  return EVIDENCE_PREFIXES.find((prefix) => type.startsWith(prefix)) ?? null;
}

export function isSignatureType(mediaType: string): boolean {
  return SIGNATURE_PREFIXES.some((prefix) => mediaType.startsWith(prefix));
}

/** What an artifact is, from the manifest itself. OCI image spec, manifest.md, "artifactType". */
export function artifactTypeOf({ artifactType, config, layers }: Manifest): string {
  if (artifactType) return artifactType;
  if (config.mediaType !== '' && config.mediaType !== EMPTY) return config.mediaType;
  return layers[0]?.mediaType ?? config.mediaType;
}

/** True for manifests of bare statements: they are not signed themselves, so signatures refer to them. */
export function isAttestationManifest(manifest: Manifest): boolean {
  return (
    manifest.artifactType === ATTESTATION_MANIFEST ||
    manifest.layers.some(({ mediaType }) => mediaType === IN_TOTO)
  );
}
