/** The lists of files that installers leave: paths relative to a directory, of which some climb out to `bin`. */

/**
 * Paths in the image of a `RECORD`: lines of CSV with path, hash and size; a path may be absolute. Recording installed
 * projects specification, "The RECORD file".
 *
 * @param installation the directory in which the `*.dist-info` lies
 */
export function parseRecord(text: string, installation: string): readonly string[] {
  const paths = text.split('\n').map((line) => {
    if (!line.startsWith('"')) return line.slice(0, Math.max(line.indexOf(','), 0));
    // a path with a comma or a quotation mark; the latter is doubled
    const [, quoted = ''] = /^"((?:[^"]|"")*)",/.exec(line) ?? [];
    return quoted.replaceAll('""', '"');
  });
  return inImage(paths, installation);
}

/** Paths in the image of pip's `installed-files.txt`, which are relative to the file's own directory. */
export function parseInstalledFiles(text: string, listPath: string): readonly string[] {
  const directory = listPath.slice(0, Math.max(listPath.lastIndexOf('/'), 0));
  return inImage(
    text.split('\n').map((line) => line.trimEnd()),
    directory,
  );
}

function inImage(paths: readonly string[], directory: string): readonly string[] {
  const base = directory.split('/').filter(Boolean);
  return paths.filter((path) => path !== '').map((path) => resolvePath(base, path));
}

/** Without links; `..` does not climb above the root. */
function resolvePath(base: readonly string[], path: string): string {
  const segments = path.startsWith('/') ? [] : [...base];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}
