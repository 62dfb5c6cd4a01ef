import { isPythonName } from './names.ts';

/** A dependency as metadata, lock files and requirements files write it: `requests[socks] (>=2) ; python_version < "4"`. */
export interface Requirement {
  readonly name: string;
  /** Without brackets around it and white space at its ends: `>=2,<3`; empty when any version will do. */
  readonly specifier: string;
  /** `name @ URL`. */
  readonly url: string | null;
  readonly marker: string | null;
}

/** Longer lines are no requirements. */
const MAX_LENGTH = 20_000;

/** Null for what is no requirement. Dependency specifiers specification (PEP 508), "Grammar". */
export function parseRequirement(text: string): Requirement | null {
  if (text.length > MAX_LENGTH) return null;
  const match = /^\s*([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*(.*)$/s.exec(text);
  const [, name = '', rest = ''] = match ?? [];
  if (!isPythonName(name)) return null;
  if (rest.startsWith('@')) {
    // a URL may hold a semicolon; the marker's has white space before it
    const [url, marker] = splitMarker(rest.slice(1), /\s;/);
    return { name, specifier: '', url: url.trim(), marker };
  }
  const [written, marker] = splitMarker(rest, /;/);
  const specifier = written
    .trim()
    .replace(/^\(([^()]*)\)$/, '$1')
    .trim();
  // what follows the name must be an operator: "name of something" is no requirement
  return specifier === '' || /^[=!~<>]/.test(specifier) ? { name, specifier, url: null, marker } : null;
}

/** The one version that a specifier allows; null where it allows several. PEP 440, "Version matching", "Arbitrary equality". */
export function pinnedVersion(specifier: string): string | null {
  const [, version] = /^===?\s*([A-Za-z0-9.!+_-]+)$/.exec(specifier.trim()) ?? [];
  return version !== undefined && version.length <= 256 ? version : null;
}

/** The text before the separator and, after its semicolon, the marker. */
function splitMarker(text: string, separator: RegExp): readonly [string, string | null] {
  const at = text.search(separator);
  if (at < 0) return [text, null];
  return [text.slice(0, at), text.slice(text.indexOf(';', at) + 1).trim()];
}
