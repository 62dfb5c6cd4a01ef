import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ecosystemRows, formatEcosystems } from '../bench/ecosystems.ts';
import { CATALOGERS } from '../src/inventory/catalogers/register.ts';

/** Read what is no package. */
const WITHOUT_PACKAGES: ReadonlySet<string> = new Set(['distribution', 'file-secrets', 'licence-texts']);

const rows = await ecosystemRows();

test('every cataloger shows what it can on real files', () => {
  const shown = new Set(rows.map(({ exhibit }) => exhibit.cataloger));
  const expected = CATALOGERS.map(({ name }) => name).filter((name) => !WITHOUT_PACKAGES.has(name));
  assert.deepEqual([...shown].sort(), expected.sort());
});

for (const { exhibit, packages } of rows) {
  test(`${exhibit.ecosystem}, ${exhibit.cataloger}: packages with names and purls are found`, () => {
    assert.ok(packages.length > 0);
    for (const { name, purl, evidence } of packages) {
      assert.ok(name !== '' && purl.startsWith('pkg:') && evidence.length > 0, purl);
    }
  });
}

test('the table of ecosystems is the one that the code makes', () => {
  const page = readFileSync(new URL('../docs/ecosystems.md', import.meta.url), 'utf8');
  assert.equal(page, formatEcosystems(rows), 'run node bench/ecosystems.ts');
});
