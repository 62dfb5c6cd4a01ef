import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCopyright } from './debian-copyright.ts';
import { parseParagraphs } from './deb822.ts';

function read(text: string, ...wanted: readonly string[]) {
  return [...parseParagraphs(text, new Set(wanted))].map((paragraph) => Object.fromEntries(paragraph));
}

test('paragraphs, folded lines, comments, and fields without regard to case', () => {
  const text = '\n# comment\nA: 1\nB: 2\n 3\n\t4\nc : 5\n\n \nb: x:y\n';
  assert.deepEqual(read(text, 'a', 'b'), [{ a: '1', b: '2\n3\n4' }, { b: 'x:y' }]);
});

test('the continuation of a field that nobody wants is not added to the one before', () => {
  assert.deepEqual(read('A: 1\nDescription: d\n long\nB: 2', 'a', 'b'), [{ a: '1', b: '2' }]);
});

const FORMAT = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n';
const COPYRIGHTS: readonly (readonly [what: string, text: string, licences: readonly string[]])[] = [
  ['free text', 'This package was debianized by …\n\nLicense: GPL\n', []],
  ['one licence', `${FORMAT}\nFiles: *\nCopyright: me\nLicense: Expat\n Permission is hereby …\n`, ['Expat']],
  [
    'several, some of them twice',
    `${FORMAT}License: MIT\n\nFiles: *\nLicense: GPL-2+ or Artistic-1\n\nFiles: debian/*\nLicense: Expat\n\nLicense: Expat\n text\n`,
    ['MIT', 'GPL-2+ or Artistic-1', 'Expat'],
  ],
  [
    'an older format',
    'Format-Specification: http://dep.debian.net/deps/dep5/\n\nFiles: *\nLicense: BSD\n',
    ['BSD'],
  ],
  ['a licence without a short name', `${FORMAT}\nFiles: *\nLicense:\n some text\n`, []],
  ['an empty file', '', []],
  [
    'free text of glibc, shortened',
    `* Most of the GNU C library is under the following copyright:

    License as published by the Free Software Foundation; either
    version 2.1 of the License, or (at your option) any later version.

  On Debian systems, the complete text of the GNU Library
  General Public License can be found in \`/usr/share/common-licenses/LGPL-2.1'.

    by the Free Software Foundation; version 2 of the License, or
    (at your option) any
    later version.

  General Public License can be found in \`/usr/share/common-licenses/GPL-2'.
`,
    ['LGPL-2.1+', 'GPL-2+'],
  ],
  [
    'free text of clucene-core, shortened',
    `On Debian systems, the complete text of the GNU Lesser General Public License v2.1 can
be found in /usr/share/common-licenses/LGPL-2.1; of the Apache License in /usr/share/common-licenses/Apache-2.0.
`,
    ['LGPL-2.1', 'Apache-2.0'],
  ],
  [
    'later versions of a licence without one',
    "or (at your option) any later version: '/usr/share/common-licenses/GPL'.",
    ['GPL'],
  ],
  ['the directory itself', 'Texts are in /usr/share/common-licenses/.', []],
];
for (const [what, text, licences] of COPYRIGHTS) {
  test(`copyright: ${what}`, () => assert.deepEqual(parseCopyright(text), licences));
}
