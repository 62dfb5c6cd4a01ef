import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatJson } from '../../report/json.ts';
import { formatSettingsDocumentation } from './settings-documentation.ts';
import { programmeJsonSchema } from './settings-schema.ts';

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

test('docs/programme-settings.md is what npm run make:docs makes of the schema', () => {
  assert.equal(page('programme-settings.md'), formatSettingsDocumentation());
  assert.equal(page('schema/programme-1.schema.json'), formatJson(programmeJsonSchema()));
});

test('every setting has its row and its meaning, and tells what holds without it', () => {
  const rows = formatSettingsDocumentation()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  assert.deepEqual(
    rows.filter((row) => row.endsWith('|  |')),
    [],
  );
  for (const row of [
    '| `rules.buildTimeout` | time | `3h` | a build that takes longer is ended |',
    '| `roles.verifier.key` | text | none | as "hallmark sign --key" takes it; a file is relative to this one |',
  ]) {
    assert.ok(rows.includes(row), row);
  }
  assert.ok(
    rows.some((row) => row.startsWith('| `engines.ARCHITECTURE.storageDriver` | `vfs`, `overlay` | `vfs` |')),
  );
});
