import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { comparableName } from '../../name-key.ts';
import { isPythonName } from './names.ts';
import { parseRequirement, pinnedVersion } from './requirement.ts';

/** Name, specifier, URL and marker, as `packaging.requirements` parses the same lines. */
const REQUIREMENTS: readonly (readonly [
  text: string,
  expected: readonly [name: string, specifier: string, url: string | null, marker: string | null] | null,
])[] = [
  ['flask', ['flask', '', null, null]],
  ['  flask  ', ['flask', '', null, null]],
  ['flask==3.0.3', ['flask', '==3.0.3', null, null]],
  ['flask (==3.0.3)', ['flask', '==3.0.3', null, null]],
  ['Flask_Thing.x >= 1, < 2', ['Flask_Thing.x', '>= 1, < 2', null, null]],
  ['requests[socks, security] ~= 2.1', ['requests', '~= 2.1', null, null]],
  ['a; python_version < "3"', ['a', '', null, 'python_version < "3"']],
  ['a>=1 ; extra == "b"', ['a', '>=1', null, 'extra == "b"']],
  ['a @ https://host/a;b.whl ; os_name == "nt"', ['a', '', 'https://host/a;b.whl', 'os_name == "nt"']],
  ['a[x]@ git+https://host/a.git@main', ['a', '', 'git+https://host/a.git@main', null]],
  ['', null],
  ['-r other.txt', null],
  ['./a', null],
  ['a package that is none', null],
  ['_a', null],
  ['a-', null],
  ['é', null],
  ['https://host/a.whl', null],
];
for (const [text, expected] of REQUIREMENTS) {
  test(`requirement ${JSON.stringify(text)}`, () => {
    const read = parseRequirement(text);
    assert.deepEqual(read && [read.name, read.specifier, read.url, read.marker], expected);
  });
}

const PINS: readonly (readonly [specifier: string, version: string | null])[] = [
  ['==1.0', '1.0'],
  ['== 1.0', '1.0'],
  ['===1.0-custom', '1.0-custom'],
  ['==1!2.0+local.1', '1!2.0+local.1'],
  ['==1.*', null],
  ['==1.0,<2', null],
  ['>=1.0', null],
  ['~=1.0', null],
  ['!=1.0', null],
  ['', null],
];
for (const [specifier, version] of PINS) {
  test(`pin ${JSON.stringify(specifier)}`, () => assert.equal(pinnedVersion(specifier), version));
}

const NAME = fc
  .stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/)
  .filter((name) => !name.includes('\n'));

test('what is put together is taken apart', () => {
  const specifier = fc.constantFrom('', '==1.0', '>=1,<2', '~=1.4.2');
  const marker = fc.constantFrom(null, 'python_version < "3"', 'extra == "a"');
  const extras = fc.constantFrom('', '[a]', '[a, b]');
  const blank = fc.constantFrom('', ' ', '\t');
  fc.assert(
    fc.property(NAME, extras, specifier, marker, blank, (name, wanted, version, condition, space) => {
      const text = `${name}${space}${wanted}${space}${version}${condition === null ? '' : `${space};${space}${condition}`}`;
      assert.deepEqual(parseRequirement(text), { name, specifier: version, url: null, marker: condition });
    }),
  );
});

test('any text: a requirement with a name, or none, and never an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const read = parseRequirement(text);
      if (read !== null) {
        assert.ok(isPythonName(read.name));
        pinnedVersion(read.specifier);
      }
    }),
    { numRuns: 500 },
  );
});

test('PEP 503: all spellings of a name compare alike, and the comparable name is its own', () => {
  const separator = fc.constantFrom('-', '_', '.', '--', '-_.');
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[A-Za-z0-9]{1,5}$/), { minLength: 1 }),
      separator,
      (parts, joint) => {
        const [plain, other] = [parts.join('-'), parts.join(joint).toUpperCase()];
        assert.equal(comparableName('pypi', other), comparableName('pypi', plain));
        assert.equal(comparableName('pypi', comparableName('pypi', other)), comparableName('pypi', other));
        assert.match(comparableName('pypi', other), /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      },
    ),
  );
});
