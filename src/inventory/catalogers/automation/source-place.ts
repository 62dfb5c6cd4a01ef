/** Directories of modules, of documentation and of test data: what lies in them is not of the project that is there. */
const NOT_OWN =
  /(?:^|\/)(?:node_modules|vendor|third_party|site-packages|dist-packages|gems|pkg\/mod|registry\/src|share\/doc|testdata|fixtures)\//;

/** False for a file that came with a module, or is what a test reads. */
export function isOwnSource(path: string): boolean {
  return !NOT_OWN.test(path);
}
