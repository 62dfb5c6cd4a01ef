import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { buildImage, buildLayer } from '../../../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { startMemoryRegistry } from '../../../../test/registry/memory-registry.ts';
import { addImage } from '../../../../test/registry/memory-repository.ts';
import { impatience } from '../../../../test/registry/opening.ts';
import { lockFile } from '../../../files/lock-file.ts';
import { digestHex } from '../../../model/digest.ts';
import { DEFAULT_RULES } from '../../programme/settings-schema.ts';
import { fetchParents } from './parent-layouts.ts';
import { parentsFolder, pruneParents } from './prune-parents.ts';

const HOUR = 3_600;
const NOW = 1_800_000_000;
const image = (content: string) => buildImage({ layers: [buildLayer([{ path: 'etc/issue', content }])] });
const [DEBIAN, ALPINE] = [image('debian'), image('alpine')];

/** A programme's state, and a registry with two parents. */
async function scene(t: TestContext) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const base = registry.repository('base');
  addImage(base, DEBIAN, '1');
  addImage(base, ALPINE, '2');
  const state = temporaryDirectory(t);
  const folder = parentsFolder({ state });
  const settings = {
    state,
    rules: { ...DEFAULT_RULES, buildTimeout: 2 * HOUR },
    repositoryRules: { slow: { ...DEFAULT_RULES, buildTimeout: 9 * HOUR } },
  };
  let builds = 0;
  return {
    folder,
    registry,
    lock: () => lockFile(join(state, 'locks', 'parents')),
    left: (): readonly string[] => readdirSync(folder).toSorted(),
    /** What a build does with its parents before it begins. */
    use: async (parent: typeof DEBIAN, now: number): Promise<void> => {
      const { digest } = parent;
      const [fetched] = await fetchParents(
        [{ from: 'base:1', reference: `${registry.host}/base@${digest}`, digest }],
        { folder, scratch: join(state, 'building', String((builds += 1))), now },
        { environment: {}, policy: impatience(), registry: { plainHttp: [registry.host] } },
      );
      assert.deepEqual(readdirSync(fetched?.layout ?? '').toSorted(), ['blobs', 'index.json', 'oci-layout']);
    },
    prune: (now: number) => pruneParents(settings, now),
  };
}

const nameOf = ({ digest }: typeof DEBIAN): string => digestHex(digest);

suite('layouts of parents', () => {
  test('go when no build can use them any more, and come again when one wants them', async (t) => {
    const { use, prune, left, registry } = await scene(t);
    assert.equal(prune(NOW), 0);
    await use(DEBIAN, NOW);
    await use(ALPINE, NOW);
    // the longest build, and an hour
    assert.equal(prune(NOW + 10 * HOUR), 0);
    const asked = registry.requests.length;
    await use(ALPINE, NOW + 9 * HOUR);
    assert.equal(registry.requests.length, asked);
    assert.equal(prune(NOW + 10 * HOUR + 1), 1);
    assert.deepEqual(left(), [nameOf(ALPINE)]);
    await use(DEBIAN, NOW + 11 * HOUR);
    assert.equal(prune(NOW + 12 * HOUR), 0);
    assert.deepEqual(left(), [nameOf(DEBIAN), nameOf(ALPINE)].toSorted());
  });

  test('of which a killed process has removed a part are removed whole, and fetched anew', async (t) => {
    const { use, prune, left, folder } = await scene(t);
    await use(ALPINE, NOW);
    mkdirSync(join(folder, `${nameOf(DEBIAN)}.removed`, 'blobs'), { recursive: true });
    await use(DEBIAN, NOW);
    assert.equal(prune(NOW), 0);
    assert.deepEqual(left(), [nameOf(DEBIAN), nameOf(ALPINE)].toSorted());
  });

  test('are pruned by one process at a time, and nothing else of the folder is', async (t) => {
    const { use, prune, left, folder, lock } = await scene(t);
    await use(DEBIAN, NOW);
    writeFileSync(join(folder, 'notes'), 'of somebody');
    const held = lock();
    assert.equal(prune(NOW + 100 * HOUR), 0);
    held?.release();
    assert.equal(prune(NOW + 100 * HOUR), 1);
    assert.deepEqual(left(), ['notes']);
  });
});
