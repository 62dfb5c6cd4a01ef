import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeEntry } from '../../test/inventory/layer-stack.ts';
import { fileFacts } from './file-facts.ts';

for (const [path, mode, uid, kinds] of [
  ['usr/bin/su', 0o4755, 0, ['setuid']],
  ['usr/bin/write', 0o2755, 0, ['setgid']],
  ['var/mail/lock', 0o2644, 0, []],
  ['usr/bin/dash', 0o755, 0, ['shell']],
  ['bin/busybox', 0o4755, 0, ['setuid', 'shell']],
  ['busybox/sh', 0o755, 0, ['shell']],
  ['sh', 0o755, 0, ['shell']],
  ['usr/share/doc/bash', 0o755, 0, []],
  ['etc/skel/bin/bash', 0o644, 0, []],
  ['etc/cron.d/job', 0o666, 0, ['world-writable']],
  ['home/app/log', 0o666, 1000, []],
  ['etc/passwd', 0o644, 0, []],
] as const) {
  test(`${path} ${mode.toString(8)} of ${uid}`, () => {
    const facts = fileFacts({ ...treeEntry(path, 1, 'file', mode), uid });
    assert.deepEqual(facts?.kinds ?? [], kinds);
  });
}

test('a directory that anybody may write is none of these', () => {
  assert.equal(fileFacts(treeEntry('tmp', 0, 'directory', 0o777)), null);
});
