/** What is on SPDX's list of licences and exceptions, found under any spelling of its identifier. */
import exceptionIds from 'spdx-exceptions/index.json' with { type: 'json' };
import licenceIds from 'spdx-license-ids/index.json' with { type: 'json' };
import deprecatedIds from 'spdx-license-ids/deprecated.json' with { type: 'json' };

/** SPDX compares identifiers without case (SPDX 2.3, annex D.2) and recommends to write them as the list does. */
const LICENCES: ReadonlyMap<string, string> = new Map(
  [...deprecatedIds, ...licenceIds].map((id) => [id.toLowerCase(), id]),
);
const EXCEPTIONS: ReadonlyMap<string, string> = new Map(exceptionIds.map((id) => [id.toLowerCase(), id]));

/** What the list says should be written instead of a deprecated identifier. */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ...['AGPL-1.0', 'AGPL-3.0', 'GFDL-1.1', 'GFDL-1.2', 'GFDL-1.3', 'GPL-1.0', 'GPL-2.0', 'GPL-3.0'].map(
    (id) => [id, `${id}-only`] as const,
  ),
  ...['LGPL-2.0', 'LGPL-2.1', 'LGPL-3.0'].map((id) => [id, `${id}-only`] as const),
  ['BSD-2-Clause-FreeBSD', 'BSD-2-Clause-Views'],
  ['BSD-2-Clause-NetBSD', 'BSD-2-Clause'],
  ['GPL-2.0-with-GCC-exception', 'GPL-2.0-only WITH GCC-exception-2.0'],
  ['GPL-2.0-with-autoconf-exception', 'GPL-2.0-only WITH Autoconf-exception-2.0'],
  ['GPL-2.0-with-bison-exception', 'GPL-2.0-only WITH Bison-exception-2.2'],
  ['GPL-2.0-with-classpath-exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['GPL-2.0-with-font-exception', 'GPL-2.0-only WITH Font-exception-2.0'],
  ['GPL-3.0-with-GCC-exception', 'GPL-3.0-only WITH GCC-exception-3.1'],
  ['GPL-3.0-with-autoconf-exception', 'GPL-3.0-only WITH Autoconf-exception-3.0'],
  ['Nunit', 'zlib-acknowledgement'],
  ['StandardML-NJ', 'SMLNJ'],
  ['bzip2-1.0.5', 'bzip2-1.0.6'],
  ['eCos-2.0', 'GPL-2.0-or-later WITH eCos-exception-2.0'],
  ['wxWindows', 'LGPL-2.0-or-later WITH WxWindows-exception-3.1'],
]);

/**
 * The licence with this identifier as the list writes it, `+` for later versions included; what replaced it, where it
 * is deprecated. Null for what is not on the list.
 */
export function listedLicence(name: string): string | null {
  const orLater = name.endsWith('+');
  const id = LICENCES.get((orLater ? name.slice(0, -1) : name).toLowerCase());
  if (id === undefined) return null;
  const current = REPLACEMENTS.get(id) ?? id;
  if (!orLater || current.endsWith('-or-later')) return current;
  if (current.endsWith('-only')) return current.replace(/-only$/, '-or-later');
  return current.includes(' ') ? null : `${current}+`;
}

/** The exception with this identifier as the list writes it; null for what is not on the list. */
export function listedException(name: string): string | null {
  return EXCEPTIONS.get(name.toLowerCase()) ?? null;
}

/** All identifiers, deprecated ones first, so that a table made of them ends with what is to be written. */
export const LISTED_LICENCES: readonly string[] = [...LICENCES.values()];
export const LISTED_EXCEPTIONS: readonly string[] = exceptionIds;
