import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDefinition } from '../../definitions/parse.ts';
import { toContents } from '../contents/recorded-contents.ts';
import { defaultSettings } from '../programme/read-settings.ts';
import { repositoryRecord } from './repository-record.ts';

test('aliases of a shared tag are those of exactly the same entries', () => {
  const text = `Maintainers: Ann (@ann)
GitRepo: https://example.org/a.git
GitCommit: ${'a'.repeat(40)}

Tags: 1-trixie, trixie
SharedTags: 1, latest

Tags: 1-core
SharedTags: 1-windows, windows, 1, latest
Architectures: windows-amd64
`;
  const { tags } = repositoryRecord({
    repository: { name: 'a', file: 'a', definition: parseDefinition(text, { name: 'a' }) },
    settings: defaultSettings('/programme'),
    contents: toContents(new Map()),
    tags: new Map(),
    texts: { repository: new Map(), shared: new Map() },
    sizeOf: () => null,
  });
  assert.deepEqual(
    tags.map(({ tag, kind, aliases }) => [tag, kind, aliases.join(' ')]),
    [
      ['1-trixie', 'simple', 'trixie'],
      ['trixie', 'simple', '1-trixie'],
      ['1', 'shared', 'latest'],
      ['latest', 'shared', '1'],
      ['1-core', 'simple', ''],
      ['1-windows', 'shared', 'windows'],
      ['windows', 'shared', '1-windows'],
    ],
  );
});
