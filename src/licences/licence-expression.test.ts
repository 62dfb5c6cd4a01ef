import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import parseExpression from 'spdx-expression-parse';
import { PACKAGE_TYPES, type PackageType } from '../model/package.ts';
import { toLicenceExpression } from './licence-expression.ts';

type Case = readonly [declared: string | readonly string[], expression: string | null];

/** Declarations of real packages, most of them in the fixtures of `test/fixtures/inventory`. */
const DECLARED: Partial<Record<PackageType, readonly Case[]>> = {
  alpm: [
    ['GPL3', 'GPL-3.0-or-later'],
    ['GPL2', 'GPL-2.0-only'],
    ['GPL-3.0-only', 'GPL-3.0-only'],
    ['custom:bitstream', 'LicenseRef-custom-bitstream'],
    [['GPL-2.0-or-later', 'LGPL-2.1-or-later'], 'GPL-2.0-or-later AND LGPL-2.1-or-later'],
  ],
  apk: [
    ['MIT AND BSD-2-Clause AND GPL-2.0-or-later', 'MIT AND BSD-2-Clause AND GPL-2.0-or-later'],
    ['MIT BSD GPL2+', 'MIT AND LicenseRef-BSD AND GPL-2.0-or-later'],
    ['MPL-2.0 GPL-2.0-or-later', 'MPL-2.0 AND GPL-2.0-or-later'],
    ['ISC AND (BSD-3-Clause OR MIT)', 'ISC AND (BSD-3-Clause OR MIT)'],
    ['zlib', 'Zlib'],
    ['custom', 'LicenseRef-custom'],
  ],
  cargo: [
    ['MIT/Apache-2.0', 'MIT OR Apache-2.0'],
    ['Apache-2.0/MIT/BSD', 'Apache-2.0 OR MIT OR LicenseRef-BSD'],
    [
      'Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT',
      'Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT',
    ],
    ['(MIT OR Apache-2.0) AND Unicode-DFS-2016', '(MIT OR Apache-2.0) AND Unicode-DFS-2016'],
  ],
  composer: [
    ['MIT OR GPL-3.0-or-later', 'MIT OR GPL-3.0-or-later'],
    ['proprietary', 'LicenseRef-Proprietary'],
    ['LGPL-2.1', 'LGPL-2.1-only'],
  ],
  conda: [
    ['BSD 3-Clause', 'BSD-3-Clause'],
    ['PSF 2.0', 'PSF-2.0'],
    ['GPL-3.0-only WITH GCC-exception-3.1', 'GPL-3.0-only WITH GCC-exception-3.1'],
  ],
  cpan: [
    ['perl_5', 'Artistic-1.0-Perl OR GPL-1.0-or-later'],
    ['apache_2_0', 'Apache-2.0'],
    ['gpl_3', 'GPL-3.0-only'],
    ['unknown', null],
  ],
  cran: [
    ['GPL-2 | GPL-3', 'GPL-2.0-only OR GPL-3.0-only'],
    ['GPL (>= 2)', 'GPL-2.0-or-later'],
    ['GPL (>= 2) | file LICENSE', 'GPL-2.0-or-later OR LicenseRef-file-LICENSE'],
    ['GPL-3 + file LICENSE', 'GPL-3.0-only AND LicenseRef-file-LICENSE'],
    ['MIT + file LICENSE', 'MIT'],
    ['BSD_3_clause + file LICENSE', 'BSD-3-Clause'],
    ['Apache License (== 2.0)', 'Apache-2.0'],
    ['Apache License (>= 2)', 'Apache-2.0+'],
    ['LGPL (>= 2.1)', 'LGPL-2.1-or-later'],
    ['GPL (>= 2, < 4)', 'LicenseRef-GPL-2-4'],
    ['GPL (< 3)', 'LicenseRef-GPL-3'],
  ],
  deb: [
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['GPL-1+ or Artistic', 'GPL-1.0-or-later OR Artistic-1.0-Perl'],
    ['GPL-2+ or Artistic-2.0, and BSD', '(GPL-2.0-or-later OR Artistic-2.0) AND LicenseRef-BSD'],
    ['GPL-2+ or Artistic-2.0 and Expat', 'GPL-2.0-or-later OR Artistic-2.0 AND MIT'],
    ['GPL-3+ with Bison exception', 'GPL-3.0-or-later WITH Bison-exception-2.2'],
    ['GPL-3+-WITH-BISON-EXCEPTION', 'GPL-3.0-or-later WITH Bison-exception-2.2'],
    ['GPL-2 with Linux-syscall-note exception', 'GPL-2.0-only WITH Linux-syscall-note'],
    ['GPL-2+ with Autoconf exception', 'LicenseRef-GPL-2-or-later-with-Autoconf-exception'],
    ['Apache-2.0 with LLVM exception', 'Apache-2.0 WITH LLVM-exception'],
    ['LGPLv3+_or_GPLv2+', 'LGPL-3.0-or-later OR GPL-2.0-or-later'],
    ['MPL-1.1 or GPL-2.0 or LGPL-2.1', 'MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-only'],
    ['GFDL-NIV-1.3+', 'GFDL-1.3-no-invariants-or-later'],
    ['BSD-4-clause-UC', 'BSD-4-Clause-UC'],
    ['OpenLDAP-2.8 and UMich', 'OLDAP-2.8 AND LicenseRef-UMich'],
    ['public-domain', 'LicenseRef-Public-Domain'],
    [
      'Permission to use, copy, modify, and distribute this software and its',
      'LicenseRef-Permission-to-use-copy-modify-and-distribute-this-software-and-its',
    ],
    [['PD', 'none'], 'LicenseRef-Public-Domain AND LicenseRef-none'],
    [['GPL-2+', 'Expat or BSD-3-clause'], 'GPL-2.0-or-later AND (MIT OR BSD-3-Clause)'],
  ],
  ebuild: [
    ['(LGPL-2+ OR (MIT AND BSD))', 'LGPL-2.0-or-later OR MIT AND BSD-3-Clause'],
    [['BSD', 'curl'], 'BSD-3-Clause AND curl'],
  ],
  gem: [
    [['Ruby', 'BSD-2-Clause'], 'Ruby OR BSD-2-Clause'],
    [['Ruby', 'BSDL', 'PSFL'], 'Ruby OR BSD-2-Clause OR PSF-2.0'],
  ],
  generic: [
    ['GPL v2', 'GPL-2.0-only'],
    ['GPL', 'LicenseRef-GPL'],
    ['Dual BSD/GPL', 'LicenseRef-BSD OR LicenseRef-GPL'],
    ['Dual MIT/GPL', 'MIT OR LicenseRef-GPL'],
    ['GPL and additional rights', 'LicenseRef-GPL-and-additional-rights'],
  ],
  hackage: [
    ['BSD3', 'BSD-3-Clause'],
    ['PublicDomain', 'LicenseRef-Public-Domain'],
    ['LGPL-2.1', 'LGPL-2.1-only'],
  ],
  hex: [
    ['Apache 2', 'Apache-2.0'],
    [['MIT', 'Apache v2.0'], 'MIT AND Apache-2.0'],
  ],
  huggingface: [
    ['cc-by-nc-4.0', 'CC-BY-NC-4.0'],
    ['llama3', 'LicenseRef-llama3'],
  ],
  luarocks: [['MIT <http://opensource.org/licenses/MIT>', 'MIT']],
  maven: [
    ['The Apache Software License, Version 2.0', 'Apache-2.0'],
    ['http://www.apache.org/licenses/LICENSE-2.0.txt', 'Apache-2.0'],
    ['https://opensource.org/licenses/BSD-3-Clause', 'BSD-3-Clause'],
    [['EPL 2.0', 'GPL2 w/ CPE'], 'EPL-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0'],
    [
      ['http://www.eclipse.org/legal/epl-v10.html', 'http://www.gnu.org/licenses/old-licenses/lgpl-2.1.html'],
      'EPL-1.0 OR LGPL-2.1-only',
    ],
    ['GNU Lesser General Public License, Version 2.1', 'LGPL-2.1-only'],
    ['Eclipse Distribution License - v 1.0', 'BSD-3-Clause'],
    ['The BSD License', 'LicenseRef-BSD'],
    ['New BSD License', 'BSD-3-Clause'],
    ['Bouncy Castle Licence', 'LicenseRef-Bouncy-Castle-Licence'],
    [
      'Dual license consisting of the CDDL v1.1 and GPL v2',
      'LicenseRef-Dual-license-consisting-of-the-CDDL-v1.1-and-GPL-v2',
    ],
  ],
  npm: [
    ['MIT', 'MIT'],
    ['mit', 'MIT'],
    ['(MIT AND CC-BY-3.0)', 'MIT AND CC-BY-3.0'],
    [['MIT', 'Apache-2.0'], 'MIT OR Apache-2.0'],
    ['GPL-2.0+', 'GPL-2.0-or-later'],
    ['UNLICENSED', 'LicenseRef-Proprietary'],
    ['SEE LICENSE IN LICENSE.md', 'LicenseRef-SEE-LICENSE-IN-LICENSE.md'],
    // what a slash means here nobody says
    ['MIT/GPL', 'LicenseRef-MIT-GPL'],
  ],
  nuget: [
    ['https://licenses.nuget.org/MIT', 'MIT'],
    ['https://aka.ms/deprecateLicenseUrl', null],
  ],
  opam: [
    ['LGPL-2.1-only with OCaml-LGPL-linking-exception', 'LGPL-2.1-only WITH OCaml-LGPL-linking-exception'],
  ],
  pear: [
    ['New BSD License', 'BSD-3-Clause'],
    ['LGPL-3.0+', 'LGPL-3.0-or-later'],
    ['PHP License', 'LicenseRef-PHP-License'],
  ],
  pypi: [
    ['GNU General Public License v2 or later (GPLv2+)', 'GPL-2.0-or-later'],
    ['GNU Lesser General Public License v3 (LGPLv3)', 'LGPL-3.0-only'],
    ['Mozilla Public License 2.0 (MPL 2.0)', 'MPL-2.0'],
    ['CC0 1.0 Universal (CC0 1.0) Public Domain Dedication', 'CC0-1.0'],
    ['Apache Software License', 'LicenseRef-Apache'],
    ['Apache 2.0', 'Apache-2.0'],
    ['BSD License', 'LicenseRef-BSD'],
    ['GNU GPL', 'LicenseRef-GPL'],
    ['MIT or Apache-2.0', 'MIT OR Apache-2.0'],
    ['LGPL with exceptions', 'LicenseRef-LGPL-with-exceptions'],
    ['Copyright (c) 2012 by nobody.\nAll rights reserved.', null],
  ],
  rpm: [
    ['GPLv2+', 'GPL-2.0-or-later'],
    ['GPL+ or Artistic', 'GPL-1.0-or-later OR Artistic-1.0-Perl'],
    [
      '(FTL or GPLv2+) and BSD and MIT and Public Domain and zlib with acknowledgement',
      '(FTL OR GPL-2.0-or-later) AND LicenseRef-BSD AND MIT AND LicenseRef-Public-Domain AND LicenseRef-zlib-with-acknowledgement',
    ],
    [
      'GPLv3+ and GPLv3+ with exceptions and LGPLv2+ and BSD',
      'GPL-3.0-or-later AND LicenseRef-GPLv3-or-later-with-exceptions AND LGPL-2.0-or-later AND LicenseRef-BSD',
    ],
    ['zlib and Boost', 'Zlib AND BSL-1.0'],
    ['ASL 2.0', 'Apache-2.0'],
    ['MPLv2.0', 'MPL-2.0'],
    ['GPLv2+, LGPLv2+, MIT', 'GPL-2.0-or-later AND LGPL-2.0-or-later AND MIT'],
    [
      'GPLv2 and Redistributable, no modification permitted',
      'GPL-2.0-only AND LicenseRef-Redistributable-no-modification-permitted',
    ],
    [
      'GPL-2.0-or-later AND LGPL-2.1-or-later WITH GCC-exception-2.0',
      'GPL-2.0-or-later AND LGPL-2.1-or-later WITH GCC-exception-2.0',
    ],
    ['LicenseRef-Callaway-BSD AND MIT', 'LicenseRef-Callaway-BSD AND MIT'],
    ['BSD with advertising', 'LicenseRef-BSD-with-advertising'],
    ['GPL/LGPL', 'LicenseRef-GPL-LGPL'],
  ],
  'wordpress-plugin': [
    ['GPLv2 or later', 'GPL-2.0-or-later'],
    ['Apache 2 (http://www.apache.org/licenses/LICENSE-2.0.html)', 'Apache-2.0'],
  ],
};

