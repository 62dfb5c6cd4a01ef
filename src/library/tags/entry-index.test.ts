import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDefinition } from '../../definitions/parse.ts';
import { entriesByPart } from './entry-index.ts';
import { nameEntry } from './entry-name.ts';
import { isAskedFor, readTagName } from './tag-name.ts';

function named(lines: readonly string[]) {
  const paragraphs = lines.map((tags) => `\nTags: ${tags}\nDirectory: d\n`);
  const text = `Maintainers: Ann (@ann)\nGitRepo: https://example.org/a.git\nGitCommit: ${'1'.repeat(40)}\n${paragraphs.join('')}`;
  return parseDefinition(text, { name: 'app' }).entries.map(nameEntry);
}

test('whatever a name asks for is among what is found, in the order of the file', () => {
  const tags = [
    'latest, 8.2.12-noble, 8.2-noble, 8-noble',
    '8.2.12-alpine3.24, 8-alpine',
    '8u502-b07-jdk',
    '25_36-jre-alpine-3.22',
    '1.2.3.4.5.6.7.8.9.10',
    'trixie-slim, 13.5-slim',
    'v2.0-rc1',
  ];
  const entries = named(tags);
  const find = entriesByPart(entries);
  const names = tags.join(', ').split(', ');
  for (const text of [
    ...names,
    '8',
    '8.2',
    'noble',
    'alpine',
    'alpine3',
    '8u502',
    '1.2.3.4.5.6.7.8.9',
    '2',
  ]) {
    const name = readTagName(text);
    const asked = entries.filter((entry) => entry.tags.some((specific) => isAskedFor(name, specific)));
    const found = find(name);
    assert.ok(asked.length > 0, text);
    assert.deepEqual(
      found.filter((entry) => asked.includes(entry)),
      asked,
      text,
    );
    assert.deepEqual(
      found,
      entries.filter((entry) => found.includes(entry)),
      text,
    );
  }
  assert.deepEqual(find(readTagName('9-noble')), []);
});

test('thousands of names are held against few entries each', () => {
  const entries = named(Array.from({ length: 2_000 }, (_, number) => `1.${number}.0, t${number}`));
  const find = entriesByPart(entries);
  const held = entries.flatMap(({ tags }) => tags).map((name) => find(name).length);
  assert.ok(Math.max(...held) === 1, `${Math.max(...held)}`);
});
