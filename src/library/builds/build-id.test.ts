import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Architecture } from '../../definitions/architectures.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import type { SourceId } from '../sources/source.ts';
import { buildIdOf, type Recipe, recipeIdOf } from './build-id.ts';

const BUILDS = new URL('../../../test/fixtures/library/meta-scripts/builds.json.gz', import.meta.url);

interface UpstreamBuild {
  readonly build: {
    readonly sourceId: SourceId;
    readonly arch: Architecture;
    readonly parents: Readonly<Record<string, Digest>>;
  };
}

test("every build of upstream's tests has the identity that upstream gave it", () => {
  const builds = JSON.parse(gunzipSync(readFileSync(BUILDS)).toString('utf8')) as Record<
    string,
    UpstreamBuild
  >;
  const found = Object.values(builds).map(({ build: { sourceId, arch, parents } }) =>
    buildIdOf(
      sourceId,
      arch,
      Object.entries(parents).map(([from, digest]) => ({ from, digest })),
    ),
  );
  assert.deepEqual(found, Object.keys(builds));
  assert.equal(found.length, 55);
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
