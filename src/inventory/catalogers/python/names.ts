import { formatPurl, type Purl } from '../../../model/purl.ts';

/**
 * True for the name of a distribution: ASCII letters and digits, with `-`, `_` and `.` between them. Core metadata
 * specification, "Name"; PEP 508, "Names".
 */
export function isPythonName(name: string): boolean {
  return name.length <= 255 && /^[A-Za-z0-9._-]+$/.test(name) && /^[A-Za-z0-9].*(?<![._-])$/.test(name);
}

/** `pkg:pypi/flask@3.0.3`. purl-spec, types/pypi-definition. */
export function pypiPurl(
  name: string,
  version: string,
  qualifiers?: Readonly<Record<string, string | null>> | null,
): Purl {
  return formatPurl({ type: 'pypi', name, version, qualifiers });
}
