import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildRepository } from '../../../../test/git/build-repository.ts';
import { openTestStore } from '../../../../test/git/open-test-store.ts';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { smallProgramme } from '../../../../test/library/small-programme.ts';
import { startMemoryRegistry } from '../../../../test/registry/memory-registry.ts';
import { digestOf } from '../../../model/digest.ts';
import type { BuildId } from '../../builds/build.ts';
import { buildLayout } from './build-layout.ts';

test('a registry that never comes to an end of a parent takes no more time than the build has', async (t) => {
  const registry = await startMemoryRegistry({ intercept: () => true });
  t.after(() => registry[Symbol.asyncDispose]());
  const { folder, store } = openTestStore(t);
  const [gitCommit = ''] = buildRepository(join(folder, 'a.git'), [{ files: { Dockerfile: 'FROM base\n' } }]);
  const origin = { gitRepo: 'https://example.org/a.git', gitFetch: 'refs/heads/main', gitCommit };
  await store.fetch([origin]);
  const { programme, graph } = smallProgramme('redis:8 < base:1');
  const [target] = graph.targets;
  assert.ok(target !== undefined);
  const [first] = target.source.entries;
  const digest = digestOf('base');
  const building = buildLayout(
    {
      buildId: 'b'.repeat(64) as BuildId,
      parents: [{ from: 'base:1', reference: `${registry.host}/base@${digest}`, digest }],
    },
    { ...target, source: { ...target.source, entries: [{ ...first, ...origin, directory: '.' }] } },
    join(folder, 'scratch'),
    () => undefined,
    {
      settings: { ...programme.settings, state: temporaryDirectory(t) },
      store,
      engine: { describe: () => assert.fail(), build: () => assert.fail('it has no parent') },
      connection: { environment: {}, registry: { plainHttp: [registry.host] } },
      timeout: 0.2,
      signal: new AbortController().signal,
      now: () => 0,
    },
  );
  await assert.rejects(building, { code: 'BUILD_TIMEOUT' });
});
