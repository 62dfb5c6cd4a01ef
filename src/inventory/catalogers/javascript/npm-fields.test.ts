import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJsonObject } from '../../../formats/json.ts';
import { aliasTarget, isNpmName, licencesOf, npmPurl, personOf, requirementsOf } from './npm-fields.ts';

const LICENCES: readonly (readonly [manifest: Record<string, unknown>, licences: readonly string[]])[] = [
  [{ license: 'MIT' }, ['MIT']],
  [{ license: '(MIT OR Apache-2.0)' }, ['(MIT OR Apache-2.0)']],
  [{ license: { type: 'BSD-3-Clause', url: 'https://example.org' } }, ['BSD-3-Clause']],
  [{ license: { name: 'ISC' } }, ['ISC']],
  [{ licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }] }, ['MIT', 'GPL-2.0']],
  [{ licenses: ['MIT', 'MIT'] }, ['MIT']],
  [{ licenses: 'Apache-2.0' }, ['Apache-2.0']],
  [{ license: ['MIT', 'X11'] }, ['MIT', 'X11']],
  [{ license: 'SEE LICENSE IN LICENCE.txt' }, ['SEE LICENSE IN LICENCE.txt']],
  [{ license: null, licenses: 7 }, []],
  [{ license: '' }, []],
  [{}, []],
];
for (const [manifest, licences] of LICENCES) {
  test(`licences of ${JSON.stringify(manifest)}`, () => assert.deepEqual(licencesOf(manifest), licences));
}

test('people', () => {
  assert.equal(personOf('A <a@example.org>'), 'A <a@example.org>');
  assert.equal(personOf({ name: 'A', email: 'a@example.org', url: 'x' }), 'A <a@example.org>');
  assert.equal(personOf({ name: 'A' }), 'A');
  assert.equal(personOf({ email: 'a@example.org' }), 'a@example.org');
  assert.equal(personOf(['A']), null);
});

test('aliases stand under their real names', () => {
  assert.deepEqual(aliasTarget('npm:@s/a@^1'), { name: '@s/a', version: '^1' });
  assert.deepEqual(aliasTarget('npm:a'), { name: 'a', version: '' });
  assert.equal(aliasTarget('^1.0.0'), null);
  assert.deepEqual(requirementsOf({ z: '1', alias: 'npm:@s/a@^1', odd: 7, 'no name': '1' }), [
    '@s/a',
    'odd',
    'z',
  ]);
  assert.deepEqual(requirementsOf(true), []);
});

test('names', () => {
  for (const name of ['a', '@s/a', 'JSONStream', '_', 'a.b', "a~'!()*"]) assert.ok(isNpmName(name), name);
  for (const name of ['', '@s', '@s/', '/a', 'a/b', '@s/a/b', 'a b', 'a\n', '\ud800', 'a'.repeat(215)]) {
    assert.ok(!isNpmName(name), JSON.stringify(name));
  }
});

test('purls', () => {
  assert.equal(npmPurl('@s/a', '1.0.0'), 'pkg:npm/%40s/a@1.0.0');
  assert.equal(npmPurl('a', ''), 'pkg:npm/a');
});

test('a key named __proto__ is a key like others', () => {
  const parsed = parseJsonObject('{"__proto__": {"version": "1"}, "name": "a"}');
  assert.equal(parsed?.['version'], undefined);
  assert.deepEqual(requirementsOf(parseJsonObject('{"__proto__": "1", "constructor": "1"}')), [
    '__proto__',
    'constructor',
  ]);
});
