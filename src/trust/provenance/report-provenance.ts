import type { Digest } from '../../model/digest.ts';
import type { ReportedProvenance } from '../../model/trust-report.ts';
import type { Endorsement } from '../../model/trust.ts';
import { shownParameters } from './parameters.ts';
import type { Provenance } from './provenance.ts';
import { buildLevel, DECLARED_LEVEL } from './slsa-builders.ts';

/** The blob that provenance was read from, and who signed it. */
export interface ProvenanceOrigin {
  readonly evidence: Digest;
  /** The manifest that it is about. */
  readonly about: Digest;
  /** Null where nobody signed it. */
  readonly signedBy: Pick<Endorsement, 'signer'> | null;
}

/** Provenance as a report shows it: no parameter that looks like a secret, and the level by Hallmark's table. */
export function reportProvenance(
  provenance: Provenance,
  { evidence, about, signedBy }: ProvenanceOrigin,
): ReportedProvenance {
  const { format, buildType, builderId, source, startedOn, finishedOn, isHermetic, isReproducible } =
    provenance;
  return {
    evidence,
    about,
    basis: signedBy === null ? 'declared' : 'verified',
    format,
    buildType,
    builder: builderId,
    source:
      source === null ? null : { uri: source.uri, commit: source.commit, ref: source.ref, path: source.path },
    level: signedBy === null ? DECLARED_LEVEL : buildLevel(signedBy, provenance),
    startedOn,
    finishedOn,
    materials: provenance.dependencies.map(({ kind, name, digests }) => ({
      kind,
      name,
      digest: firstDigest(digests),
    })),
    parameters: shownParameters(provenance.parameters),
    isHermetic,
    isReproducible,
  };
}

/** `sha256:…`, else whatever algorithm there is, by name. */
export function firstDigest(digests: Readonly<Record<string, string>>): string | null {
  const [algorithm] = Object.keys(digests).sort(
    (a, b) => Number(b === 'sha256') - Number(a === 'sha256') || (a < b ? -1 : 1),
  );
  return algorithm === undefined ? null : `${algorithm}:${digests[algorithm] ?? ''}`;
}
