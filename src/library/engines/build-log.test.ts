import assert from 'node:assert/strict';
import test from 'node:test';
import { createBuildLog } from './build-log.ts';

function recorded(beginning: number, end: number) {
  let text = '';
  const log = createBuildLog((part) => (text += part), { beginning, end });
  return { log, text: () => text };
}

test('what is said is passed on at once', () => {
  const { log, text } = recorded(100, 100);
  log.say('one\n');
  assert.equal(text(), 'one\n');
  log.say('two\n');
  log.close();
  assert.equal(text(), 'one\ntwo\n');
});

test('of a flood the beginning and the last words remain', () => {
  const { log, text } = recorded(10, 20);
  for (let line = 0; line < 100_000; line++) log.say(`line ${line}\n`);
  log.say('the last word\n');
  log.close();
  const found = text();
  assert.ok(found.startsWith('line 0\nlin\n['), found);
  assert.ok(found.endsWith('the last word\n'));
  assert.match(found, /\[\d+ characters are left out here\]/);
  assert.ok(found.length < 120, String(found.length));
});

test('nothing is lost where it is only a little too long', () => {
  const { log, text } = recorded(3, 100);
  log.say('abcdef');
  log.close();
  assert.equal(text(), 'abcdef');
});

test('characters may come in parts, from two streams', () => {
  const { log, text } = recorded(100, 100);
  const [one, other] = [log.stream(), log.stream()];
  const bytes = Buffer.from('ä');
  one(bytes.subarray(0, 1));
  other(Buffer.from('b'));
  one(bytes.subarray(1));
  assert.equal(text(), 'bä');
});

test('the last line is the last that says something', () => {
  const { log } = recorded(1, 1);
  assert.equal(log.lastLine(), '');
  log.say('step 1\nError: no such file\n\n');
  assert.equal(log.lastLine(), 'Error: no such file');
});
