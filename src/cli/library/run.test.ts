import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { lockFile } from '../../files/lock-file.ts';
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

test('library build: what is asked for while another process builds is noted', async (t) => {
  await using registry = await startMemoryRegistry();
  const folder = temporaryDirectory(t);
  const definitions = { base: entry('1', 'base', IMPORTED) };
  writeTinyProgramme(folder, registry.host, { images: { 'base/rootfs.tar': ROOT }, definitions });
  const library = (...args: readonly string[]) =>
    commandLine(t)(['library', ...args], { workingDirectory: folder });
  assert.equal((await library('fetch')).status, 0);
  const others = ['build-amd64', 'build-arm64v8'].map((name) =>
    lockFile(join(folder, 'state', 'locks', name)),
  );
  const { status, stderr } = await library('build', 'base', '--no-db');
  for (const other of others) other?.release();
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^hallmark: PROGRAMME_BUSY: another process builds for amd64 .*; what was asked for is noted\n/,
  );
  assert.match(
    (await library('plan', '--no-db')).stdout,
    /base:1 +amd64 +it is new; somebody asked for it on /,
  );
});

test('library run: mistakes that are read as bashbrew reads them are told before anything is done', async (t) => {
  await using registry = await startMemoryRegistry();
  const folder = temporaryDirectory(t);
  const good = entry('1', 'base', IMPORTED);
  const definitions = {
    base: good,
    typo: `${good}Archtectures: amd64\n`,
    broken: 'x',
  };
  writeTinyProgramme(folder, registry.host, { images: { 'base/rootfs.tar': ROOT }, definitions });
  const run = (...more: readonly string[]) =>
    commandLine(t)(['library', 'build', '--no-db', ...more], { workingDirectory: folder });
  const { stderr } = await run();
  assert.match(
    stderr,
    /^MISTAKE typo, line \d+: "Archtectures" is no field, and is ignored\nsee "hallmark library lint"\n/,
  );
  assert.doesNotMatch(stderr, /MISTAKE (base|broken)/);
  assert.doesNotMatch((await run('--quiet')).stderr, /MISTAKE/);
});

test('library run: how it ended is written to files too', async (t) => {
  await using registry = await startMemoryRegistry();
  const folder = temporaryDirectory(t);
  const definitions = { base: entry('1', 'base', IMPORTED) };
  writeTinyProgramme(folder, registry.host, { images: { 'base/rootfs.tar': ROOT }, definitions });
  const file = join(folder, 'run.json');
  const { status, stdout, stderr } = await commandLine(t)(
    ['library', 'run', '--no-db', '--quiet', '--format', 'terminal', '--format', `json=${file}`],
    { workingDirectory: folder, now: () => Date.now() },
  );
  assert.deepEqual([status, stdout, stderr], [0, '1 image up to date\n', '']);
  assert.match(readFileSync(file, 'utf8'), /"schema": "hallmark\.library-run\/1"/);
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
