import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildRepository } from '../../../test/git/build-repository.ts';
import { openTestStore } from '../../../test/git/open-test-store.ts';
import { createSourceReader } from './read-source.ts';

test('a commit that is not at hand is fetched where that is wanted, and read once', async (t) => {
  const { folder, store } = openTestStore(t);
  const repository = join(folder, 'a.git');
  const [gitCommit = ''] = buildRepository(repository, [{ files: { Dockerfile: 'FROM scratch\n' } }]);
  const inputs = {
    gitRepo: 'https://example.org/a.git',
    gitFetch: 'refs/heads/main',
    gitCommit,
    directory: '.',
    file: 'Dockerfile',
    builder: '',
  };
  const missing = { code: 'COMMIT_NOT_FOUND', message: /has not been fetched/ };
  await assert.rejects(createSourceReader(store, { isFetched: false })(inputs), missing);
  const readSource = createSourceReader(store, { isFetched: true });
  const elsewhere = { ...inputs, gitCommit: '1'.repeat(40) };
  await assert.rejects(readSource(elsewhere), { code: 'COMMIT_NOT_FOUND', message: /is neither in/ });
  const sourceId = await readSource(inputs);
  assert.match(sourceId, /^[0-9a-f]{64}$/);
  assert.equal(await createSourceReader(store, { isFetched: false })(inputs), sourceId);
  rmSync(repository, { recursive: true });
  rmSync(store.folder, { recursive: true });
  assert.equal(await readSource(inputs), sourceId);
});
