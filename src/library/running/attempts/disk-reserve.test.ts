import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { suite, test, type TestContext } from 'node:test';
import { LibraryError } from '../../errors.ts';
import { type DiskLooks, watchDisk } from './disk-reserve.ts';

const GIBIBYTE = 1024 ** 3;

function watch(t: TestContext, freeBytes: DiskLooks['freeBytes']): AbortSignal {
  const disk = watchDisk('/state', { freeBytes, everyMs: 1 });
  t.after(() => disk[Symbol.dispose]());
  return disk.signal;
}

suite('the room that is left on a disk', () => {
  test('ends a build before there is none', async (t) => {
    let free = 2 * GIBIBYTE;
    const signal = watch(t, async () => (free -= GIBIBYTE / 4));
    await once(signal, 'abort');
    assert.ok(signal.reason instanceof LibraryError);
    assert.equal(signal.reason.code, 'BUILD_FAILED');
    assert.match(signal.reason.message, /only 256 MiB are left on the disk of \/state, and 512 MiB are kept/);
    assert.equal(free, GIBIBYTE / 4);
  });

  test('is not known where the disk does not tell it', async (t) => {
    let looks = 0;
    const looked = Promise.withResolvers<void>();
    const signal = watch(t, async () => {
      if ((looks += 1) === 3) looked.resolve();
      throw Object.assign(new Error('not implemented'), { code: 'ENOSYS' });
    });
    await looked.promise;
    await setImmediate();
    assert.equal(signal.aborted, false);
  });

  test('is asked of the disk itself', () => {
    using disk = watchDisk(tmpdir());
    assert.equal(disk.signal.aborted, false);
  });
});
