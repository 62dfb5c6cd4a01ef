import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LINUX_ENVIRONMENT, mayApply, type MarkerEnvironment, WITHOUT_EXTRAS } from './markers.ts';

/** Expected as `packaging.markers` evaluates them on Linux, where the outcome depends on nothing else. */
const MARKERS: readonly (readonly [marker: string, applies: boolean])[] = [
  ['sys_platform == "win32"', false],
  ["sys_platform == 'win32'", false],
  ['sys_platform != "win32"', true],
  ['"linux" in sys_platform', true],
  ['sys_platform in "linux darwin"', true],
  ['sys_platform not in "win32 cygwin"', true],
  ['platform_system == "Windows"', false],
  ['os_name == "nt"', false],
  ['os.name == "nt"', false],
  ['"win32" == sys_platform', false],
  ['python_version < "3.8"', true],
  ['python_version < "3.8" and sys_platform == "win32"', false],
  ['python_version < "3.8" or sys_platform == "win32"', true],
  ['sys_platform == "linux" or sys_platform == "win32" and os_name == "nt"', true],
  ['(sys_platform == "linux" or sys_platform == "win32") and os_name == "nt"', false],
  ['((platform_machine == "x86_64"))', true],
  ['extra == "socks"', false],
  ['(python_version >= "3") and extra == "socks"', false],
  ['extra == "socks" or python_version >= "3"', true],
  // no markers
  ['', true],
  ['sys_platform ==', true],
  ['sys_platform == "win32" and', true],
  ['(sys_platform == "win32"', true],
  ['sys_platform == "win32" junk', true],
  ['sys_platform not "win32"', true],
  ['sys_platform == "win32', true],
];
for (const [marker, applies] of MARKERS) {
  test(`marker ${marker}`, () => assert.equal(mayApply(marker, WITHOUT_EXTRAS), applies));
}

test('without a marker, and for extras that may have been asked for', () => {
  assert.equal(mayApply(null, LINUX_ENVIRONMENT), true);
  assert.equal(mayApply('extra == "socks"', LINUX_ENVIRONMENT), true);
});

test('sets of PEP 751', () => {
  const environment: MarkerEnvironment = new Map([['dependency_groups', new Set(['default'])]]);
  assert.equal(mayApply("'default' in dependency_groups", environment), true);
  assert.equal(mayApply("'dev' in dependency_groups", environment), false);
  assert.equal(mayApply("'dev' not in dependency_groups", environment), true);
  assert.equal(mayApply("'yaml' in extras", environment), true);
});

test('a marker too deep or too long keeps what it stands at', () => {
  const deep = `${'('.repeat(4000)}sys_platform == "win32"${')'.repeat(4000)}`;
  assert.equal(mayApply(deep, LINUX_ENVIRONMENT), true);
  assert.equal(mayApply(`sys_platform == "win32"${' '.repeat(20_000)}`, LINUX_ENVIRONMENT), true);
});

const is = (text: string) => mayApply(text, LINUX_ENVIRONMENT);

test('and, or and not follow their truth tables', () => {
  const part = fc.constantFrom(
    { text: 'sys_platform == "linux"', value: true },
    { text: 'sys_platform == "win32"', value: false },
  );
  fc.assert(
    fc.property(part, part, part, (a, b, c) => {
      assert.equal(is(`${a.text} and ${b.text} or ${c.text}`), (a.value && b.value) || c.value);
      assert.equal(is(`${a.text} and (${b.text} or ${c.text})`), a.value && (b.value || c.value));
    }),
  );
});

test('no text makes it throw', () => {
  const piece = fc.constantFrom(
    '(',
    ')',
    'and',
    'or',
    'not',
    'in',
    '==',
    '"a"',
    "'",
    'extra',
    ' ',
    '<',
    'os_name',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join(' ')),
      ),
      (marker) => {
        mayApply(marker, WITHOUT_EXTRAS);
      },
    ),
    { numRuns: 500 },
  );
});
