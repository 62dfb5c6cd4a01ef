import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import {
  entry,
  IMPORTED,
  ROOT,
  runTinyProgramme,
  writeTinyProgramme,
} from '../../../../test/library/tiny-programme.ts';
import { startMemoryRegistry } from '../../../../test/registry/memory-registry.ts';
import { digestOf } from '../../../model/digest.ts';

const RECIPE = { images: { 'base/rootfs.tar': ROOT }, definitions: { base: entry('1', 'base', IMPORTED) } };

test('an image that may have got into quarantine before its attempt failed has its name there to itself', async (t) => {
  let isBroken = true;
  let isTagged = false;
  await using registry = await startMemoryRegistry({
    intercept({ method, url }, response) {
      isTagged ||= method === 'PUT' && /quarantine\/amd64\/manifests\/[0-9a-f]{64}$/.test(url);
      if (!isBroken || !isTagged || method === 'PUT') return false;
      response.writeHead(403).end();
      return true;
    },
  });
  const folder = temporaryDirectory(t);
  writeTinyProgramme(folder, registry.host, RECIPE);
  const first = await runTinyProgramme(folder);
  assert.ok(first.events.some(({ kind }) => kind === 'build-failed'));

  isBroken = false;
  const { tags } = registry.repository('quarantine/amd64');
  const [name = ''] = tags.keys();
  // as a build would do that does not come out the same twice
  tags.set(name, digestOf('another image'));
  const later = Date.now() + 24 * 3_600_000;
  const { events, stock } = await runTinyProgramme(folder, { now: () => later });
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'build-failed'),
    [],
  );
  assert.equal(stock.plan.done, 1);
  assert.equal(tags.get(name), digestOf('another image'));
  assert.ok([...tags.keys()].some((tag) => tag.startsWith(`${name}-`)));
});
