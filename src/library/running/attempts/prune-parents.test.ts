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
  let builds = 0;
  return {
    folder,
    registry,
    lock: () => lockFile(join(state, 'locks', 'parents')),
    left: (): readonly string[] => readdirSync(folder).toSorted(),
    /** What a build does with its parents before it begins. @returns their layouts */
    use: async (parents: readonly (typeof DEBIAN)[], now: number): Promise<readonly string[]> => {
      const fetched = await fetchParents(
        parents.map(({ digest }, at) => ({
          from: `base:${at}`,
          reference: `${registry.host}/base@${digest}`,
          digest,
        })),
        { folder, scratch: join(state, 'building', String((builds += 1))), now },
        { environment: {}, policy: impatience(), registry: { plainHttp: [registry.host] } },
      );
      return fetched.map(({ layout }) => layout);
    },
    prune: (now: number) => pruneParents({ state }, now),
  };
}

const nameOf = ({ digest }: typeof DEBIAN): string => digestHex(digest);

/** Everything in it, by its path. */
const filesOf = (layout: string): readonly string[] =>
  readdirSync(layout, { recursive: true, encoding: 'utf8' }).toSorted();

suite('layouts of parents', () => {
  test('go when no build has begun with them for hours, and come again when one wants them', async (t) => {
    const { use, prune, left, registry } = await scene(t);
    assert.equal(prune(NOW), 0);
    await use([DEBIAN, ALPINE], NOW);
    assert.equal(prune(NOW + 4 * HOUR), 0);
    const asked = registry.requests.length;
    await use([ALPINE], NOW + 3 * HOUR);
    assert.equal(registry.requests.length, asked);
    assert.equal(prune(NOW + 4 * HOUR + 1), 1);
    assert.deepEqual(left(), [nameOf(ALPINE)]);
    await use([DEBIAN], NOW + 5 * HOUR);
    assert.equal(prune(NOW + 6 * HOUR), 0);
    assert.deepEqual(left(), [nameOf(DEBIAN), nameOf(ALPINE)].toSorted());
  });

  test('are not taken from builds that run, whether they were fetched for them or kept', async (t) => {
    const { use, prune, left } = await scene(t);
    const [first = ''] = await use([DEBIAN], NOW);
    const [second = ''] = await use([DEBIAN], NOW);
    const files = filesOf(first);
    assert.deepEqual(
      files.filter((file) => !file.startsWith('blobs')),
      ['index.json', 'oci-layout'],
    );
    assert.equal(prune(NOW + 100 * HOUR), 1);
    assert.deepEqual(left(), []);
    assert.notEqual(first, second);
    assert.deepEqual([filesOf(first), filesOf(second)], [files, files]);
  });

  test('may have several names in one Dockerfile', async (t) => {
    const { use, left } = await scene(t);
    const [first, second] = await use([DEBIAN, DEBIAN], NOW);
    assert.equal(first, second);
    const kept = await use([DEBIAN, ALPINE, DEBIAN], NOW);
    assert.equal(new Set(kept).size, 2);
    assert.equal(left().length, 2);
  });

  test('of which a killed process has removed a part are removed whole, and fetched anew', async (t) => {
    const { use, prune, left, folder } = await scene(t);
    await use([ALPINE], NOW);
    const half = join(folder, `${nameOf(ALPINE)}.removed`);
    mkdirSync(join(half, 'blobs'), { recursive: true });
    assert.equal(prune(NOW), 0);
    assert.deepEqual(left(), [nameOf(ALPINE)]);
    mkdirSync(join(half, 'blobs'), { recursive: true });
    assert.equal(prune(NOW + 5 * HOUR), 1);
    assert.deepEqual(left(), []);
  });

  test('are pruned by one process at a time, and nothing else of the folder is', async (t) => {
    const { use, prune, left, folder, lock } = await scene(t);
    await use([DEBIAN], NOW);
    writeFileSync(join(folder, 'notes'), 'of somebody');
    const held = lock();
    assert.equal(prune(NOW + 100 * HOUR), 0);
    held?.release();
    assert.equal(prune(NOW + 100 * HOUR), 1);
    assert.deepEqual(left(), ['notes']);
  });
});
