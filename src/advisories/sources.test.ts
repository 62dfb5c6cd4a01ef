import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceNamed, sourceOfOsvRecord, SOURCES } from './sources.ts';

test('records are told apart by ecosystem first, then by identifier', () => {
  for (const [id, ecosystem, source] of [
    ['GHSA-87hc-h4r5-73f7', 'PyPI', 'ghsa'],
    ['PYSEC-2024-115', 'PyPI', 'pypa'],
    ['CVE-2025-11419', 'DHI', 'dhi'],
    ['GHSA-q8hq-4h99-fj7x', 'DHI', 'dhi'],
    ['CVE-2024-3744', 'kubernetes', 'kubernetes'],
    ['BIT-parse-2021-47986', 'Bitnami', 'bitnami'],
    ['DRUPAL-CORE-2020-006', 'Packagist', 'drupal'],
    ['MAL-2025-46969', 'npm', 'malicious-packages'],
    ['XYZ-1', 'Echo', 'osv'],
  ] as const) {
    assert.equal(sourceOfOsvRecord(id, [ecosystem]), source, id);
  }
});

test('every source has one entry, and its pages are addresses', () => {
  assert.equal(new Set(SOURCES.map(({ id }) => id)).size, SOURCES.length);
  for (const { id, page } of SOURCES) {
    const address = page?.('CVE-2024-0001') ?? 'https://none';
    assert.ok(URL.canParse(address) && address.startsWith('https://'), `${id}: ${address}`);
  }
});

test('nothing whose licence is not known is marked as free to pass on', () => {
  for (const source of SOURCES)
    if (source.licence === 'not stated') assert.equal(source.redistributable, false, source.id);
  assert.equal(sourceNamed('nobody'), undefined);
});
