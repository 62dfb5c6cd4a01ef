/** A git that goes on when the process which has started it is killed: nobody works in its store until it has ended. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, constants, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { buildRepository } from '../../../test/git/build-repository.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { openGitStore } from './git-store.ts';

/** Says that it is there, waits, and then leaves a lock that nobody else may remove in the meantime. */
const SLOW_GIT = `#!/bin/sh
case " $* " in
*' fetch '*) ;;
*) PATH=$REST exec git "$@" ;;
esac
sh -c 'echo there >"$0/there"; read -r go <"$0/go"; : >"$0/store/shallow.lock"; : >"$0/ended"' "$FOLDER" >/dev/null 2>&1 &
wait
`;

const FETCHING = `
const { openGitStore } = await import(process.argv[1]);
await openGitStore({ ...JSON.parse(process.argv[2]), signal: new AbortController().signal }).fetch(JSON.parse(process.argv[3]));
`;

/** A store, and a commit that is to be fetched into it. */
function scene(t: TestContext) {
  const folder = temporaryDirectory(t);
  const [gitCommit = ''] = buildRepository(join(folder, 'a.git'), [{ files: { a: 'b' } }]);
  const wanted = [{ gitRepo: 'https://example.org/a.git', gitFetch: 'refs/heads/main', gitCommit }];
  const options = (timeoutSeconds: number, path: string) => ({
    folder: join(folder, 'store'),
    settings: { rewrites: [{ from: 'https://example.org/', to: `${folder}/` }], timeoutSeconds },
    environment: { PATH: path },
  });
  const path = process.env['PATH'] ?? '';
  const store = (timeoutSeconds: number) => {
    const opened = openGitStore({ ...options(timeoutSeconds, path), signal: t.signal });
    t.after(() => opened.close());
    return opened;
  };
  return { folder, wanted, options, path, store };
}

test('a git whose process was killed is waited for, though not for ever, and what it leaves is cleared then', async (t) => {
  const { folder, wanted, options, path, store } = scene(t);
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const script = SLOW_GIT.replace('$REST', `'${path}'`).replace('$FOLDER', folder);
  writeFileSync(join(programs, 'git'), script, { mode: 0o755 });
  for (const name of ['there', 'go'])
    assert.equal(spawnSync('mkfifo', [join(folder, name)]).status, 0, 'mkfifo');
  const there = new Socket({
    fd: openSync(join(folder, 'there'), constants.O_RDONLY | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  t.after(() => there.destroy());
  const killed = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      FETCHING,
      join(import.meta.dirname, 'git-store.ts'),
      JSON.stringify(options(60, `${programs}:${path}`)),
      JSON.stringify(wanted),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await once(there, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');

  await assert.rejects(store(0.2).fetch(wanted), {
    code: 'SOURCE_REPOSITORY_FAILED',
    message: /a git that was started by a process which has ended still writes to it/,
  });
  assert.equal(existsSync(join(folder, 'ended')), false);
  const patient = store(60).fetch(wanted);
  writeFileSync(join(folder, 'go'), 'go\n');
  assert.deepEqual(await patient, []);
  assert.equal(existsSync(join(folder, 'ended')), true);
  assert.equal(existsSync(join(folder, 'store', 'shallow.lock')), false);
});

test('where there are no named pipes a store is used all the same', async (t) => {
  const { folder, wanted, options, path } = scene(t);
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  writeFileSync(join(programs, 'mkfifo'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const store = openGitStore({ ...options(60, `${programs}:${path}`), signal: t.signal });
  t.after(() => store.close());
  assert.deepEqual(await store.fetch(wanted), []);
});
