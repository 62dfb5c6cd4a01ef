import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('entries carry their dates and whether ransomware uses them', () => {
  const items = readFeed('kev/known_exploited_vulnerabilities.json');
  assert.deepEqual(items[0], {
    kind: 'known-exploited',
    cve: 'CVE-2026-8037',
    entry: { dateAdded: '2026-08-07', dueDate: '2026-08-10', ransomware: false },
    released: '2026-08-07T16:45:47Z',
  });
  assert.deepEqual(
    items.map((item) => item.kind === 'known-exploited' && item.entry.ransomware),
    [false, true, true],
  );
});

test('texts are not read, so that nothing in them can break an entry: typographic quotes', () => {
  const entry = {
    cveID: 'CVE-2026-8037',
    dateAdded: '2026-08-07',
    shortDescription: 'CISA\u2019s \u201cBOD\u201d',
  };
  const catalog = { catalogVersion: '2026.08.07', vulnerabilities: [entry] };
  const [item] = readFeed('kev.json', Buffer.from(JSON.stringify(catalog)));
  assert.deepEqual(item, {
    kind: 'known-exploited',
    cve: 'CVE-2026-8037',
    entry: { dateAdded: '2026-08-07', dueDate: null, ransomware: false },
    released: null,
  });
});

test('one broken entry is one rejection', () => {
  const catalog = {
    catalogVersion: '2026.08.07',
    vulnerabilities: [
      { cveID: 'CVE-2026-1', dateAdded: 'soon' },
      { cveID: 'CVE-2026-8037', dateAdded: '2026-08-07' },
    ],
  };
  const kinds = readFeed('kev.json', Buffer.from(JSON.stringify(catalog))).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['rejected', 'known-exploited']);
});
