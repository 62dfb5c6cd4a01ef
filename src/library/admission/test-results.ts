/** The tests of an image and what came of them, as checks and as a statement. */
import { canonicalJson } from '../../formats/canonical-json.ts';
import type { AdmissionCheck } from './admission.ts';
import type { EvidenceDocument } from './evidence-artifact.ts';
import type { ImageTestResult } from './image-tests/image-test.ts';

/** in-toto attestation framework, `spec/predicates/test-result.md`. */
export const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';

/** One sentence of what a test said is kept. */
const MAX_BECAUSE = 500;

export function testChecks(results: ReadonlyMap<string, ImageTestResult>): readonly AdmissionCheck[] {
  return [...results].map(([name, { result, because }]) => ({
    id: `test.${name}`,
    result,
    because: because.slice(0, MAX_BECAUSE),
  }));
}

/** Null where nothing was tested. Tests that may fail and did are warnings; those that were not made are in neither list. */
export function writeTestResults(
  results: ReadonlyMap<string, ImageTestResult>,
  tolerated: ReadonlySet<string>,
): EvidenceDocument | null {
  const named = (wanted: ImageTestResult['result'], isTolerated: boolean | null): readonly string[] =>
    [...results]
      .filter(
        ([name, { result }]) =>
          result === wanted && (isTolerated ?? tolerated.has(name)) === tolerated.has(name),
      )
      .map(([name]) => name);
  const passedTests = named('passed', null);
  const failedTests = named('failed', false);
  const warnedTests = named('failed', true);
  if (passedTests.length + failedTests.length + warnedTests.length === 0) return null;
  const predicate = {
    result: failedTests.length > 0 ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED',
    configuration: [{ name: 'urn:hallmark:image-tests:v1' }],
    passedTests,
    warnedTests,
    failedTests,
  };
  return { predicateType: TEST_RESULT_TYPE, bytes: Buffer.from(canonicalJson(predicate)) };
}
