import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test("nothing of Roave's map is kept, and each package is accounted for", () => {
  const items = readFeed('roave-conflicts/composer.json');
  assert.equal(items.length, 3);
  assert.ok(items.every(({ kind }) => kind === 'skipped'));
});
