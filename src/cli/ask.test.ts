import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { ReadStream, WriteStream } from 'node:tty';
import { askOn } from './ask.ts';

function terminal(typed: string, signal = new AbortController().signal) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const ask = askOn(input as unknown as ReadStream, output as unknown as WriteStream, signal);
  return {
    ask: async (isSecret: boolean) => {
      const answer = ask('Password: ', { isSecret });
      input.write(typed);
      return answer;
    },
    shown: () => (output.read() as Buffer | null)?.toString() ?? '',
  };
}

test('a secret is answered and not shown; what is no secret is shown', async () => {
  const secret = terminal('hunter2\n');
  assert.equal(await secret.ask(true), 'hunter2');
  assert.equal(secret.shown(), 'Password: \n');
  const open = terminal('yes\n');
  assert.equal(await open.ask(false), 'yes');
  assert.match(open.shown(), /^Password: [^]*yes/);
});

test('a question ends when the command does', async () => {
  const cancel = new AbortController();
  const question = terminal('', cancel.signal).ask(true);
  cancel.abort(new Error('interrupted'));
  await assert.rejects(question);
});
