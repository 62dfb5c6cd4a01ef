import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { parse, stringify } from 'yaml';
import { parsePlainYaml } from './plain-yaml.ts';
import { parseGeneralYaml, parseYaml } from './yaml.ts';

const PLAIN: readonly (readonly [text: string, value: unknown])[] = [
  ['a: 1\nb: two\n', { a: 1, b: 'two' }],
  [
    "'@s/a@1.0.0':\n  resolution: {integrity: sha512-x==, tarball: https://a/b}\n",
    {
      '@s/a@1.0.0': { resolution: { integrity: 'sha512-x==', tarball: 'https://a/b' } },
    },
  ],
  ['a: {}\nb: []\nc:\n', { a: {}, b: [], c: null }],
  ['a:\n- b\n- c: 1\n  d: 2\n-\n  - e\n- - f\n', { a: ['b', { c: 1, d: 2 }, ['e'], ['f']] }],
  ["a: [x, \"y,z\", 'it''s']\n", { a: ['x', 'y,z', "it's"] }],
  ['# c\na: b # c\n\n  # d\nc: "#d" # e\n', { a: 'b', c: '#d' }],
  ['a: |-\n  one\n\n    two\nb: |\n  c\n', { a: 'one\n\n  two', b: 'c\n' }],
  ['? "long"\n: 1\n? b\n:\n  c: 2\n', { long: 1, b: { c: 2 } }],
  [
    'a: ^1.0 || >=2\nb: 1.2.3\nc: 1.50\nd: -7\ne: no\nf: TRUE\ng: ~\n',
    {
      a: '^1.0 || >=2',
      b: '1.2.3',
      c: 1.5,
      d: -7,
      e: 'no',
      f: true,
      g: null,
    },
  ],
  ['a: "\\u00e9\\n"\r\nb: c\r\n', { a: 'é\n', b: 'c' }],
  ['- a\n- b\n', ['a', 'b']],
  ['---\na: b\n', { a: 'b' }],
  ['a: b\n  c\n\n  d # e\n', { a: 'b c\nd' }],
  ["a: 'b\n  c''\n\n\n  d'\nb: c\n", { a: "b c'\n\nd", b: 'c' }],
  ['- "b \\\n  \\ c\\n\n  \\x41"\n', ['b  c\n A']],
  ['a: >\n  b\n  c\n\n   d\n  e\n\nb: >-\n  c\n  d\n', { a: 'b c\n\n d\ne\n', b: 'c d' }],
  ["a:\n    b\n  c\nd:\n  'e'\n", { a: 'b c', d: 'e' }],
  ['a: |\n\n  b\n', { a: '\nb\n' }],
  ['a: |+\n  b\n\nb: |+\n  c\n\n', { a: 'b\n\n', b: 'c\n\n' }],
  ['a: {b: c,\n  d: e}\n', { a: { b: 'c', d: 'e' } }],
];
for (const [text, value] of PLAIN) {
  test(`plain: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parsePlainYaml(text), { value });
    assert.deepEqual(parseGeneralYaml(text), value);
  });
}

const LEFT: readonly string[] = [
  '',
  'a',
  'a: &x 1\nb: *x\n',
  'a: !!str 1\n',
  '--- \na: 1\n',
  'a: |2\n    b\n',
  'a: b\n c:\n  d\n',
  'a: "b\nc"\n',
  'a: "b\\ \n  c"\n',
  'a: ["b\\\n  c"]\n',
  'a: - \n\n\n  b\n',
  'a: ?\n\n  b\n',
  'a: [b,\n\n  c]\n',
  'a: [b:, c]\n',
  'a: 1\na: 2\n',
  'a:\n    b: 1\n  c: 2\n',
  'a: b: c\n',
  '__proto__: 1\n',
  '1: a\n',
  'a:\tb\n',
  `${'{a: '.repeat(20)}1${'}'.repeat(20)}`,
];
for (const text of LEFT) {
  test(`left to the general reader: ${JSON.stringify(text.slice(0, 30))}`, () => {
    assert.equal(parsePlainYaml(text), null);
  });
}

/** What the library takes for a key over several lines, and is none. */
const PLAIN_ALONE = 'a:\n\n# b\n  c\nd: 1\n';

test('YAML that the general reader refuses', () => {
  assert.deepEqual(parsePlainYaml(PLAIN_ALONE), { value: { a: 'c', d: 1 } });
  assert.equal(parseGeneralYaml(PLAIN_ALONE), undefined);
});

test('all scalars as they are written', () => {
  const text = 'a: 1.10\nb: ~\nc:\nd: [true, 0x1]\n1.0: "\\t"\n';
  const value = { a: '1.10', b: '~', c: '', d: ['true', '0x1'], '1.0': '\t' };
  assert.deepEqual(parsePlainYaml(text, 'failsafe'), { value });
});

/** Says nothing, or the same as the general reader. */
function agrees(text: string): void {
  const general = parseGeneralYaml(text);
  // the library refuses some scalars below a comment and an empty row, as in `PLAIN_ALONE`
  if (general === undefined && /^ *#/m.test(text)) return;
  const plain = parsePlainYaml(text);
  if (plain !== null) assert.deepEqual(plain.value, general, JSON.stringify(text));
  const written = parsePlainYaml(text, 'failsafe');
  if (written !== null) assert.deepEqual(written.value, parseFailsafe(text), JSON.stringify(text));
}

function parseFailsafe(text: string): unknown {
  return parse(text, { schema: 'failsafe', logLevel: 'error', uniqueKeys: false });
}

test('on what the library writes, both readers agree', () => {
  const word = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc
      .array(fc.constantFrom('a', 'bc ', ' ', '\n', '\\', '"', ': ', '#', '- '), { maxLength: 20 })
      .map((some) => some.join('')),
    fc.constantFrom('1.10', 'null', '- a', 'a: b', '^1', '#', 'é'),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      word,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    map: fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(value, fc.constantFrom(80, 6), (written, lineWidth) =>
      agrees(stringify(written, { lineWidth, minContentWidth: 0 })),
    ),
    { numRuns: 1000 },
  );
});

test('on no text do the readers disagree', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    ': ',
    ':',
    '\n',
    '\n  ',
    '\n    ',
    '- ',
    '-',
    '{',
    '}',
    '[',
    ']',
    ', ',
    ',',
    '"',
    "'",
    "''",
    ' ',
    '#',
    ' #',
    '? ',
    '|',
    '|-',
    '|+',
    '>',
    '>-',
    '\\\n  ',
    '\n\n',
    'a: "',
    "a: '",
    'a: |+\n  ',
    'a: >\n  ',
    'a: b\n  ',
    'a:\n  ',
    '- b\n  ',
    '---\n',
    '\u00a0',
    '\ufeff',
    '1',
    '.',
    '0x',
    'e',
    '~',
    'null',
    'true',
    '\\n',
    '\\',
    '\t',
    '\r',
    '&',
    '*',
    '!',
    '%',
    '@',
    '`',
    '<<',
    '--- ',
    '...',
    '\u{1F600}',
    '\u2028',
  );
  const pieces = fc.array(piece, { maxLength: 14 }).map((some) => some.join(''));
  const start = fc.constantFrom('', '- ', '-', '- - ', '- a: ', 'a: ', 'a:', 'b: ', '? ', ': ', '"a": ');
  const row = fc
    .tuple(
      fc.constantFrom('', '', '', ' ', '  ', '  ', '   ', '    '),
      start,
      fc.array(piece, { maxLength: 4 }).map((some) => some.join('')),
      fc.constantFrom('\n', '\n', '\n', '\n\n', ' \n', '\r\n'),
    )
    .map((parts) => parts.join(''));
  const rows = fc.array(row, { minLength: 1, maxLength: 6 }).map((some) => some.join(''));
  const changed = fc
    .tuple(
      fc.constantFrom(...PLAIN.map(([text]) => text)),
      fc.array(fc.tuple(fc.nat(60), fc.nat(2), piece), { minLength: 1, maxLength: 4 }),
    )
    .map(([text, changes]) => changes.reduce(replaced, text));
  fc.assert(fc.property(fc.oneof(pieces, rows, changed), agrees), { numRuns: 12_000 });
});

function replaced(text: string, [place, length, by]: readonly [number, number, string]): string {
  const at = place % (text.length + 1);
  return text.slice(0, at) + by + text.slice(at + length);
}

test('time follows length', () => {
  const spent = startCpuTime();
  for (const piece of [
    'a:\n',
    '- ',
    '{a: ',
    '[',
    "'",
    '"\\',
    ' ',
    'a: |\n',
    '\n',
    '# ',
    '? a\n',
    ': ',
    "'' ",
    '  ',
    '\\\\',
    'a: "\\\n  ',
    'a: b\n  c\n',
    'a: >\n  b\n',
    ' \n',
  ]) {
    parsePlainYaml(piece.repeat(300_000 / piece.length));
  }
  assert.ok(spent() < LITTLE);
});

test('what is large is read where it is plain, and is not handed to the general reader otherwise', () => {
  const plain = 'a: b\n'.padEnd(5 * 1024 * 1024, '#');
  assert.deepEqual(parseYaml(plain), { a: 'b' });
  const spent = startCpuTime();
  assert.equal(parseYaml(`a: &a b\n${plain}`), undefined);
  assert.ok(spent() < LITTLE);
});
