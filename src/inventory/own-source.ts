/**
 * Directories of modules and their caches, of documentation, and of test data: manifests, lock files and workflows in
 * them name what those who wrote them used, and nothing that is there.
 */
const NOT_OWN =
  /(?:^|\/)(?:node_modules|vendor|third_party|site-packages|dist-packages|gems|pkg\/mod|registry\/src|\.terraform\/modules|share\/doc|tests?|__tests__|testdata|fixtures|__fixtures__|examples?)\//;

/** False for a file that came with a module or its documentation, or is what a test reads. */
export function isOwnSource(path: string): boolean {
  return !NOT_OWN.test(path);
}
