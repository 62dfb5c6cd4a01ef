import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { entry, IMPORTED, ROOT, writeTinyProgramme } from '../../../test/library/tiny-programme.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';

test('library run: what failed and waits to be tried again is a failure still', async (t) => {
  await using registry = await startMemoryRegistry({
    intercept(_, response) {
      response.writeHead(403).end();
      return true;
    },
  });
  const folder = temporaryDirectory(t);
  const definitions = { base: entry('1', 'base', IMPORTED) };
  writeTinyProgramme(folder, registry.host, { images: { 'base/rootfs.tar': ROOT }, definitions });
  const run = () =>
    commandLine(t)(['library', 'run', '--no-db'], { workingDirectory: folder, now: () => 1_800_000_000_000 });
  assert.equal((await run()).status, 1);
  const again = await run();
  const until = new Date(1_800_000_000_000 + 60_000).toISOString().replace('.000', '');
  assert.deepEqual([again.stdout, again.status], [`0 images up to date, 1 put off until ${until}\n`, 1]);
});

test('library watch: an address that somebody else has is told', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
  const { status, stderr } = await commandLine(t)(['library', 'watch', '--listen', address]);
  assert.match(stderr, /^hallmark: .*--listen: .*EADDRINUSE/);
  assert.equal(status, 3);
});
