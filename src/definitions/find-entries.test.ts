import assert from 'node:assert/strict';
import { test } from 'node:test';
import { architectureTagNames, findEntries, parseDefinitionReference, tagNames } from './find-entries.ts';
import { parseDefinition } from './parse.ts';
import { sharedTagGroups } from './shared-tags.ts';

const COMMIT = 'a'.repeat(40);
const DEFINITION = parseDefinition(
  `Maintainers: A (@a)
GitRepo: https://example.org/a.git
GitCommit: ${COMMIT}

Tags: 2-linux, linux
SharedTags: 2, latest

Tags: 2-core
SharedTags: 2, latest, core
Architectures: windows-amd64

Tags: 2-nano
SharedTags: 2, nano
Architectures: windows-amd64
Directory: nano

Tags: 1
SharedTags: old, oldest
Directory: 1
`,
  { name: 'a' },
);

for (const [tag, expected] of [
  ['2-linux', ['2-linux']],
  ['linux', ['2-linux']],
  ['2', ['2-linux', '2-core', '2-nano']],
  ['latest', ['2-linux', '2-core']],
  ['old', ['1']],
  ['3', []],
  ['', []],
] as const) {
  test(`entries of the tag ${JSON.stringify(tag)}`, () => {
    assert.deepEqual(
      findEntries(DEFINITION, tag).map(({ tags }) => tags[0]),
      expected,
    );
  });
}

test('shared tags of the same entries are one group, in the order of the file', () => {
  const groups = sharedTagGroups(DEFINITION.entries).map(({ tags, entries }) => [
    tags,
    entries.map((entry) => entry.tags[0]),
  ]);
  assert.deepEqual(groups, [
    [['2'], ['2-linux', '2-core', '2-nano']],
    [['latest'], ['2-linux', '2-core']],
    [['core'], ['2-core']],
    [['nano'], ['2-nano']],
    [['old', 'oldest'], ['1']],
  ]);
});

test('names of tags, and those of an architecture', () => {
  const [entry] = findEntries(DEFINITION, '2-nano');
  assert.ok(entry);
  assert.deepEqual(tagNames('a', entry), ['a:2-nano', 'a:2', 'a:nano']);
  assert.deepEqual(architectureTagNames('a', entry, 'windows-amd64'), [
    'winamd64/a:2-nano',
    'winamd64/a:2',
    'winamd64/a:nano',
  ]);
});

for (const [text, path, repository, tag] of [
  ['redis', 'redis', 'redis', null],
  ['redis:8', 'redis', 'redis', '8'],
  ['redis:', 'redis', 'redis', null],
  ['redis:8:9', 'redis', 'redis', '8:9'],
  [':8', ':8', ':8', null],
  ['./library/redis:8', './library/redis', 'redis', '8'],
  ['/a:b/redis', '/a:b/redis', 'redis', null],
] as const) {
  test(`what ${text} refers to`, () => {
    assert.deepEqual(parseDefinitionReference(text), { path, repository, tag });
  });
}
