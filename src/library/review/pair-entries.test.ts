import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDefinition } from '../../definitions/parse.ts';
import { nameEntry } from '../tags/entry-name.ts';
import { closestEntry } from './pair-entries.ts';

function entries(names: readonly string[]) {
  const head = `Maintainers: Ann (@ann)\nGitRepo: https://example.org/app.git\nGitCommit: ${'1'.repeat(40)}\n`;
  const text = names.map((tags) => `\nTags: ${tags}\nDirectory: ${tags}\n`).join('');
  return parseDefinition(`${head}${text}`, { name: 'app' }).entries.map(nameEntry);
}

for (const [added, others, expected] of [
  ['1.27.0-trixie', ['1.26.7-trixie', '1.27rc3-trixie', '1.27rc3-bookworm'], '1.27rc3-trixie'],
  ['1.27.0-alpine3.24', ['1.26.7-alpine3.23', '1.26.7-alpine3.24'], '1.26.7-alpine3.24'],
  [
    '26_35-jdk-noble',
    ['11.0.30_7-jdk-noble', '25.0.2_10-jdk-jammy', '25.0.2_10-jdk-noble'],
    '25.0.2_10-jdk-noble',
  ],
  ['1.0.0-forky', ['1.0.0-trixie', '1.0.0-slim-trixie'], '1.0.0-trixie'],
  ['1.5.0', ['3.0.0', '2.0.0'], '2.0.0'],
  ['1.0.0-fpm', ['1.0.0', '1.0.0-cli'], null],
] as const) {
  test(`${added} is most like ${expected ?? 'none of them'}`, () => {
    const [entry] = entries([added]);
    assert.ok(entry !== undefined);
    assert.equal(closestEntry(entry, entries(others))?.name ?? null, expected);
  });
}
