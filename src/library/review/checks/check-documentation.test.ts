import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatReviewCheckDocumentation } from './check-documentation.ts';

test('docs/review-checks.md is what npm run make:docs makes of the table', () => {
  const page = readFileSync(new URL('../../../../docs/review-checks.md', import.meta.url), 'utf8');
  assert.equal(page, formatReviewCheckDocumentation());
});
