import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import process from 'node:process';
import test from 'node:test';
import { LibraryError } from '../../errors.ts';
import { endingWithUs } from '../buildah/buildah-commands.ts';
import { createBuildLog } from '../build-log.ts';
import { type BuilderRun, runBuilder } from './run-builder.ts';

interface Heard {
  readonly text: () => string;
  readonly run: (script: string, further?: Partial<BuilderRun>) => Promise<void>;
}

function heard(onLine = () => {}): Heard {
  let text = '';
  const log = createBuildLog((part) => {
    text += part;
    onLine();
  });
  return {
    text: () => text,
    run: (script, further) =>
      runBuilder({
        program: 'sh',
        args: ['-c', script],
        folder: tmpdir(),
        environment: { PATH: process.env['PATH'] },
        log,
        ...further,
      }),
  };
}

const isCode = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof LibraryError && error.code === code && message.test(error.message);

test('a program is heard on both its streams, and told its input', async () => {
  const { run, text } = heard();
  await run('cat; echo error >&2', { input: 'input\n' });
  assert.deepEqual(text().trim().split('\n').toSorted(), ['error', 'input']);
});

test('nothing of our environment is passed on', async () => {
  const { run, text } = heard();
  await run('env');
  assert.doesNotMatch(text(), /^(?:HOME|USER|npm_)/m);
});

const failures: readonly (readonly [script: string, message: RegExp])[] = [
  ['echo broken >&2; exit 3', /^sh ended with status 3: broken$/],
  ['kill -9 $$', /^sh was ended by SIGKILL$/],
];
for (const [script, message] of failures) {
  test(`a program that fails is a build that failed: ${script}`, async () => {
    await assert.rejects(heard().run(script), isCode('BUILD_FAILED', message));
  });
}

test('a program that is not there is an engine that is missing', async () => {
  const run = heard().run('', { program: 'hallmark-no-such-program' });
  await assert.rejects(run, isCode('ENGINE_MISSING', /hallmark-no-such-program is not installed/));
});

test('a program that hangs is ended with its children when its time is over', async () => {
  const over = new AbortController();
  const { run, text } = heard(() => over.abort(new DOMException('over', 'TimeoutError')));
  const running = run('sleep 60 & echo $!; wait', { signal: over.signal });
  await assert.rejects(running, isCode('BUILD_TIMEOUT', /^sh had not finished/));
  assert.ok(isGone(Number(text())));
});

test('whoever ends a build hears why', async () => {
  const stopped = new Error('stopped');
  const controller = new AbortController();
  const { run } = heard();
  const running = run('sleep 60', { signal: controller.signal });
  controller.abort(stopped);
  await assert.rejects(running, (error) => error === stopped);
  await assert.rejects(run('true', { signal: controller.signal }), (error) => error === stopped);
});

test('what a program leaves running is ended with it', async () => {
  const { run, text } = heard();
  await run('sleep 60 >/dev/null 2>&1 & echo $!');
  assert.ok(isGone(Number(text())));
});

/** Ended: no process any more, or one that nobody has asked about yet. On a busy machine the signal takes a moment. */
function isGone(pid: number): boolean {
  assert.ok(pid > 1);
  for (let look = 0; look < 200; look++) {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    if (stdout.trim() === '' || stdout.startsWith('Z')) return true;
  }
  return false;
}

test(
  'a builder ends with us, even when we are killed',
  { skip: isThere('setpriv') ? false : 'setpriv is not installed' },
  async () => {
    const builder = endingWithUs(['sh', '-c', 'echo $$; exec sleep 98763']);
    const script = `
    import { runBuilder } from ${JSON.stringify(new URL('./run-builder.ts', import.meta.url).href)};
    const log = { stream: () => (part) => process.stdout.write(part), say() {}, close() {}, lastLine: () => '' };
    const environment = { PATH: process.env.PATH };
    await runBuilder({ ...${JSON.stringify(builder)}, folder: '/', environment, log });
  `;
    const us = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(us.stdout, 'data')) as [Buffer];
    us.kill('SIGKILL');
    await once(us, 'exit');
    for (let look = 0; isRunning(Number(said.toString())); look++) assert.ok(look < 300, 'it still runs');
  },
);

function isThere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z]/.test(stdout);
}
