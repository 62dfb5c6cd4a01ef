import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { LibraryError } from '../errors.ts';
import { followLog } from './follow-log.ts';
import { watchFiles } from './watch-files.ts';

const NEVER = new AbortController().signal;
const isAbsent = (error: unknown) => error instanceof LibraryError && error.code === 'LOG_NOT_FOUND';

/** A log to which something is done each time that somebody waits for it. @returns what was told before each wait, and at the end */
async function follow(t: TestContext, steps: readonly ((file: string) => void)[], signal = NEVER) {
  const file = join(temporaryDirectory(t), 'build.log');
  const told: string[] = [];
  let text = '';
  let done = 0;
  await followLog({
    file,
    isRunning: () => done < steps.length,
    async changed() {
      told.push(text);
      steps[done]?.(file);
      done += 1;
    },
    write: (part) => (text += part),
    signal,
  });
  return [...told, text];
}

suite('a log that is followed', () => {
  test('is told as it grows, and to its last word', async (t) => {
    const told = await follow(t, [
      (file) => writeFileSync(file, 'one\n'),
      (file) => appendFileSync(file, 'two\n'),
      () => {},
      (file) => appendFileSync(file, 'three\n'),
    ]);
    assert.deepEqual(told, ['', 'one\n', 'one\ntwo\n', 'one\ntwo\n', 'one\ntwo\nthree\n']);
  });

  test('characters may be parted', async (t) => {
    const euro = Buffer.from('€');
    const told = await follow(t, [
      (file) => writeFileSync(file, euro.subarray(0, 1)),
      (file) => appendFileSync(file, euro.subarray(1)),
    ]);
    assert.equal(told.at(-1), '€');
  });

  test('one that never was is absent when its build has ended', async (t) => {
    await assert.rejects(follow(t, [() => {}]), isAbsent);
  });

  test('whoever is interrupted hears no more', async (t) => {
    const controller = new AbortController();
    const told = await follow(
      t,
      [() => controller.abort(), () => assert.fail('it went on')],
      controller.signal,
    );
    assert.deepEqual(told, ['', '']);
  });
});

suite('files that are watched', () => {
  test('changes are told, also those before somebody waits, and of names that begin alike', async (t) => {
    const folder = temporaryDirectory(t);
    using watching = watchFiles([join(folder, 'state')], NEVER);
    writeFileSync(join(folder, 'state-wal'), '1');
    await watching.changed();
    const waiting = watching.changed();
    appendFileSync(join(folder, 'state-wal'), '2');
    await waiting;
  });

  test('an interruption ends the wait', async (t) => {
    const controller = new AbortController();
    using watching = watchFiles([join(temporaryDirectory(t), 'state')], controller.signal);
    const waiting = watching.changed();
    controller.abort();
    await waiting;
    await watching.changed();
  });
});
