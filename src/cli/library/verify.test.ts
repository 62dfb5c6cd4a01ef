/** `library build REF` and `library verify` on a programme whose definitions go on and back again. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { buildRepository } from '../../../test/git/build-repository.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import {
  definition,
  entry,
  IMPORTED,
  ROOT,
  surroundings,
  writeTinyProgramme,
} from '../../../test/library/tiny-programme.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { VerificationDocument } from '../../library/admission/verification-document.ts';
import { openState } from '../../library/state/open-state.ts';

/** A programme of one image, with another commit of it that no definition names yet. */
async function programme(t: TestContext) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const folder = temporaryDirectory(t);
  const first = writeTinyProgramme(folder, registry.host, {
    images: { 'base/rootfs.tar': ROOT },
    definitions: { base: entry('1, latest', 'base', IMPORTED) },
  });
  const [second = ''] = buildRepository(join(folder, 'git/images2.git'), [
    { files: { 'base/rootfs.tar': ROOT, 'base/README': 'of the second version' } },
  ]);
  const hallmark = commandLine(t);
  return {
    registry,
    folder,
    first,
    second,
    define: (commit: string) => {
      const text = definition(commit, entry('1, latest', 'base', IMPORTED));
      const address = commit === second ? 'images2.git' : 'images.git';
      writeFileSync(join(folder, 'library/base'), text.replace('images.git', address));
    },
    run: (...args: readonly string[]) =>
      hallmark(['library', ...args], {
        workingDirectory: folder,
        environment: surroundings(),
        now: () => Date.now(),
      }),
  };
}

test('an image is asked for by hand also before anybody has fetched its commit', async (t) => {
  const { folder, define, second, run } = await programme(t);
  define(second);
  const asked = await run('build', 'base:1', '--no-db', '--note', 'for a test', '--quiet');
  assert.equal(asked.status, 0, asked.stderr);
  const state = openState(join(folder, 'state'));
  const [attempt, ...others] = state.attempts();
  state.close();
  assert.deepEqual(
    [attempt?.reasons.map(({ kind }) => kind), attempt?.outcome.kind, others],
    [['new', 'requested'], 'built', []],
  );
});

test('what cannot be fetched cannot be asked for', async (t) => {
  const { define, run } = await programme(t);
  define('f'.repeat(40));
  const { status, stderr } = await run('build', 'base:1', '--no-db');
  assert.equal(status, 1);
  assert.match(stderr, /COMMIT_NOT_FOUND: base:1 cannot be asked for/);
  assert.match(stderr, /hallmark library fetch base:1/);
});

test('images of the commit that is defined now are told, and not newer ones of a commit that was taken back', async (t) => {
  const { registry, define, first, second, run } = await programme(t);
  const verified = async () => {
    const { stdout, status } = await run('verify', '--no-db', '--quiet', '--format', 'json');
    return { status, images: VerificationDocument.parse(JSON.parse(stdout)).images };
  };
  assert.equal((await run('build', '--no-db', '--quiet')).status, 0);
  const before = await verified();
  assert.deepEqual([before.status, before.images.map(({ verdict }) => verdict)], [0, ['admitted']]);
  define(second);
  assert.equal((await run('build', '--no-db', '--quiet')).status, 0);
  const between = await verified();
  assert.notEqual(between.images[0]?.buildId, before.images[0]?.buildId);
  define(first);
  assert.deepEqual(await verified(), before);

  await registry[Symbol.asyncDispose]();
  const away = await run('verify', '--no-db', '--read-only', '--format', 'json');
  const [image] = VerificationDocument.parse(JSON.parse(away.stdout)).images;
  assert.deepEqual([away.status, image?.verdict], [1, 'undecided']);
  assert.match(image?.unproven.join() ?? '', /REGISTRY_UNAVAILABLE: .*could not be reached/);
  const told = await run('verify', '--no-db', '--read-only');
  assert.match(
    told.stdout,
    /^undecided {2}base:1 on amd64 [^]*REGISTRY_UNAVAILABLE[^]*1 image: 1 undecided\n$/,
  );
});
