/** What tags of a programme mean is signed, as `hallmark verify` understands it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import {
  entry,
  publicKeyFile,
  runTinyProgramme,
  writeTinyProgramme,
} from '../../../test/library/tiny-programme.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';

const DAY = 86_400_000;

test('tags of a programme are believed until they expire, are renewed by its runs, and not believed for another image', async (t) => {
  await using registry = await startMemoryRegistry();
  const folder = temporaryDirectory(t);
  writeTinyProgramme(folder, registry.host, {
    images: { 'app/Dockerfile': 'FROM scratch\n', 'old/Dockerfile': 'FROM scratch\nLABEL old=1\n' },
    definitions: { app: `${entry('1, latest', 'app')}\n${entry('0', 'old')}` },
    settings: { rules: '{ tagValidity: 14d }' },
  });
  // eight days before whoever verifies does so
  const begin = Date.parse('2026-11-13T00:00:00Z');
  const run = (days: number) => runTinyProgramme(folder, { now: () => begin + days * DAY });
  const hallmark = commandLine(t);
  const key = publicKeyFile(folder, 'publisher');
  const verify = async (tag: string) => {
    const asked = ['--attestation', 'tag', '--key', key, `${registry.host}/library/app:${tag}`];
    const { status, stdout } = await hallmark(['verify', ...asked]);
    const [, until] = /means this digest until (\S+?)T/.exec(stdout) ?? [];
    return [status, until ?? /tag\.signed.*$/m.exec(stdout)?.[0] ?? stdout];
  };
  const day = (days: number) => new Date(begin + days * DAY).toISOString().slice(0, 10);

  assert.ok((await run(0)).events.some(({ kind }) => kind === 'published'));
  for (const tag of ['1', 'latest', '0']) assert.deepEqual(await verify(tag), [0, day(14)]);
  // nothing is due
  assert.deepEqual((await run(5)).events, []);
  assert.deepEqual(await verify('1'), [0, day(14)]);

  const { tags } = registry.repository('library/app');
  const [now, old] = [tags.get('latest'), tags.get('0')];
  assert.ok(now !== undefined && old !== undefined);
  tags.set('latest', old);
  const [status] = await verify('latest');
  assert.equal(status, 2);
  const { events } = await run(8);
  assert.deepEqual(
    events.map((event) => (event.kind === 'not-signed' ? [event.tags, event.because] : event.kind)),
    [[['latest'], `in the registry it does not mean ${now}, as the ledger has it`]],
  );
  assert.equal((await verify('latest'))[0], 2);
  for (const tag of ['1', '0']) assert.deepEqual(await verify(tag), [0, day(22)]);
});
