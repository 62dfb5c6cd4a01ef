import { nameKey } from './name-key.ts';
import { listedLicence } from './spdx-list.ts';

/** What the families are called, the more special names first. */
const FAMILIES: readonly (readonly [name: RegExp, family: string])[] = [
  [/\b(?:gnu )?affero(?: general)?(?: public)?(?! ?\w*gpl)\b/, 'agpl'],
  [/\b(?:gnu )?(?:lesser|library)(?: or (?:lesser|library))?(?: general)?(?: public)?(?! ?\w*gpl)\b/, 'lgpl'],
  [/\b(?:gnu )?general public\b/, 'gpl'],
  [/\b(?:gnu )?free documentation\b/, 'gfdl'],
];

const NAME = /^(?:gnu )?(agpl|lgpl|gpl|gfdl|fdl)( niv)?(?: (\d)(?:\.(\d))?(?:\.0)?)?(?: (\+|only))?$/;

/** The first version of each family: without a version but with `+` any may be chosen. */
const FIRST_VERSION = { agpl: '1.0', lgpl: '2.0', gpl: '1.0', gfdl: '1.1', fdl: '1.1' } as const;

/** From here on "or later" is said at the end of a name as `+`. */
const OR_LATER =
  /,? ?\(?\b(?:or|and)(?: \(?at your option\)?)?(?: any)? (?:later|newer|greater|above|higher)(?: versions?)?\)?(?![\w-])/gi;

/** `(>= 2)` and `(== 2)`, as R and others write them. */
const AT_LEAST = /\(>= ?(\d[\d.]*)\)/g;
const EXACTLY = /\(== ?(\d[\d.]*)\)/g;

/** `GPL version 2 or any later version` and `GPL (>= 2)` as `GPL 2+`, so that this `or` joins no licences. */
export function joinLaterVersions(text: string): string {
  return text.replaceAll(OR_LATER, '+').replaceAll(AT_LEAST, '$1+').replaceAll(EXACTLY, '$1');
}

/**
 * A licence of the GNU project in any of its spellings: `GPLv2+`, `GPL-2+`, `GNU Lesser General Public License, version
 * 2.1 or later`. A version without `+` is that version only. Null for other licences, and for a name without a version,
 * which does not say whether any version is meant.
 */
export function gnuLicence(name: string): string | null {
  let key = nameKey(name).replace(/ or later$/, ' +');
  for (const [spelled, family] of FAMILIES) key = key.replace(spelled, family);
  const [, family, withoutInvariants, major, minor, extent] = NAME.exec(key) ?? [];
  if (family === undefined || (major === undefined && extent !== '+')) return null;
  const version =
    major === undefined ? FIRST_VERSION[family as keyof typeof FIRST_VERSION] : `${major}.${minor ?? 0}`;
  const variant = withoutInvariants === undefined ? '' : '-no-invariants';
  return listedLicence(
    `${family === 'fdl' ? 'gfdl' : family}-${version}${variant}-${extent === '+' ? 'or-later' : 'only'}`,
  );
}
