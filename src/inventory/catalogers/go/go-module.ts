/** Names and versions of Go modules. Go, "Go Modules Reference". */
import { formatPurl, type Purl } from '../../../model/purl.ts';

/**
 * True for text that may be the path of a module: elements between slashes, without white space, and none that begins
 * with a dot, as directories do (`./staging`).
 */
export function isModulePath(path: string): boolean {
  return (
    path.length <= MAX_PATH_LENGTH &&
    /^(?:[^\s/\\.\p{C}][^\s/\\\p{C}]*\/)*[^\s/\\.\p{C}][^\s/\\\p{C}]*$/u.test(path)
  );
}

const MAX_PATH_LENGTH = 500;

/** The path's last element is the name, what is before it the namespace. purl-spec, types/golang-definition. */
export function goPurl(path: string, version: string): Purl {
  const slash = path.lastIndexOf('/');
  return formatPurl({
    type: 'golang',
    namespace: path.slice(0, Math.max(slash, 0)),
    name: path.slice(slash + 1),
    version,
  });
}

/** What a version must be to be compared: `v1.2.3`, with or without more. */
export function isModuleVersion(version: string): boolean {
  return /^v\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.test(version);
}

/** `v0.0.0-20240102030405-0123456789ab`: a revision, with the version before it. Reference, "Pseudo-versions". */
export function isPseudoVersion(version: string): boolean {
  return /^v\d+\.\d+\.\d+-(?:.*\.)?\d{14}-[0-9a-f]{12}(?:\+[0-9A-Za-z.-]+)?$/.test(version);
}

/**
 * The version of Go as its vulnerability database writes it, without `go` and with three numbers: `1.22.3`, `1.22.0`,
 * `1.22.0-rc.1`. Experiments and the marks of other makers are left out (`go1.22.3 X:boringcrypto`, `go1.19.4b7`,
 * `go1.24.6 (Red Hat 1.24.6-1.el9)`). Empty for a development version, which lies between releases.
 */
export function standardLibraryVersion(goVersion: string): string {
  const [, major, minor, patch = '0', stage, number] =
    /^go(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:(rc|beta)(\d{1,4}))?/.exec(goVersion) ?? [];
  if (major === undefined) return '';
  const release = `${major}.${minor}.${patch}`;
  return stage === undefined ? release : `${release}-${stage}.${number}`;
}
