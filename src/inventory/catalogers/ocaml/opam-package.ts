import { formatPurl, type Purl } from '../../../model/purl.ts';

/** opam manual, "Package names and versions". */
export function isOpamName(name: string): boolean {
  return name.length <= 128 && /^[\w+-]*[A-Za-z][\w+-]*$/.test(name);
}

export function isOpamVersion(version: string): boolean {
  return version.length <= 128 && /^[\w.+~-]+$/.test(version);
}

/** `pkg:opam/yojson@2.0.2` */
export function opamPurl(name: string, version: string): Purl {
  return formatPurl({ type: 'opam', name, version });
}
