import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { suite, test } from 'node:test';
import { askProgram, type ProgramAnswer } from './ask-program.ts';

const ENVIRONMENT = { PATH: process.env['PATH'] };
const LIMITS = { timeoutMs: 20_000, outputBytes: 100_000 };

const ask = (script: string, limits: Partial<typeof LIMITS> = {}, signal?: AbortSignal) =>
  askProgram({
    program: 'sh',
    args: ['-c', script],
    environment: ENVIRONMENT,
    input: 'input',
    limits: { ...LIMITS, ...limits },
    signal,
  });

/** What it was in a few words. */
function told(answer: ProgramAnswer): string {
  if (answer.kind !== 'answered') return answer.because;
  return `${answer.exit}: ${answer.stdout.toString()}${answer.stderr.toString()}`;
}

suite('a program that is asked something', () => {
  const cases: readonly [what: string, script: string, told: string, limits?: Partial<typeof LIMITS>][] = [
    ['answers', 'cat; echo " and more" >&2', '0: input and more\n'],
    ['fails', 'echo no; exit 3', '3: no\n'],
    ['is ended by a signal', 'kill -9 $$', 'null: '],
    ['does not read its input', 'exec <&-; echo said', '0: said\n'],
    ['hangs', 'sleep 60', 'gave no answer within 0.1 seconds', { timeoutMs: 100 }],
    ['hangs in a child', 'sleep 60 & wait', 'gave no answer within 0.1 seconds', { timeoutMs: 100 }],
    ['says too much', 'yes', 'wrote more than 1000 bytes', { outputBytes: 1_000 }],
    ['complains too much', 'yes >&2', 'wrote more than 1000 bytes', { outputBytes: 1_000 }],
  ];
  for (const [what, script, expected, limits] of cases) {
    test(what, async () => assert.equal(told(await ask(script, limits)), expected));
  }

  for (const [what, program, args, expected] of [
    ['is not there', 'hallmark-no-such-program', [], /^is not installed$/],
    ['is no program', '/', [], /^cannot be run: spawn \/ EACCES$/],
    ['would lie in a file', '/etc/passwd/program', [], /^cannot be run: spawn ENOTDIR$/],
    ['is given too much', 'sh', ['-c', ':', 'x'.repeat(200_000)], /^cannot be run: spawn E2BIG$/],
    ['is given what no program can be', 'sh', ['-c', 'a\0b'], /^cannot be run: .*without null bytes/],
  ] as const) {
    test(what, async () => {
      assert.match(
        told(await askProgram({ program, args, environment: ENVIRONMENT, limits: LIMITS })),
        expected,
      );
    });
  }

  test('hears nothing of our environment', async () => {
    assert.doesNotMatch(told(await ask('env')), /^(?:HOME|USER|npm_)/m);
  });

  test('is ended with whoever asks, who hears why', async () => {
    const stopped = new Error('stopped');
    const asking = ask('sleep 60', {}, AbortSignal.any([AbortSignal.abort(stopped)]));
    await assert.rejects(asking, (error) => error === stopped);
    const ending = new AbortController();
    const running = ask('sleep 60', {}, ending.signal);
    ending.abort(stopped);
    await assert.rejects(running, (error) => error === stopped);
  });

  test(
    'leaves a daemon with its output, for which nobody waits',
    { skip: spawnSync('setsid', ['--version']).status === 0 ? false : 'setsid is not installed' },
    async () => {
      const answer = await ask('setsid sleep 60 & echo $!');
      const [, pid] = /^0: (\d+)\n$/.exec(told(answer)) ?? assert.fail(told(answer));
      process.kill(Number(pid), 'SIGKILL');
    },
  );
});
