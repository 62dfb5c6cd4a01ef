import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import type { SourceId } from '../sources/source.ts';
import { buildIdOf, type Recipe, recipeIdOf } from './build-id.ts';
import { readBuilds } from './builds-document.ts';

const BUILDS = new URL('../../../test/fixtures/library/builds/builds.json', import.meta.url);

test('an identity is what jq and sha256sum make of source, architecture and parents', () => {
  const builds = readBuilds(readFileSync(BUILDS, 'utf8'), 'builds.json');
  for (const { buildId, sourceId, architecture, parents } of builds) {
    const inOrder = [...parents].map(([from, digest]) => ({ from, digest }));
    assert.equal(buildIdOf(sourceId, architecture, inOrder), buildId);
  }
  assert.deepEqual(
    builds.map(({ parents }) => parents.size),
    [1, 1, 2, 0, 0],
  );
});

test('parents count in their order, and names that Go escapes are escaped', () => {
  const digest = digestOf('');
  const of = (...names: readonly string[]) =>
    buildIdOf(
      'source' as SourceId,
      'amd64',
      names.map((from) => ({ from, digest })),
    );
  assert.notEqual(of('a', 'b'), of('b', 'a'));
  const identity = `{"sourceId":"source","arch":"amd64","parents":{"\\u003c\\u0026\\u003e":"${digest}"}}\n`;
  assert.equal(`sha256:${of('<&>')}`, digestOf(identity));
});

test('a recipe changes with each of its parts, and not with their order', () => {
  const recipe: Recipe = {
    engine: { name: 'buildah', version: '1.39.3', parts: { isolation: 'chroot', storage: 'vfs' } },
    scanner: { name: 'hallmark', version: '1' },
    arguments: { A: '1', B: '2' },
  };
  const changed: readonly Recipe[] = [
    { ...recipe, engine: { ...recipe.engine, name: 'buildkit' } },
    { ...recipe, engine: { ...recipe.engine, version: '1.39.4' } },
    { ...recipe, engine: { ...recipe.engine, parts: { isolation: 'rootless', storage: 'vfs' } } },
    { ...recipe, scanner: { ...recipe.scanner, version: '2' } },
    { ...recipe, arguments: { A: '1' } },
  ];
  assert.equal(new Set([recipe, ...changed].map(recipeIdOf)).size, changed.length + 1);
  assert.equal(recipeIdOf({ ...recipe, arguments: { B: '2', A: '1' } }), recipeIdOf(recipe));
  assert.match(recipeIdOf(recipe), /^[0-9a-f]{64}$/);
});
