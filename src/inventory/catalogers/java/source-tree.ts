/** True for files of tests and examples of a source tree, and of a build tool's own store: what they name is not there. */
export function isTestOrStore(path: string): boolean {
  return /(?:^|\/)(?:src\/(?:test|it|integration-?test|testFixtures)|tests?|testdata|fixtures|samples|examples|\.m2|\.gradle|\.ivy2|node_modules)\//.test(
    path,
  );
}
