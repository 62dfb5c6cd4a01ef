import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { runTinyProgramme, tinyEngine, writeTinyProgramme } from '../../../../test/library/tiny-programme.ts';
import { startMemoryRegistry } from '../../../../test/registry/memory-registry.ts';
import type { Architecture } from '../../../definitions/architectures.ts';
import { lockFile } from '../../../files/lock-file.ts';
import type { BuildId, RecipeId } from '../../builds/build.ts';
import type { SourceId } from '../../sources/source.ts';
import { openState } from '../../state/open-state.ts';

test('a builder clears up after killed ones, for architectures that nothing is built for any more too', async (t) => {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const folder = temporaryDirectory(t);
  writeTinyProgramme(folder, registry.host, {
    images: {},
    definitions: {},
    settings: { engines: `{ amd64: ${tinyEngine()} }` },
  });
  const stateFolder = join(folder, 'state');
  const state = openState(stateFolder);
  t.after(() => state.close());
  const architectures: readonly Architecture[] = ['amd64', 's390x', 'ppc64le'];
  for (const architecture of architectures) {
    mkdirSync(join(stateFolder, 'building', architecture, '1', 'context'), { recursive: true });
    state.beginAttempt({
      buildId: 'b'.repeat(64) as BuildId,
      generation: 1,
      sourceId: 'a'.repeat(64) as SourceId,
      architecture,
      tags: ['app:1'],
      parents: [],
      recipeId: 'c'.repeat(64) as RecipeId,
      engine: { name: 'none', version: '1', parts: {} },
      arguments: {},
      reasons: [{ kind: 'new' }],
      startedAt: 1_000,
      log: 'log',
    });
  }
  // somebody with settings of his own still builds for it
  const held = lockFile(join(stateFolder, 'locks', 'build-ppc64le'));
  t.after(() => held?.release());
  await runTinyProgramme(folder, { roles: new Set(['build']) });
  const stays = architectures.map((each) => [each, existsSync(join(stateFolder, 'building', each))]);
  assert.deepEqual(Object.fromEntries(stays), { amd64: false, s390x: false, ppc64le: true });
  const kinds = state.attempts().map(({ architecture, outcome }) => [architecture, outcome.kind]);
  assert.deepEqual(Object.fromEntries(kinds), { amd64: 'lost', s390x: 'lost', ppc64le: 'running' });
});
