import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CHECKS } from '../trust/checks/checks.ts';
import { formatCheckDocumentation } from './check-documentation.ts';

test('docs/trust-checks.md lists every check as the table has it', () => {
  const page = readFileSync(new URL('../../docs/trust-checks.md', import.meta.url), 'utf8');
  assert.equal(page, formatCheckDocumentation(), 'run npm run make:docs');
});

test('a check has a name of its area, asks one question, and says what it follows', () => {
  for (const [id, { asks, specification }] of Object.entries(CHECKS)) {
    assert.match(id, /^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/);
    assert.match(asks, /^[A-Z].*\?$/, id);
    assert.ok(URL.canParse(specification) && specification.startsWith('https://'), id);
  }
});
