/** What ecosystems mean by their declarations, where they differ. Their documents are named beside each rule. */
import type { PackageType } from '../model/package.ts';
import { toNames } from './licence-names.ts';

export type Operator = 'AND' | 'OR';

export interface EcosystemRules {
  /**
   * How several declarations of one package belong together. `AND` too where the ecosystem does not say: nothing then
   * allows to leave one of them out.
   */
  readonly several: Operator;
  /** Signs between licences of one declaration, beside the words `and` and `or`. */
  readonly signs: ReadonlyMap<string, Operator>;
  /** Licences follow each other with nothing but spaces between them. */
  readonly lists: boolean;
  /** Names that mean something else here than elsewhere, or are used here only. */
  readonly names: ReadonlyMap<string, string>;
}

const PLAIN: EcosystemRules = { several: 'AND', signs: new Map(), lists: false, names: new Map() };

const COMMAS: ReadonlyMap<string, Operator> = new Map([
  [',', 'AND'],
  [';', 'AND'],
]);

/** The Artistic License of Perl, for which distributions have no name of its own: `GPL-1+ or Artistic` is Perl's. */
const ARTISTIC = ['Artistic-1.0-Perl', 'Artistic'] as const;

/** Debian's copyright format 1.0, "License specification"; every paragraph is of other files of the package. */
const DEBIAN: EcosystemRules = { ...PLAIN, signs: COMMAS, names: toNames([ARTISTIC]) };

const OTHERS: Partial<Record<PackageType, Partial<EcosystemRules>>> = {
  // ArchWiki, PKGBUILD, "license": entries are joined by AND; before RFC 16 `GPL` and `GPL3` stood for "or later"
  alpm: {
    names: toNames([
      ['GPL-2.0-or-later', 'GPL'],
      ['GPL-3.0-or-later', 'GPL3'],
      ['LGPL-2.0-or-later', 'LGPL'],
      ['LGPL-3.0-or-later', 'LGPL3'],
      ['AGPL-3.0-or-later', 'AGPL', 'AGPL3'],
      ['Apache-2.0', 'Apache'],
      ['PSF-2.0', 'PSF'],
    ]),
  },
  // before APKBUILD(5) asked for SPDX expressions it was a list: `MIT BSD GPL2+`
  apk: { lists: true },
  // The Cargo Book, "The license and license-file fields"
  cargo: { several: 'OR', signs: new Map([['/', 'OR']]) },
  // composer.json schema, "license": a list is a choice
  composer: { several: 'OR' },
  // CPAN::Meta::Spec 2, "license": what a list means is left to the documentation
  cpan: {
    names: toNames([
      ['Artistic-1.0-Perl OR GPL-1.0-or-later', 'perl_5', 'perl'],
      ['Artistic-1.0', 'artistic_1', 'artistic'],
      ['BSD-3-Clause', 'bsd'],
      ['BSD-2-Clause', 'freebsd'],
      ['GPL-1.0-only', 'gpl_1'],
      ['LGPL-2.1-only', 'lgpl_2_1'],
      ['LGPL-3.0-only', 'lgpl_3_0'],
      ['Apache-1.1', 'apache_1_1'],
      ['Apache-2.0', 'apache_2_0'],
      ['Artistic-2.0', 'artistic_2'],
      ['GFDL-1.2-only', 'gfdl_1_2'],
      ['GFDL-1.3-only', 'gfdl_1_3'],
      ['MPL-1.0', 'mozilla_1_0'],
      ['MPL-1.1', 'mozilla_1_1'],
      ['QPL-1.0', 'qpl_1_0'],
      ['SSLeay-standalone', 'ssleay'],
      ['LicenseRef-Proprietary', 'restricted'],
      ['LicenseRef-Open-Source', 'open_source'],
    ]),
  },
  // Writing R Extensions, 1.1.2: `|` between alternatives, `+ file` for additional terms; for MIT and BSD only names
  cran: {
    several: 'OR',
    signs: new Map([
      ['|', 'OR'],
      ['+', 'AND'],
    ]),
    names: toNames([
      ['MIT', 'MIT + file LICENSE', 'MIT + file LICENCE'],
      ['BSD-2-Clause', 'BSD_2_clause + file LICENSE', 'BSD_2_clause + file LICENCE'],
      ['BSD-3-Clause', 'BSD_3_clause + file LICENSE', 'BSD_3_clause + file LICENCE'],
    ]),
  },
  deb: DEBIAN,
  // Gentoo's licenses directory, whose `BSD` is the text of three clauses
  ebuild: { names: toNames([ARTISTIC, ['BSD-3-Clause', 'BSD'], ['PSF-2.0', 'PSF-2']]) },
  // RubyGems' specification does not say; Ruby's own gems with `Ruby` and `BSD-2-Clause` are a choice
  gem: { several: 'OR' },
  // Linux, Documentation/process/license-rules.rst, "MODULE_LICENSE": `GPL` is version 2, later ones or not is unsaid
  generic: {
    names: toNames([
      ['LicenseRef-BSD OR LicenseRef-GPL', 'Dual BSD/GPL'],
      ['MIT OR LicenseRef-GPL', 'Dual MIT/GPL'],
      ['LicenseRef-MPL OR LicenseRef-GPL', 'Dual MPL/GPL'],
      ['LicenseRef-GPL-and-additional-rights', 'GPL and additional rights'],
    ]),
  },
  // Maven's model, "licenses": the user may choose any of them
  maven: { several: 'OR' },
  // npm's documentation of package.json writes an old list of two as `(MIT OR Apache-2.0)`
  npm: { several: 'OR' },
  opkg: { ...DEBIAN, signs: new Map([...COMMAS, ['|', 'OR'], ['&', 'AND']]) },
  // "Licensing:Main" of Fedora before it took SPDX's names, and SUSE's list before
  rpm: {
    signs: COMMAS,
    names: toNames([
      ARTISTIC,
      ['Artistic-1.0-Perl', 'Perl'],
      ['ClArtistic', 'Artistic clarified'],
      ['EPL-1.0', 'EPL'],
      ['OFL-1.1', 'OFL'],
      ['OLDAP-2.8', 'OpenLDAP'],
      ['PHP-3.01', 'PHP'],
      ['QPL-1.0', 'QPL'],
      [
        'LicenseRef-Redistributable-no-modification-permitted',
        'Redistributable, no modification permitted',
        'Freely redistributable without restriction',
      ],
    ]),
  },
};

/** Ecosystems without an entry use SPDX's names, or none of their own; they do not say what several mean. */
export function rulesOf(type: PackageType): EcosystemRules {
  return { ...PLAIN, ...OTHERS[type] };
}
