import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, textOf } from './git-output.ts';

const encoder = new TextEncoder();

async function* written(...parts: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) yield encoder.encode(part);
}

for (const [what, parts, lines] of [
  ['nothing', [], []],
  ['an empty line', ['\n'], ['']],
  ['lines in parts', ['a', 'b\nc', '\n'], ['ab', 'c']],
  ['a last line without its end', ['a\nb'], ['a', 'b']],
  ['carriage returns, which end no line', ['a\r', '\nb\rc\n'], ['a\r', 'b\rc']],
] as const) {
  test(`line by line: ${what}`, async () => {
    assert.deepEqual(await Array.fromAsync(linesOf(written(...parts))), lines);
  });
}

test('a character may come in two parts', async () => {
  const bytes = encoder.encode('ü\n');
  async function* halves() {
    yield bytes.subarray(0, 1);
    yield bytes.subarray(1);
  }
  assert.deepEqual(await Array.fromAsync(linesOf(halves())), ['ü']);
});

test('a line without an end is given up, and so is a text that is too long', async () => {
  let parts = 0;
  async function* endless() {
    for (;;) {
      parts += 1;
      yield encoder.encode('x'.repeat(65_536));
    }
  }
  await assert.rejects(Array.fromAsync(linesOf(endless())), { code: 'SOURCE_REPOSITORY_FAILED' });
  assert.equal(parts, 17);
  assert.equal(await textOf(written('a', 'b'), 2), 'ab');
  await assert.rejects(textOf(written('a', 'bc'), 2), { code: 'SOURCE_REPOSITORY_FAILED' });
});
