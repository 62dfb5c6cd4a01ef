/**
 * The verifier's answer about one image in quarantine. The publisher takes nothing that the verifier has not signed for: neither
 * a builder nor whoever can write to the programme's state can publish an image that was not admitted.
 */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { BuildInputs } from '../../definitions/definition.ts';
import type { SeverityLevel } from '../../model/severity.ts';
import type { BuildId, RecipeId } from '../builds/build.ts';
import type { SourceId } from '../sources/source.ts';

/** One thing that was looked at. */
export interface AdmissionCheck {
  /** Stable: `layout.digests`, `platform`, `test.utc`, `sbom`, `findings.gate`. */
  readonly id: string;
  readonly result: 'passed' | 'failed' | 'not-checked';
  /** One sentence: what was found, or why it was not looked at. */
  readonly because: string;
}

/** How many findings that leave a flaw in the image, and of those how many a rebuild could fix. */
export interface FindingCount {
  readonly open: Readonly<Partial<Record<SeverityLevel, number>>>;
  readonly fixable: Readonly<Partial<Record<SeverityLevel, number>>>;
}

/** Statements about the image, unsigned, as they lie in quarantine: the publisher signs them as they are. */
export interface AdmissionEvidence {
  readonly predicateType: string;
  /** Of the predicate's bytes. */
  readonly digest: Digest;
}

/** What an image was examined as. */
export interface ExaminedSource extends Omit<BuildInputs, 'gitFetch'> {
  /** `redis`: whose tests were run, and whose tolerated ones could fail. */
  readonly repository: string;
  /** As the verifier found it in the commit. */
  readonly sourceId: SourceId;
}

export interface Admission {
  readonly buildId: BuildId;
  readonly generation: number;
  readonly architecture: Architecture;
  readonly recipeId: RecipeId;
  readonly source: ExaminedSource;
  /** `registry/repository:tag` in quarantine. */
  readonly reference: string;
  readonly digest: Digest;
  readonly verdict: 'admitted' | 'rejected';
  readonly checks: readonly AdmissionCheck[];
  readonly evidence: readonly AdmissionEvidence[];
  readonly findings: FindingCount | null;
  /** The gate that it was held against, by its digest; what older versions recorded does not say. */
  readonly gate?: Digest;
  /** RFC 3339. */
  readonly at: string;
}
