import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatMaintainer, parseMaintainer } from './maintainer.ts';

for (const [text, expected] of [
  ['Ann Author <ann@example.org> (@ann)', ['Ann Author', 'ann@example.org', 'ann']],
  ['Ann (@ann)', ['Ann', null, 'ann']],
  ['Hy Docker Team (@hylang/docker)', ['Hy Docker Team', null, 'hylang/docker']],
  ['A  <https://example.org>\t\n(@a)', ['A ', 'https://example.org', 'a']],
  ['A   (@a)', ['A  ', null, 'a']],
  ['\u00a0A (@a)', ['\u00a0A', null, 'a']],
] as const) {
  test(`a maintainer: ${JSON.stringify(text)}`, () => {
    const [name, contact, handle] = expected;
    assert.deepEqual(parseMaintainer(text), { name, contact, handle });
  });
}

for (const text of [
  '',
  'Ann',
  'Ann (ann)',
  'Ann(@ann)',
  'Ann <ann@example.org>(@ann)',
  'Ann <ann @example.org> (@ann)',
  'Ann <> (@ann)',
  'Ann (@ann) ',
  'Ann (@ann) (@ann)',
  ' Ann (@ann)',
  '(@ann)',
  ' (@ann)',
  'Ann\u00a0(@ann)',
  'Ann (@)',
]) {
  test(`no maintainer: ${JSON.stringify(text)}`, () => assert.equal(parseMaintainer(text), null));
}

// upstream's own expression, with Go's meaning of a space
const UPSTREAM =
  /^([^\t\n\f\r <>()][^<>()]*)(?:[\t\n\f\r ]+<([^\t\n\f\r <>()]+)>)?[\t\n\f\r ]+[(]@([^\t\n\f\r <>()]+)[)]$/;

test('maintainers are those of the expression of upstream', () => {
  const text = fc.string({
    unit: fc.constantFrom('A', ' ', '\t', '<', '>', '(', ')', '@', 'b', '(@c)'),
    maxLength: 14,
  });
  fc.assert(
    fc.property(text, (maintainer) => {
      const [, name = '', contact = null, handle = ''] = UPSTREAM.exec(maintainer) ?? [];
      assert.deepEqual(parseMaintainer(maintainer), name === '' ? null : { name, contact, handle });
    }),
    { numRuns: 2_000 },
  );
});

test('what is printed is read as the same', () => {
  for (const text of ['Ann (@ann)', 'A  <b> (@c/d)']) {
    const read = parseMaintainer(text);
    assert.deepEqual(read === null ? null : parseMaintainer(formatMaintainer(read)), read);
  }
});

test('a long run of spaces takes linear time', () => {
  assert.equal(parseMaintainer(`A${' '.repeat(1_000_000)}<`), null);
});
