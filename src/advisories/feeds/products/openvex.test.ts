import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../../../../test/advisories/feed-fixtures.ts';

const FIXTURE = 'openvex/dhi-minio.vex.json';

const document = (author: string, products: readonly unknown[]) =>
  Buffer.from(
    JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://example.com/vex/1',
      author,
      timestamp: '2026-01-01T00:00:00Z',
      statements: [{ vulnerability: { name: 'CVE-2024-1' }, status: 'fixed', products }],
    }),
  );

test("Docker's statements are kept for its own images only, each once by both names (dhi-minio, CVE-2025-62813)", () => {
  const items = readFeed(FIXTURE);
  assert.deepEqual(new Set(items.map(({ kind }) => kind)), new Set(['vex']));
  const [first] = items;
  assert.ok(first?.kind === 'vex');
  const { source, author, modified, flaws, status, justification, products } = first.statement;
  assert.equal(source, 'dhi');
  assert.equal(author, 'Docker Hardened Images <dhi@docker.com>');
  assert.equal(modified, '2025-10-25T14:37:19Z');
  assert.deepEqual(flaws, ['CVE-2025-62813']);
  assert.equal(status, 'not_affected');
  assert.equal(justification, 'vulnerable_code_cannot_be_controlled_by_adversary');
  assert.equal(
    products.length,
    1,
    'the Debian packages that are named beside the images are in other images too',
  );
  assert.deepEqual(products[0]?.identifiers, [
    'pkg:docker/dhi/minio',
    'pkg:docker/dhi/minio-mc',
    'pkg:oci/dhi%2Fminio',
    'pkg:oci/dhi%2Fminio-mc',
  ]);
  assert.deepEqual(products[0]?.subcomponents[0], ['pkg:deb/debian/liblz4-1']);
});

test('Chainguard speaks for the libraries that it rebuilt, and not for those of others', () => {
  const items = readFeed(
    'vex.json',
    document('Chainguard', [
      { identifiers: { purl: 'pkg:pypi/werkzeug@2.2.3%2Bcgr.1' } },
      { identifiers: { purl: 'pkg:pypi/werkzeug@2.2.3' } },
    ]),
  );
  assert.deepEqual(
    items.map((item) => item.kind === 'vex' && item.statement.products.map(({ identifiers }) => identifiers)),
    [[['pkg:pypi/werkzeug@2.2.3%2Bcgr.1']]],
  );
});

test('a document of somebody else is counted, never believed', () => {
  const items = readFeed(
    'vex.json',
    document('Docker Hardened Images <dhi@docker.com>, Mallory', [{ '@id': 'pkg:docker/dhi/minio' }]),
  );
  assert.deepEqual(items, [{ kind: 'skipped', reason: 'VEX of nobody whom the database knows as a vendor' }]);
});
