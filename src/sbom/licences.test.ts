import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Licence, readLicence, readLicences } from './licences.ts';

test('a declaration is an identifier, an expression, or text', () => {
  const cases: [declared: string, kind: Licence['kind'], value: string][] = [
    ['MIT', 'id', 'MIT'],
    [' MIT ', 'id', 'MIT'],
    ['(MIT)', 'id', 'MIT'],
    ['GPL-2.0', 'id', 'GPL-2.0'],
    ['GPL-2.0+', 'expression', 'GPL-2.0+'],
    ['GPL-2.0-only and MIT', 'expression', 'GPL-2.0-only AND MIT'],
    ['(MIT OR Apache-2.0) AND BSD-3-Clause', 'expression', '(MIT OR Apache-2.0) AND BSD-3-Clause'],
    ['(MIT AND Zlib) OR Apache-2.0', 'expression', 'MIT AND Zlib OR Apache-2.0'],
    ['GPL-3.0-or-later WITH GCC-exception-3.1', 'expression', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
    // as Alpine and Debian wrote them
    ['MIT BSD GPL2+', 'text', 'MIT BSD GPL2+'],
    ['GPL-2+', 'text', 'GPL-2+'],
    ['Zlib/Libpng', 'text', 'Zlib/Libpng'],
    ['SEE LICENSE IN LICENSE.md', 'text', 'SEE LICENSE IN LICENSE.md'],
    ['LicenseRef-Custom', 'text', 'LicenseRef-Custom'],
    ['MIT or LicenseRef-Custom', 'expression', 'MIT OR LicenseRef-Custom'],
    ['mit', 'text', 'mit'],
  ];
  for (const [declared, kind, value] of cases) {
    assert.deepEqual(Object.values(readLicence(declared)), [kind, value], declared);
  }
});

test('brackets without end are text, not an exhausted stack', () => {
  const deep = `${'('.repeat(100_000)}MIT${')'.repeat(100_000)}`;
  assert.deepEqual(readLicence(deep), { kind: 'text', text: deep });
});

test('empty and repeated declarations say nothing', () => {
  assert.deepEqual(readLicences(['', ' ', 'MIT', 'MIT ']), [{ kind: 'id', id: 'MIT' }]);
});
