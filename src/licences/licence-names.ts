/** What licences are called beside their SPDX identifiers, as keys of names (`nameKey`). */
import { nameKey } from './name-key.ts';
import { LISTED_LICENCES, listedLicence } from './spdx-list.ts';

/** Stands for what is said everywhere, is on no list, and has no one text. */
const PUBLIC_DOMAIN = 'LicenseRef-Public-Domain';
const PROPRIETARY = 'LicenseRef-Proprietary';
const BSD = 'LicenseRef-BSD';
const APACHE = 'LicenseRef-Apache';

/**
 * Names that mean one licence wherever they are used. A name without a version stands here only where the licence has
 * but one. Where a name covers several (BSD), it is kept as a reference, in one spelling.
 */
const COMMON: readonly (readonly [expression: string, ...names: string[]])[] = [
  ['0BSD', 'BSD Zero Clause', 'Zero-Clause BSD', 'Free Public 1.0.0'],
  ['Apache-2.0', 'ASL 2.0', 'ASF 2.0', 'Apache 2', 'apache.org/licenses/LICENSE-2.0', 'Apache Public 2.0'],
  [
    'Apache-2.0',
    'opensource.org/licenses/Apache-2.0',
    'apache.org/licenses/LICENSE-2.0.txt',
    'AL 2.0',
    'ALv2',
  ],
  [
    'Apache-2.0',
    'apache.org/licenses/LICENSE-2.0.html',
    'opensource.org/license/apache-2-0',
    'Apache License 2.0 (Apache-2.0)',
  ],
  ['Apache-2.0 WITH LLVM-exception', 'Apache-2-LLVM-exceptions', 'Apache 2.0 LLVM exceptions'],
  ['Apache-1.1', 'ASL 1.1', 'apache.org/licenses/LICENSE-1.1'],
  ['Apache-1.0', 'ASL 1.0'],
  [APACHE, 'Apache', 'ASL', 'Apache Software License'],
  ['Artistic-2.0', 'Artistic 2', 'opensource.org/licenses/artistic-license-2.0'],
  [BSD, 'BSD', 'BSD License', 'opensource.org/licenses/bsd-license.php', 'OSI Approved BSD'],
  ['BSD-1-Clause', 'BSD 1 clause'],
  [
    'BSD-2-Clause',
    'BSD 2',
    'BSD2',
    'Simplified BSD',
    'FreeBSD',
    '2-clause BSD',
    'BSD 2-Clause "Simplified"',
    'BSDL',
  ],
  [
    'BSD-2-Clause',
    'opensource.org/licenses/BSD-2-Clause',
    'opensource.org/license/bsd-2-clause',
    'two-clause BSD',
  ],
  [
    'BSD-3-Clause',
    'BSD 3',
    'BSD3',
    'New BSD',
    'Modified BSD',
    'Revised BSD',
    '3-clause BSD',
    'three-clause BSD',
  ],
  ['BSD-3-Clause', 'BSD 3-Clause "New" or "Revised"', 'BSD (3-clause)', 'New or Revised BSD', 'BSD-3'],
  [
    'BSD-3-Clause',
    'opensource.org/licenses/BSD-3-Clause',
    'opensource.org/license/bsd-3-clause',
    'BSD New',
    'Eclipse Distribution License 1.0',
  ],
  [
    'BSD-3-Clause',
    'EDL 1.0',
    'EDL 1',
    'eclipse.org/org/documents/edl-v10.php',
    'Eclipse Distribution License v. 1.0',
  ],
  ['BSD-4-Clause', 'BSD 4', 'BSD4', 'Original BSD', '4-clause BSD', 'BSD 4-Clause "Original" or "Old"'],
  [
    'BSL-1.0',
    'Boost',
    'Boost Software License 1.0',
    'Boost Software License 1.0 (BSL-1.0)',
    'boost.org/LICENSE_1_0.txt',
  ],
  ['BlueOak-1.0.0', 'Blue Oak Model 1.0.0', 'Blue Oak Model'],
  [
    'CC0-1.0',
    'CC0',
    'CC0 1.0 Universal',
    'CC0 1.0 Universal (CC0 1.0) Public Domain Dedication',
    'Public Domain, per Creative Commons CC0',
    'creativecommons.org/publicdomain/zero/1.0',
    'creativecommons.org/publicdomain/zero/1.0/',
  ],
  ['CC-BY-3.0', 'Creative Commons Attribution 3.0', 'creativecommons.org/licenses/by/3.0'],
  [
    'CC-BY-4.0',
    'Creative Commons Attribution 4.0',
    'creativecommons.org/licenses/by/4.0',
    'Creative Commons Attribution 4.0 International',
  ],
  ['CC-BY-SA-3.0', 'Creative Commons Attribution-ShareAlike 3.0', 'creativecommons.org/licenses/by-sa/3.0'],
  ['CC-BY-SA-4.0', 'Creative Commons Attribution-ShareAlike 4.0', 'creativecommons.org/licenses/by-sa/4.0'],
  [
    'CDDL-1.0',
    'Common Development and Distribution 1.0',
    'Common Development and Distribution License (CDDL) v1.0',
  ],
  ['CDDL-1.1', 'Common Development and Distribution 1.1', 'CDDL 1.1'],
  ['CECILL-2.1', 'CeCILL 2.1', 'CEA CNRS Inria Logiciel Libre License, version 2.1 (CeCILL-2.1)'],
  ['CPL-1.0', 'CPL', 'Common Public', 'Common Public 1.0', 'opensource.org/licenses/cpl1.0.php'],
  [
    'EPL-1.0',
    'Eclipse Public 1.0',
    'Eclipse Public 1',
    'eclipse.org/legal/epl-v10.html',
    'eclipse.org/legal/epl-v10',
    'Eclipse Public License 1.0 (EPL-1.0)',
  ],
  [
    'EPL-2.0',
    'Eclipse Public 2.0',
    'Eclipse Public 2',
    'eclipse.org/legal/epl-2.0',
    'eclipse.org/legal/epl-v20.html',
    'Eclipse Public License 2.0 (EPL-2.0)',
    'eclipse.org/legal/epl-2.0/',
  ],
  ['EUPL-1.1', 'European Union Public License 1.1 (EUPL 1.1)', 'European Union Public 1.1'],
  ['EUPL-1.2', 'European Union Public License 1.2 (EUPL 1.2)', 'European Union Public 1.2'],
  ['FSFAP', 'FSF All Permissive'],
  ['FTL', 'FreeType', 'Freetype Project'],
  [
    'GPL-2.0-only WITH Classpath-exception-2.0',
    'GPL2 w/ CPE',
    'GPLv2 w/ CPE',
    'GPL2 CPE',
    'GNU General Public License, version 2 with the GNU Classpath Exception',
    'GPLv2+CE',
    'GPL-2.0-with-classpath-exception',
    'openjdk.java.net/legal/gplv2+ce.html',
    'gnu.org/software/classpath/license.html',
  ],
  [
    'GPL-2.0-only',
    'gnu.org/licenses/old-licenses/gpl-2.0.html',
    'gnu.org/licenses/gpl-2.0.txt',
    'gnu.org/licenses/old-licenses/gpl-2.0.txt',
    'gnu.org/licenses/gpl-2.0.html',
  ],
  [
    'GPL-3.0-only',
    'gnu.org/licenses/gpl-3.0.html',
    'gnu.org/licenses/gpl-3.0.txt',
    'gnu.org/licenses/gpl-3.0',
  ],
  [
    'LGPL-2.1-only',
    'gnu.org/licenses/old-licenses/lgpl-2.1.html',
    'gnu.org/licenses/lgpl-2.1.html',
    'gnu.org/licenses/old-licenses/lgpl-2.1.txt',
    'gnu.org/licenses/lgpl-2.1.txt',
    'opensource.org/licenses/LGPL-2.1',
  ],
  [
    'LGPL-3.0-only',
    'gnu.org/licenses/lgpl-3.0.html',
    'gnu.org/licenses/lgpl-3.0.txt',
    'gnu.org/licenses/lgpl.html',
  ],
  ['AGPL-3.0-only', 'gnu.org/licenses/agpl-3.0.html', 'gnu.org/licenses/agpl-3.0.txt'],
  ['LicenseRef-GPL', 'GPL', 'GNU GPL', 'GNU General Public', 'GNU General Public License (GPL)'],
  [
    'LicenseRef-LGPL',
    'LGPL',
    'GNU LGPL',
    'GNU Lesser General Public',
    'GNU Library or Lesser General Public License (LGPL)',
    'GNU Library or Lesser General Public',
    'GNU Library General Public',
  ],
  ['LicenseRef-AGPL', 'AGPL', 'GNU AGPL', 'GNU Affero General Public'],
  [
    'HPND',
    'Historical Permission Notice and Disclaimer',
    'Historical Permission Notice and Disclaimer (HPND)',
  ],
  ['ICU', 'ICU', 'Unicode/ICU'],
  ['IJG', 'Independent JPEG Group'],
  ['IPL-1.0', 'IBM Public', 'IBM Public 1.0'],
  ['ISC', 'ISC', 'ISCL', 'Internet Systems Consortium', 'ISC License (ISCL)', 'opensource.org/licenses/ISC'],
  ['Libpng', 'libpng'],
  [
    'MIT',
    'MIT',
    'Expat',
    'MIT/Expat',
    'Expat/MIT',
    'MIT (Expat)',
    'opensource.org/licenses/MIT',
    'opensource.org/license/mit',
    'The MIT',
    'opensource.org/licenses/mit-license.php',
    'opensource.org/licenses/mit-license.html',
    'opensource.org/license/mit/',
    'mit-license.org',
  ],
  ['MIT-0', 'MIT No Attribution', 'MIT No Attribution License (MIT-0)', 'spdx.org/licenses/MIT-0.html'],
  ['MPL-1.0', 'Mozilla Public 1.0', 'Mozilla Public License 1.0 (MPL)'],
  [
    'MPL-1.1',
    'Mozilla Public 1.1',
    'Mozilla Public License 1.1 (MPL 1.1)',
    'mozilla.org/MPL/MPL-1.1.html',
    'mozilla.org/MPL/1.1',
  ],
  [
    'MPL-2.0',
    'Mozilla Public 2.0',
    'Mozilla Public License 2.0 (MPL 2.0)',
    'mozilla.org/MPL/2.0',
    'Mozilla Public 2',
    'opensource.org/licenses/MPL-2.0',
    'mozilla.org/en-US/MPL/2.0',
    'mozilla.org/MPL/2.0/',
  ],
  ['MS-PL', 'Microsoft Public', 'opensource.org/licenses/ms-pl'],
  [
    'MulanPSL-2.0',
    'Mulan Permissive Software License v2 (MulanPSL-2.0)',
    'Mulan PSL v2',
    'Mulan Permissive 2',
  ],
  ['NCSA', 'University of Illinois/NCSA Open Source', 'UIUC'],
  ['OFL-1.1', 'SIL Open Font 1.1', 'SIL OFL 1.1', 'SIL Open Font License 1.1 (OFL-1.1)', 'OFL 1.1'],
  ['OLDAP-2.8', 'OpenLDAP-2.8', 'OpenLDAP 2.8', 'OpenLDAP Public 2.8'],
  ['PSF-2.0', 'PSFL', 'PSF', 'Python Software Foundation'],
  ['PostgreSQL', 'PostgreSQL'],
  [
    PROPRIETARY,
    'Proprietary',
    'Commercial',
    'Other/Proprietary',
    'All rights reserved',
    'AllRightsReserved',
    'UNLICENSED',
  ],
  [PUBLIC_DOMAIN, 'Public Domain', 'PublicDomain', 'PD', 'Public Domain (uncopyrighted)'],
  ['SISSL', 'Sun Industry Standards Source'],
  ['Unlicense', 'The Unlicense', 'Unlicense', 'The Unlicense (Unlicense)', 'unlicense.org'],
  [
    'UPL-1.0',
    'Universal Permissive',
    'Universal Permissive 1.0',
    'UPL',
    'Universal Permissive License (UPL)',
  ],
  ['W3C', 'W3C', 'W3C Software'],
  ['WTFPL', 'WTFPL', 'WTFPL 2', 'Do What The F*ck You Want To Public'],
  ['X11', 'X11', 'X.Org'],
  ['ZPL-2.1', 'Zope Public 2.1', 'ZPL 2.1'],
  ['Zlib', 'zlib', 'zlib/libpng', 'zlib/libpng License'],
  ['bzip2-1.0.6', 'bzip2'],
];

/** `Apache-2.0` gives `apache 2.0`, and where nothing else is called so, `apache 2` too. */
function listedNames(): readonly (readonly [key: string, expression: string])[] {
  const exact = LISTED_LICENCES.map((id) => [nameKey(id), listedLicence(id) ?? id] as const);
  const short = exact.flatMap(([key, id]) =>
    key.endsWith('.0') && !key.endsWith('.0.0') ? [[key.slice(0, -2), id] as const] : [],
  );
  return [...short, ...exact];
}

const NAMES: ReadonlyMap<string, string> = new Map([...listedNames(), ...toNames(COMMON)]);

/** A table of names by their keys. */
export function toNames(
  table: readonly (readonly [expression: string, ...names: string[]])[],
): ReadonlyMap<string, string> {
  return new Map(
    table.flatMap(([expression, ...names]) => names.map((name) => [nameKey(name), expression] as const)),
  );
}

/** The expression that a licence's name stands for in every ecosystem; null for one that is not known. */
export function namedLicence(name: string): string | null {
  return NAMES.get(nameKey(name)) ?? null;
}
