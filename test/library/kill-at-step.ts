/**
 * Loaded before the command line (`node --import`): its process kills itself right before a step. Steps are requests that change a
 * registry, changes of the disk below a folder, and statements of SQLite that write.
 *
 *     STEPS_BELOW   folder whose changes count
 *     STEPS_KILL    number of the step, from 1, or a regular expression for what is done in it
 *     STEPS_TRACE   file to which every step is written
 */
import { subscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { DatabaseSync, StatementSync } from 'node:sqlite';

const { STEPS_BELOW = '/', STEPS_KILL = '', STEPS_TRACE } = process.env;
const append = fs.appendFileSync;
const killAt = /^\d+$/.test(STEPS_KILL) ? Number(STEPS_KILL) : null;
const killBefore = STEPS_KILL !== '' && killAt === null ? new RegExp(STEPS_KILL) : null;
let steps = 0;

function step(what: string): void {
  steps += 1;
  if (STEPS_TRACE !== undefined) append(STEPS_TRACE, `${what}\n`);
  if (steps === killAt || killBefore?.test(what) === true) process.kill(process.pid, 'SIGKILL');
}

type Callable = (...given: unknown[]) => unknown;

/** Puts a step before each call of a method for which there is something to tell. */
function guard(
  owner: object,
  name: string,
  tell: (given: readonly unknown[], self: unknown) => string | null,
): void {
  const methods = owner as Record<string, Callable>;
  const real = methods[name];
  if (real === undefined) throw new Error(`there is no ${name} to be guarded`);
  methods[name] = function guarded(this: unknown, ...given: unknown[]) {
    const what = tell(given, this);
    if (what !== null) step(what);
    return real.apply(this, given);
  };
}

const CHANGES = ['writeFile', 'mkdir', 'rename', 'rm', 'copyFile'];
const onDisk =
  (name: string) =>
  ([path, to]: readonly unknown[]) => {
    const place = String(name.startsWith('copyFile') ? to : path);
    return place.startsWith(STEPS_BELOW) ? `${name} ${place.slice(STEPS_BELOW.length)}` : null;
  };
for (const name of CHANGES) {
  guard(fs, `${name}Sync`, onDisk(`${name}Sync`));
  guard(fs.promises, name, onDisk(name));
}
guard(fs, 'createWriteStream', onDisk('createWriteStream'));
guard(fs, 'openSync', (given) =>
  given[1] === undefined || given[1] === 'r' ? null : onDisk('openSync')(given),
);
guard(fs.promises, 'open', (given) =>
  given[1] === undefined || given[1] === 'r' ? null : onDisk('open')(given),
);
syncBuiltinESMExports();

guard(DatabaseSync.prototype, 'exec', ([sql]) => (sql === 'COMMIT' ? 'sql COMMIT' : null));
guard(StatementSync.prototype, 'run', (_, self) => `sql ${(self as StatementSync).sourceSQL}`);

subscribe('undici:request:create', (message) => {
  const { request } = message as { readonly request: { readonly method: string; readonly path: string } };
  if (!['GET', 'HEAD'].includes(request.method)) step(`${request.method} ${request.path}`);
});