for (const [type, cases] of Object.entries(DECLARED) as [PackageType, readonly Case[]][]) {
  test(`what packages of ${type} declare`, () => {
    for (const [declared, expression] of cases) {
      assert.equal(toLicenceExpression(type, [declared].flat()), expression, String(declared));
    }
  });
}

describe('several declarations', () => {
  test('are not told where one of them cannot be read', () => {
    assert.equal(toLicenceExpression('pypi', ['MIT', 'The text\nof a licence']), null);
  });
  test('count once, and empty ones not at all', () => {
    assert.equal(toLicenceExpression('deb', ['Expat', 'MIT', ' ', 'Expat']), 'MIT');
    assert.equal(toLicenceExpression('npm', []), null);
  });
});

const long = (length: number): string => `Licence ${'x'.repeat(length - 'Licence '.length)}`;

describe('whatever is declared', () => {
  const type = fc.constantFrom(...PACKAGE_TYPES);
  const words = Object.values(DECLARED).flatMap((cases) => cases.flatMap(([declared]) => declared));
  const pieces = [...new Set(words.flatMap((text) => text.split(' '))), 'and', 'or', '(', ')', '/', ',', '|'];
  const declared = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((list) => list.join(' ')),
  );

  test('an expression is one that others can read', () => {
    fc.assert(
      fc.property(type, fc.array(declared, { maxLength: 4 }), (type, declarations) => {
        const expression = toLicenceExpression(type, declarations);
        if (expression !== null) assert.doesNotThrow(() => parseExpression(expression), expression);
      }),
      { numRuns: 500 },
    );
  });

  test('an expression that is declared stays as it is', () => {
    fc.assert(
      fc.property(type, declared, (type, text) => {
        const expression = toLicenceExpression(type, [text]);
        if (expression !== null) assert.equal(toLicenceExpression('npm', [expression]), expression);
      }),
      { numRuns: 500 },
    );
  });

  test('a reference is as long as names may be, and then stays as it is', () => {
    for (const name of [long(200), `${long(190)}+`]) {
      const expression = toLicenceExpression('alpm', [name]);
      assert.match(expression ?? '', /^LicenseRef-.{200}$|^LicenseRef-.{199}$/);
      assert.equal(toLicenceExpression('npm', [expression ?? '']), expression);
    }
    assert.equal(toLicenceExpression('alpm', [long(201)]), null);
    assert.equal(toLicenceExpression('alpm', [`${long(195)}+`]), null);
    assert.equal(toLicenceExpression('npm', [`LicenseRef-${'x'.repeat(201)}`]), null);
  });

  test('endless texts and brackets cost little', () => {
    const texts = [
      '('.repeat(1e6),
      'MIT and '.repeat(1e5),
      ' '.repeat(1e6),
      '_or_'.repeat(200),
      '(a '.repeat(300),
    ];
    for (const text of texts) {
      for (const type of ['deb', 'rpm', 'apk', 'pypi'] as const) toLicenceExpression(type, [text]);
    }
    const many = Array.from({ length: 500 }, (_, index) => `Licence ${index} or MIT`);
    assert.match(toLicenceExpression('deb', many) ?? '', /^\(LicenseRef-Licence-0 OR MIT\) AND /);
  });
});
