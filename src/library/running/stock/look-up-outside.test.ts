import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { buildImage, buildIndex, buildLayer } from '../../../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { entry, runTinyProgramme, writeTinyProgramme } from '../../../../test/library/tiny-programme.ts';
import { startMemoryRegistry } from '../../../../test/registry/memory-registry.ts';
import { addImage } from '../../../../test/registry/memory-repository.ts';
import { impatience } from '../../../../test/registry/opening.ts';
import type { OutsideParent } from '../../builds/identify-builds.ts';
import { createOutsideRegistries, movableNames, recallOutside } from './look-up-outside.ts';

const imageOf = (content: string) => buildImage({ layers: [buildLayer([{ path: 'etc/issue', content }])] });
const FIRST = imageOf('first');
const SECOND = imageOf('second');

const HOUR = 3_600;

/** A registry with `base:1`, and what is known of it. */
async function scene(t: TestContext) {
  let isDown = false;
  const registry = await startMemoryRegistry({
    intercept(_, response) {
      if (isDown) response.writeHead(403).end();
      return isDown;
    },
  });
  t.after(() => registry[Symbol.asyncDispose]());
  const base = registry.repository('base');
  addImage(base, buildIndex([FIRST]), '1');
  const memory = new Map<string, string>();
  const state = {
    recall: (name: string) => memory.get(name) ?? null,
    remember: (name: string, value: string) => void memory.set(name, value),
  };
  const registries = createOutsideRegistries({
    state,
    connection: { environment: {}, policy: impatience() },
    maximumAge: HOUR,
  });
  const parent = (written: string, pin: OutsideParent['pin'] = null): OutsideParent => ({
    from: `${registry.host}/base${written}`,
    pin,
    architecture: 'amd64',
  });
  let before = 0;
  return {
    base,
    state,
    parent,
    damage: (remembered: string) => {
      for (const name of memory.keys()) memory.set(name, remembered);
    },
    setDown: (down: boolean) => (isDown = down),
    /** The image's digest, or why there is none; problems; and whether anybody was asked. */
    ask: async (of: OutsideParent, now: number, ...pushed: readonly string[]) => {
      const { images, problems } = await registries.lookUp([of], { now, pushed: new Set(pushed) });
      const [image] = images.values();
      const isAsked = registry.requests.length > before;
      before = registry.requests.length;
      return {
        found: image === undefined ? '' : 'because' in image ? image.because : image.digest,
        problems,
        isAsked,
      };
    },
  };
}

suite('outside images', () => {
  test('are looked up again when their time has come, or something was pushed to their name', async (t) => {
    const { ask, base, parent } = await scene(t);
    const name = parent(':1');
    assert.equal((await ask(name, 1)).found, FIRST.digest);
    addImage(base, SECOND, '1');
    assert.deepEqual(await ask(name, HOUR), { found: FIRST.digest, problems: [], isAsked: false });
    assert.equal((await ask(name, HOUR, 'other:1')).found, FIRST.digest);
    assert.equal((await ask(name, HOUR, 'base:1')).found, SECOND.digest);
    addImage(base, FIRST, '1');
    assert.equal((await ask(name, 2 * HOUR)).found, FIRST.digest);
  });

  test('are looked up again when the clock was put back', async (t) => {
    const { ask, base, parent } = await scene(t);
    const name = parent(':1');
    assert.equal((await ask(name, 1_000 * HOUR)).found, FIRST.digest);
    addImage(base, SECOND, '1');
    assert.equal((await ask(name, HOUR)).found, SECOND.digest);
    assert.equal((await ask(name, HOUR + 1)).isAsked, false);
  });

  test('are looked up again where what was remembered of them is damaged', async (t) => {
    const { ask, parent, damage } = await scene(t);
    const name = parent(':1');
    for (const remembered of ['damaged', '{}', 'null', JSON.stringify({ digest: FIRST.digest })]) {
      await ask(name, 1);
      damage(remembered);
      assert.deepEqual(await ask(name, 1), { found: FIRST.digest, problems: [], isAsked: true });
    }
  });

  test('of a digest mean that one, whatever its tag means, and are asked for once', async (t) => {
    const { ask, base, parent } = await scene(t);
    addImage(base, SECOND, '1');
    for (const name of [
      parent(`:1@${FIRST.digest}`),
      parent(`@${FIRST.digest}`),
      parent(':2', FIRST.digest),
      parent(`:1@${buildIndex([FIRST]).digest}`),
    ]) {
      assert.deepEqual(await ask(name, 1), { found: FIRST.digest, problems: [], isAsked: true });
      assert.equal((await ask(name, 10 * HOUR, 'base:1')).isAsked, false);
    }
  });

  test('of names that no registry can have are told of, whatever was pushed', async (t) => {
    const { ask, parent } = await scene(t);
    const unreadable = parent('/UPPER:1');
    assert.match((await ask(unreadable, 1, 'base:1')).found, /UPPER/);
    assert.deepEqual([...movableNames([unreadable, parent(':1'), parent(':2', FIRST.digest)])], ['base:1']);
  });

  test('of a registry that does not answer are what they were, which is told, and it is not asked all the time', async (t) => {
    const { ask, parent, setDown, state } = await scene(t);
    const [known, unknown] = [parent(':1'), parent(':2')];
    await ask(known, 1);
    setDown(true);
    const stale = await ask(known, 2 * HOUR);
    assert.deepEqual([stale.found, stale.isAsked], [FIRST.digest, true]);
    assert.match(stale.problems.join(), /base:1 cannot be looked up on amd64: .*; it is taken to be sha256:/);
    assert.deepEqual(await ask(known, 2 * HOUR + 1), { ...stale, isAsked: false });
    assert.equal(recallOutside([known], state).size, 1);

    const missing = await ask(unknown, 1);
    assert.match(missing.found, /base:2 cannot be looked up on amd64/);
    assert.deepEqual([missing.problems, missing.isAsked], [[], true]);
    assert.deepEqual(await ask(unknown, 2), { ...missing, isAsked: false });
    setDown(false);
    assert.deepEqual(await ask(known, 4 * HOUR), { found: FIRST.digest, problems: [], isAsked: true });
  });

  test('are looked up by the builder, with its credential, and by nobody else', async (t) => {
    await using registry = await startMemoryRegistry();
    const folder = temporaryDirectory(t);
    writeTinyProgramme(folder, registry.host, {
      images: { 'app/Dockerfile': `FROM ${registry.host}/base:1\n` },
      definitions: { app: entry('1', 'app') },
    });
    await runTinyProgramme(folder, { roles: new Set(['verify', 'publish']) });
    assert.deepEqual(registry.requests, []);
    await runTinyProgramme(folder, { roles: new Set(['build']) });
    assert.notEqual(registry.requests.length, 0);
  });
});
