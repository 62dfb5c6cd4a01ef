/**
 * What a verdict rests on besides the image: by its digest an admission under one gate is told from one under another. A gate that becomes
 * stricter or looser is thus noticed, and images are examined again.
 */
import { canonicalJson } from '../../formats/canonical-json.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import type { AdmissionGate, ProgrammeSettings } from '../programme/programme.ts';
import { digestOfTests } from './image-tests/tests-digest.ts';

/** The gate that images of a repository have to pass, as the digest by which summaries name it. */
export type Gates = (repository: string) => Digest;

/**
 * The gates of a programme as it is now.
 *
 * @throws {LibraryError} PROGRAMME_INVALID where its tests cannot be read
 */
export function openGates({ gate, tests }: Pick<ProgrammeSettings, 'gate' | 'tests'>): Gates {
  return gatesOf(gate, tests === null ? null : digestOfTests(tests));
}

/** @param tests digest of the programme's own tests; null where it has none */
export function gatesOf(gate: AdmissionGate, tests: Digest | null): Gates {
  const { fixableFrom, refuseSecrets } = gate;
  return (repository) => {
    const toleratedTests = [...new Set(toleratedBy(gate, repository))].sort();
    return digestOf(canonicalJson({ fixableFrom, refuseSecrets, toleratedTests, tests }));
  };
}

/** Names of the tests that may fail. */
export function toleratedBy({ toleratedTests }: AdmissionGate, repository: string): readonly string[] {
  return (Object.hasOwn(toleratedTests, repository) ? toleratedTests[repository] : undefined) ?? [];
}
