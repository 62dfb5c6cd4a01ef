import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildRepository } from '../../../test/git/build-repository.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { openDefinitionRepository } from './definition-repository.ts';
import { readTagHistory } from './read-tag-history.ts';

const definition = (tags: string) =>
  `Maintainers: Ann (@ann)\nGitRepo: https://example.org/a.git\nGitCommit: ${'1'.repeat(40)}\n\nTags: ${tags}\n`;

test('tags go on while a definition is a link: what it leads to is not followed through history', async (t) => {
  const folder = join(temporaryDirectory(t), 'definitions');
  const link = { mode: '120000', content: 'other' } as const;
  buildRepository(folder, [
    { files: { app: definition('1, latest') } },
    { files: { app: link, other: definition('1, latest') } },
    { files: { app: definition('1') } },
  ]);
  const repository = await openDefinitionRepository(folder, {
    environment: { PATH: process.env['PATH'] },
    signal: t.signal,
  });
  const { versions, unreadable, tags } = await readTagHistory(repository, 'main', 'app');
  assert.deepEqual([versions, unreadable], [3, 1]);
  assert.equal(tags.get('1')?.length, 1);
  assert.equal(tags.get('1')?.[0]?.until, null);
});
