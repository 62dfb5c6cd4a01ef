import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { createStyle } from './style.ts';
import { type Column, formatTable } from './table.ts';
import { wrap } from './wrap.ts';

type Row = readonly [name: string, count: string, note: string];

const PLAIN: readonly Column<Row>[] = [
  { title: 'NAME', most: 8, text: ([name]) => name },
  { title: 'N', align: 'right', text: ([, count]) => count },
  { title: 'NOTE', text: ([, , note]) => note },
];

const PAINTED = PLAIN.map((column) => ({
  ...column,
  paint: (_: Row, text: string) => style(true).paint('red', text),
}));

const style = (colour: boolean, width = 80) => createStyle({ colour, width });

test('columns are as wide as their widest cell, and lines end without spaces', () => {
  const rows: readonly Row[] = [
    ['zlib', '1', 'short'],
    ['a-very-long-name', '100', ''],
  ];
  assert.equal(
    formatTable(PLAIN, rows, style(false), '> '),
    ['> NAME        N  NOTE', '> zlib        1  short', '> a-very-…  100', ''].join('\n'),
  );
});

test('no rows, no table', () => {
  assert.equal(formatTable(PAINTED, [], style(true)), '');
});

test('the last column takes what the width leaves, and at least twelve characters', () => {
  const rows: readonly Row[] = [['name', '1', 'abcdefghijklmnopqrstuvwxyz']];
  assert.match(formatTable(PLAIN, rows, style(false, 20)), /^name {2}1 {2}abcdefghijk…$/m);
  assert.match(formatTable(PLAIN, rows, style(false, 25)), /^name {2}1 {2}abcdefghijklmno…$/m);
  assert.match(formatTable(PLAIN, rows, style(false, 80)), /xyz$/m);
});

test('a sentence in the last column goes on below itself, and nothing of it is left out', () => {
  const columns: readonly Column<Row>[] = [
    { title: 'NAME', text: ([name]) => name },
    { title: 'WHY', wraps: true, text: ([, , note]) => note },
  ];
  const rows: readonly Row[] = [
    ['zlib', '', 'a sentence that is longer than what the line has left for it, and goes on for a third one'],
  ];
  assert.equal(
    formatTable(columns, rows, style(false, 48), '  '),
    [
      '  NAME  WHY',
      '  zlib  a sentence that is longer than what the',
      '        line has left for it, and goes on for a',
      '        third one',
      '',
    ].join('\n'),
  );
  assert.doesNotMatch(formatTable(columns, rows, style(false, 10)), /…/);
});

test('colour never moves a column', () => {
  const rows: readonly Row[] = [
    ['zlib', '1', 'short'],
    ['bash', '22', 'longer'],
  ];
  const coloured = formatTable(PAINTED, rows, style(true));
  assert.ok(coloured.includes('\u001b[31mshort'));
  assert.equal(stripVTControlCharacters(coloured), formatTable(PLAIN, rows, style(false)));
});

/** Any string at all, also with halves of surrogate pairs. */
const codeUnits = fc.uint16Array().map((units) => String.fromCharCode(...units));

test('a cell is one line whatever is in it', () => {
  fc.assert(
    fc.property(codeUnits, codeUnits, (name, note) => {
      const table = formatTable(PLAIN, [[name, '1', note]], style(false));
      assert.equal(table.split('\n').length, 3);
      assert.doesNotMatch(table.replaceAll('\n', ''), /\p{Cc}/u);
    }),
    { numRuns: 300 },
  );
});

test('sentences are broken at spaces, words are not', () => {
  assert.equal(wrap('one two three', 7, '  '), 'one two\n  three');
  assert.equal(wrap('unbreakable word', 5, ' '), 'unbreakable\n word');
  assert.equal(wrap('', 5, ' '), '');
});
