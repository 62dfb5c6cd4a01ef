import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCoreMetadata, parseRequiresText } from './core-metadata.ts';

function read(...lines: readonly string[]) {
  return parseCoreMetadata(['Metadata-Version: 2.4', 'Name: a', 'Version: 1.0', ...lines].join('\n'));
}

const LICENCES: readonly (readonly [what: string, lines: readonly string[], expected: readonly string[]])[] =
  [
    [
      'an expression (PEP 639)',
      ['License-Expression: MIT OR Apache-2.0', 'License: MIT'],
      ['MIT OR Apache-2.0'],
    ],
    ['a name', ['License: BSD-3-Clause'], ['BSD-3-Clause']],
    ['nothing, as old setuptools writes it', ['License: UNKNOWN'], []],
    [
      'classifiers',
      [
        'Classifier: License :: OSI Approved :: MIT License',
        'Classifier: License :: OSI Approved :: Apache Software License',
      ],
      ['MIT License', 'Apache Software License'],
    ],
    ['a classifier that names none', ['Classifier: License :: OSI Approved'], []],
    [
      'a name before its classifier',
      ['License: BSD', 'Classifier: License :: OSI Approved :: BSD License'],
      ['BSD'],
    ],
    [
      'a whole text, and a classifier',
      [
        'License: Copyright (c) somebody',
        '        ',
        '        Permission is hereby granted',
        'Classifier: License :: OSI Approved :: MIT License',
      ],
      ['MIT License'],
    ],
  ];
for (const [what, lines, expected] of LICENCES) {
  test(`licence: ${what}`, () => assert.deepEqual(read(...lines)?.licences, expected));
}

const PEOPLE: readonly (readonly [lines: readonly string[], expected: string | null])[] = [
  [['Author: A', 'Author-email: a@example.org'], 'A <a@example.org>'],
  [['Author-email: A <a@example.org>, B <b@example.org>'], 'A <a@example.org>, B <b@example.org>'],
  [['Author: A', 'Author-email: B <b@example.org>'], 'B <b@example.org>'],
  [['Author: UNKNOWN', 'Maintainer: M', 'Maintainer-email: m@example.org'], 'M <m@example.org>'],
  [[], null],
];
for (const [lines, expected] of PEOPLE) {
  test(`supplier of ${lines.join(', ')}`, () => assert.equal(read(...lines)?.supplier, expected));
}

const HOMEPAGES: readonly (readonly [lines: readonly string[], expected: string | null])[] = [
  [['Home-page: https://a.example'], 'https://a.example'],
  [['Home-page: UNKNOWN', 'Project-URL: Home Page, https://b.example'], 'https://b.example'],
  [
    ['Project-URL: Source, https://s.example', 'Project-URL: homepage, https://h.example'],
    'https://h.example',
  ],
  [['Project-URL: https://nothing.example'], null],
];
for (const [lines, expected] of HOMEPAGES) {
  test(`homepage of ${lines.join(', ')}`, () => assert.equal(read(...lines)?.homepage, expected));
}

test('dependencies without extras, and those that another system alone needs', () => {
  const metadata = read(
    'Requires-Dist: urllib3 (<3,>=1.21.1)',
    'Requires-Dist: PySocks!=1.5.7 ; extra == "socks"',
    'Requires-Dist: colorama; sys_platform == "win32"',
    'Requires-Dist: tomli>=1; python_version < "3.11"',
    'Requires-Dist: not a requirement',
  );
  assert.deepEqual(metadata?.dependencies, ['tomli', 'urllib3']);
});

test('what follows the fields is a description, whatever it looks like', () => {
  assert.equal(read('', 'License: GPL', 'Requires-Dist: b')?.dependencies.length, 0);
});

test('Windows line ends, fields in any case, and the first of several values', () => {
  const metadata = parseCoreMetadata('NAME: a\r\nversion: 1.0\r\nName: b\r\n\r\nVersion: 2.0\r\n');
  assert.deepEqual([metadata?.name, metadata?.version], ['a', '1.0']);
});

for (const [what, text] of [
  ['nothing', ''],
  ['no name', 'Version: 1.0\n'],
  ['a name that is none', 'Name: ../a\nVersion: 1.0\n'],
  ['a name of blanks', 'Name:   \n'],
  ['text', 'hello\nworld\n'],
] as const) {
  test(`no metadata: ${what}`, () => assert.equal(parseCoreMetadata(text), null));
}

test('a version that is missing is empty', () => {
  assert.equal(parseCoreMetadata('Name: a\n')?.version, '');
});

test('requires.txt of an egg: sections are extras, markers or both', () => {
  const text =
    'a>=1\nb\n\n[:python_version < "3"]\nc\n\n[:sys_platform == "win32"]\nd\n\n[socks]\ne\n\n[socks:python_version < "3"]\nf\n';
  assert.deepEqual(parseRequiresText(text), ['a', 'b', 'c']);
});
