import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERROR_TABLES, formatErrorDocumentation } from './error-tables.ts';

test('docs/errors.md lists every code as the tables have it', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  assert.equal(page, formatErrorDocumentation(), 'run npm run make:docs');
});

test('a code stands in one table only, in capitals, with sentences that end', () => {
  const seen = new Set<string>();
  for (const table of Object.values(ERROR_TABLES)) {
    for (const [code, { means, remedy }] of Object.entries(table)) {
      assert.match(code, /^[A-Z][A-Z0-9_]+$/);
      assert.ok(!seen.has(code), `${code} stands in two tables`);
      seen.add(code);
      assert.match(means, /\.$/, code);
      assert.match(remedy, /\.$/, code);
    }
  }
});
