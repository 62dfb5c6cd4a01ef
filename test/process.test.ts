/** The real process: stopped by a signal while a registry is in the middle of a layer, or not read to its end. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { buildImage, buildLayer, type BuiltImage } from './images/image-builder.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';
import { startFakeRegistry } from './registry/fake-registry.ts';

const PROGRAM = join(import.meta.dirname, '..', 'bin', 'hallmark.js');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `hallmark` in a home of its own. */
function launch(home: string, args: readonly string[]) {
  return spawn(process.execPath, [PROGRAM, ...args], {
    env: { HOME: home, PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outcomeOf(child: ReturnType<typeof launch>): Promise<Ended> {
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

/** Stops a scan when the last layer has come halfway, and answers what is left of it. */
async function interrupt(t: TestContext, image: BuiltImage, signal: NodeJS.Signals) {
  const home = temporaryDirectory(t);
  const last = image.recipe.layers.at(-1);
  assert.ok(last !== undefined);
  const halfway = Promise.withResolvers<void>();
  let slow = true;
  await using registry = await startFakeRegistry({
    images: { 'app:1': image },
    intercept(request, response) {
      if (!slow || !request.url.endsWith(last.digest)) return false;
      response.writeHead(200, { 'content-length': last.bytes.length });
      response.write(last.bytes.subarray(0, last.bytes.length >> 1), () => halfway.resolve());
      return true; // and never ends
    },
  });
  const args = ['scan', `${registry.host}/app:1`, '--format', 'json'];
  const child = launch(home, args);
  const ended = outcomeOf(child);
  await Promise.race([halfway.promise, ended]);
  child.kill(signal);
  const stopped = await ended;
  const left = filesBelow(home);

  slow = false;
  registry.requests.length = 0;
  const again = await outcomeOf(launch(home, args));
  const asked = registry.requests.map(({ url }) => url);
  const fetched = image.recipe.layers.filter(({ digest }) => asked.some((url) => url.endsWith(digest)));
  return { stopped, left, again, fetched, last };
}

const module = (name: string) => ({
  path: `app/node_modules/${name}/package.json`,
  content: JSON.stringify({ name, version: '1.0.0' }),
});

test('an interrupt ends with 130 and one message, and keeps the layers that were read', async (t) => {
  const image = buildImage({ layers: ['a', 'b', 'c'].map((name) => buildLayer([module(name)])) });
  const { stopped, left, again, fetched, last } = await interrupt(t, image, 'SIGINT');
  assert.deepEqual(stopped, {
    code: 130,
    stdout: '',
    stderr: 'hallmark: INTERRUPTED: interrupted\n  Run it again: what was done so far is kept.\n',
  });
  assert.deepEqual(
    left.filter((path) => path.endsWith('.tmp')),
    [],
  );
  assert.equal(left.filter((path) => path.endsWith('.json.zst')).length, 2);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(fetched, [last]);
  const { packages } = JSON.parse(again.stdout) as {
    readonly packages: readonly { readonly name: string }[];
  };
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['a', 'b', 'c'],
  );
});

test('a request to end while threads are at work leaves nothing half-written either', async (t) => {
  const noise = { path: 'noise', content: randomBytes(14 << 20) };
  const image = buildImage({ layers: [buildLayer([module('a')]), buildLayer([noise, module('b')], 'none')] });
  const { stopped, left, again } = await interrupt(t, image, 'SIGTERM');
  assert.equal(stopped.code, 143);
  assert.equal(stopped.stdout, '');
  assert.match(stopped.stderr, /^hallmark: INTERRUPTED: [^\n]+\n {2}[^\n]+\n$/);
  assert.deepEqual(
    left.filter((path) => path.endsWith('.tmp')),
    [],
  );
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /"pkg:npm\/b@1\.0\.0"/);
});

const SAMPLE = `oci-dir:${join(import.meta.dirname, '..', 'examples', 'sample-image')}`;

test('a reader that has seen enough is no error, and changes no gate', async (t) => {
  const home = temporaryDirectory(t);
  for (const [status, ...gate] of [[0], [2, '--fail-on', 'high']] as const) {
    const child = launch(home, ['scan', SAMPLE, '--format', 'json', '--verdict', 'all', ...gate]);
    const [stderr] = await Promise.all([
      text(child.stderr),
      once(child, 'close'),
      once(child.stdout, 'data').then(() => child.stdout.destroy()),
    ]);
    assert.equal(stderr, '');
    assert.equal(child.exitCode, status);
  }
});

test('a full disk behind standard output is an error', { skip: !existsSync('/dev/full') }, (t) => {
  const full = openSync('/dev/full', 'w');
  t.after(() => closeSync(full));
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'packages', SAMPLE], {
    env: { HOME: temporaryDirectory(t) },
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  assert.match(stderr, /^hallmark: OUTPUT_FAILED: cannot write to standard output\n {2}cause: ENOSPC/);
  assert.equal(status, 1);
});
