/**
 * Where installed distributions lie. What installs a distribution puts a directory beside its modules: `*.dist-info`
 * (PEP 376, 427), or `*.egg-info` and `EGG-INFO` (setuptools), the latter inside of a directory `*.egg`. Any directory may
 * be on Python's path, so that the name of the directory above says nothing.
 */

/** Files of such a directory that are read. */
export const METADATA_FILES = [
  'METADATA',
  'PKG-INFO',
  'RECORD',
  'installed-files.txt',
  'requires.txt',
  'direct_url.json',
] as const;

const METADATA_DIRECTORY = /(?:^|\/)(?:[^/~][^/]*\.(?:dist|egg)-info|EGG-INFO)$/;

/**
 * The directory or, with old distutils, the file with the metadata of one distribution, in which or as which the path
 * lies; null for other paths. A name that begins with `~` is what pip left behind of one that it removed.
 */
export function metadataDirectoryOf(path: string): string | null {
  if (/(?:^|\/)[^/~][^/]*\.egg-info$/.test(path)) return path;
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  return METADATA_DIRECTORY.test(directory) ? directory : null;
}

/** The directory to which the lists of files of an installed distribution are relative. */
export function installationOf(metadataDirectory: string): string {
  return metadataDirectory.slice(0, Math.max(metadataDirectory.lastIndexOf('/'), 0));
}

/**
 * True for what is kept for a later installation, or for tests, and not installed: caches of uv and pip, packages that
 * conda unpacked to link from, and distributions in test suites, of Python's own among them (`test/wheeldata`).
 */
export function isKeptAside(path: string): boolean {
  return KEPT_ASIDE.test(path) || TESTS_OF_LIBRARY.test(path);
}

const KEPT_ASIDE =
  /(?:^|\/)(?:\.cache|archive-v\d+|wheels-v\d+|sdists-v\d+)\/|(?:^|\/)pkgs\/[^/]+-[^/]+-[^/]+\/(?:info|lib|site-packages)\//;

const TESTS_OF_LIBRARY =
  /(?:^|\/)(?:lib\/(?:python|pypy)[\d.]+|site-packages|dist-packages)\/(?:[^/]+\/)*(?:test|tests|testing|testdata|fixtures)\//;
