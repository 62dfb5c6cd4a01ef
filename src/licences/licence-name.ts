import type { EcosystemRules } from './ecosystem-rules.ts';
import { gnuLicence, joinLaterVersions } from './gnu-licence.ts';
import { namedException } from './licence-exception.ts';
import { namedLicence } from './licence-names.ts';
import { nameKey } from './name-key.ts';
import { listedLicence } from './spdx-list.ts';

/** Longer texts are sentences about a licence, or the licence. */
const MAX_NAME_LENGTH = 200;

/** Remarks within remarks, `or later` after `or later`; no name has more. */
const MAX_ROUNDS = 4;

/** SPDX 2.3, section 10.1. As long as a name may be, whatever stands before it. */
const REFERENCE = new RegExp(
  `^(?:DocumentRef-[A-Za-z0-9.-]{1,${MAX_NAME_LENGTH}}:)?LicenseRef-[A-Za-z0-9.-]{1,${MAX_NAME_LENGTH}}$`,
);

type Names = EcosystemRules['names'];

/** The SPDX expression that a single licence's name stands for; null for a name that is not known. */
export function knownLicence(name: string, names: Names, rounds = MAX_ROUNDS): string | null {
  const text = joinLaterVersions(name.trim());
  if (REFERENCE.test(text)) return text;
  if (text === '' || text.length > MAX_NAME_LENGTH || rounds === 0) return null;
  return (
    names.get(nameKey(text)) ??
    listedLicence(text) ??
    namedLicence(text) ??
    licenceAddress(text) ??
    gnuLicence(text) ??
    withException(text, names, rounds - 1) ??
    laterVersions(text, names, rounds - 1) ??
    withoutRemark(text, names, rounds - 1)
  );
}

/** Sites with a page for each licence, by its identifier. */
const ADDRESS =
  /^https?:\/\/(?:www\.)?(?:spdx\.org\/licenses|opensource\.org\/licenses?|licenses\.nuget\.org|choosealicense\.com\/licenses)\/([\w.+-]+?)(?:\.html|\.php|\.txt)?\/?$/;

function licenceAddress(text: string): string | null {
  const [, id] = ADDRESS.exec(text) ?? [];
  return id === undefined ? null : listedLicence(id);
}

/** `GPL-2+ with Classpath exception`. */
function withException(text: string, names: Names, rounds: number): string | null {
  const [name = '', added] = text.split(/[ -](?:with|w\/)[ -](.*)/i, 2);
  if (added === undefined) return null;
  const licence = knownLicence(name, names, rounds);
  const exception = namedException(added);
  return licence === null || exception === null || licence.includes(' ')
    ? null
    : `${licence} WITH ${exception}`;
}

/** `MPL 1.1 or later`. */
function laterVersions(text: string, names: Names, rounds: number): string | null {
  if (!text.endsWith('+')) return null;
  const licence = knownLicence(text.slice(0, -1), names, rounds);
  return licence === null ? null : listedLicence(`${licence}+`);
}

/** `Mozilla Public License 2.0 (MPL 2.0)`, `MIT <http://opensource.org/licenses/MIT>`. */
function withoutRemark(text: string, names: Names, rounds: number): string | null {
  const { before, remark, address } =
    /^(?<before>[^()<>]+)(?:\((?<remark>[^()<=>]+)\)|<(?<address>[^()<=>]+)>)$/.exec(text)?.groups ?? {};
  if (before === undefined) return null;
  return knownLicence(before, names, rounds) ?? knownLicence(remark ?? address ?? '', names, rounds);
}

/**
 * A reference for a licence that is on no list, made of its name: `BSD with advertising` becomes
 * `LicenseRef-BSD-with-advertising`. Null for what is no name: longer than any, of several lines, without a letter.
 * SPDX 2.3, section 10.1: letters, digits, `-` and `.`.
 */
export function licenceReference(name: string): string | null {
  if (name.length > MAX_NAME_LENGTH || name.includes('\n')) return null;
  const id = name
    .replace(/^LicenseRef-/i, '')
    .replaceAll(/(?<=[A-Za-z0-9.])\+(?![A-Za-z0-9])/g, '-or-later')
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return id === '' || id.length > MAX_NAME_LENGTH ? null : `LicenseRef-${id}`;
}
