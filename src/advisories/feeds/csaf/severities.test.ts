import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsafDocument } from './csaf-document.ts';
import { readProductTree } from './product-tree.ts';
import { csafSeverities } from './severities.ts';

const HIGH = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const LOW = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';

function read(vulnerability: object, aggregate: string | null = null) {
  const { vulnerabilities } = CsafDocument.parse({
    document: {
      category: 'csaf_vex',
      publisher: { name: 'Nobody', namespace: 'https://example.com' },
      tracking: { id: 'X-1', status: 'final' },
    },
    vulnerabilities: [vulnerability],
  });
  const [first] = vulnerabilities;
  const tree = readProductTree(null);
  assert.ok(first !== undefined && !('fault' in tree));
  const severities = csafSeverities(first, tree, aggregate);
  const told = (statements: typeof severities.general) =>
    statements.map((statement) => (statement.kind === 'cvss' ? statement.vector : statement.word));
  return { general: told(severities.general), of: (id: string) => told(severities.of(id)) };
}

test('one score and one word are the vulnerability’s', () => {
  const { general, of } = read({
    scores: [{ products: ['a'], cvss_v3: { vectorString: HIGH } }],
    threats: [
      { category: 'exploit_status', details: 'CISA' },
      { category: 'impact', details: 'Important', product_ids: ['a'] },
    ],
  });
  assert.deepEqual(general, [HIGH, 'Important']);
  assert.deepEqual(of('a'), []);
  assert.deepEqual(of('b'), []);
});

test('a product of another group has its own, with the general one of the other kind', () => {
  const { general, of } = read({
    scores: [
      { products: ['a'], cvss_v3: { vectorString: HIGH } },
      {
        products: ['b'],
        cvss_v3: { vectorString: LOW },
        cvss_v2: { vectorString: 'AV:L/AC:H/Au:N/C:P/I:N/A:N' },
      },
    ],
    threats: [
      { category: 'impact', details: 'Critical', product_ids: ['a', 'b'] },
      { category: 'impact', details: 'Low', product_ids: ['c'] },
    ],
  });
  assert.deepEqual(general, [HIGH, 'Critical']);
  assert.deepEqual(of('a'), []);
  assert.deepEqual(of('b'), [LOW, 'AV:L/AC:H/Au:N/C:P/I:N/A:N', 'Critical']);
  assert.deepEqual(of('c'), [HIGH, 'Low']);
});

test('the document’s word stands in, and what is no severity is none', () => {
  assert.deepEqual(read({}, 'Moderate').general, ['Moderate']);
  assert.deepEqual(
    read({ scores: [{ products: [], cvss_v3: { vectorString: 'high' } }] }, 'none at all').general,
    [],
  );
});
