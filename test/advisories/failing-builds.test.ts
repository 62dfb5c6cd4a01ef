/** What `hallmark db build` leaves behind when the process or the disk ends before it does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { buildDatabase } from '../../src/advisories/build.ts';
import { openAdvisoryDatabase } from '../../src/advisories/database/database.ts';
import { FEEDS, NOW, temporaryFolder } from './feed-fixtures.ts';

const MAIN = resolve(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** Runs the command line in a process of its own, which `before` prepares. */
function hallmark(
  args: readonly string[],
  options: { before?: string; environment?: NodeJS.ProcessEnv } = {},
) {
  const script = `${options.before ?? ''}
    const { main } = await import(${JSON.stringify(MAIN)});
    process.exitCode = await main(${JSON.stringify(args)});`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...process.env, ...options.environment },
  });
}

const buildTo = (output: string, from: string = FEEDS) => ['db', 'build', '--from', from, '--output', output];

/** A file system of one megabyte; null, with the reason shown, where it cannot be made. */
function smallDisk(t: TestContext): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-test-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  t.after(() => {
    if (status === 0) spawnSync('umount', [folder]);
    rmdirSync(folder);
  });
  if (status === 0) return folder;
  t.skip('a small file system cannot be mounted here');
  return null;
}

test('a full disk is one clear error, and what was there stays', async (t) => {
  const folder = smallDisk(t);
  if (folder === null) return;
  const output = join(folder, 'a.db');
  writeFileSync(output, 'old');
  writeFileSync(join(folder, 'filler'), Buffer.alloc((1 << 20) - (32 << 10)));
  await assert.rejects(buildDatabase({ from: FEEDS, output, now: NOW }), {
    code: 'DATABASE_NOT_WRITTEN',
    message: /a\.db: database or disk is full/,
  });
  assert.deepEqual(readdirSync(folder).toSorted(), ['a.db', 'filler']);
  assert.equal(readFileSync(output, 'utf8'), 'old');
});

test('a full folder for temporary files is one clear error', (t) => {
  const disk = smallDisk(t);
  if (disk === null) return;
  const folder = temporaryFolder(t);
  const affected = [
    { package: { ecosystem: 'npm', name: 'left-pad' }, versions: ['1.0.0'.padEnd(400, '-x')] },
  ];
  const records = Array.from({ length: 8_000 }, (_, n) => ({ id: `GHSA-${n}`, modified: NOW, affected }));
  writeFileSync(join(folder, 'feed.json'), JSON.stringify(records));
  const { status, stderr } = hallmark(buildTo(join(folder, 'a.db'), join(folder, 'feed.json')), {
    environment: { SQLITE_TMPDIR: disk },
  });
  assert.equal(status, 1);
  assert.match(stderr, /^hallmark: DATABASE_NOT_WRITTEN: cannot keep what was read .* disk is full\n/);
  assert.deepEqual(readdirSync(folder), ['feed.json']);
});

test('an interrupt leaves what was there and nothing else', (t) => {
  const folder = temporaryFolder(t);
  const output = join(folder, 'a.db');
  writeFileSync(output, 'old');
  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    // progress is shown on a terminal; the first line of it is the moment
    const before = `
      process.stderr.isTTY = true;
      const write = process.stderr.write.bind(process.stderr);
      process.stderr.write = (text) => {
        if (text.includes('Reading ')) process.kill(process.pid, '${signal}');
        return write(text);
      };`;
    const { status, stderr } = hallmark(buildTo(output), { before });
    assert.equal(status, expected);
    assert.match(stderr, /INTERRUPTED/);
    assert.deepEqual(readdirSync(folder), ['a.db']);
    assert.equal(readFileSync(output, 'utf8'), 'old');
  }
});

test('a killed build leaves what was there, and one file that a later build removes', async (t) => {
  const folder = temporaryFolder(t);
  const output = join(folder, 'a.db');
  writeFileSync(output, 'old');
  // the last thing before the new database takes its place
  const before = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    fs.fsyncSync = () => process.kill(process.pid, 'SIGKILL');
    syncBuiltinESMExports();`;
  assert.equal(hallmark(buildTo(output), { before }).signal, 'SIGKILL');
  assert.equal(readFileSync(output, 'utf8'), 'old');
  const [, left = ''] = readdirSync(folder).toSorted();
  assert.match(left, /^a\.db\.\d+\.partial$/);
  assert.equal(readdirSync(folder).length, 2);
  // while it is young, another process may still be writing it
  await buildDatabase({ from: FEEDS, output, now: NOW });
  assert.deepEqual(readdirSync(folder).toSorted(), ['a.db', left]);
  const hoursAgo = statSync(output).mtimeMs / 1000 - 7_200;
  utimesSync(join(folder, left), hoursAgo, hoursAgo);
  await buildDatabase({ from: FEEDS, output, now: NOW });
  assert.deepEqual(readdirSync(folder), ['a.db']);
});

test('who reads a database while it is built anew goes on reading the old one', async (t) => {
  const folder = temporaryFolder(t);
  const output = join(folder, 'a.db');
  const before = await buildDatabase({ from: FEEDS, output, now: NOW });
  const reading = openAdvisoryDatabase(output);
  t.after(() => reading.close());
  const candidates = reading.candidates('Alpine:v3.18', 'tcpdump');
  assert.ok(candidates.length > 0);
  const fewer = join(FEEDS, 'osv', 'ghsa');
  const after = await buildDatabase({ from: fewer, output, now: NOW });
  assert.notEqual(after.digest, before.digest);
  assert.deepEqual(reading.candidates('Alpine:v3.18', 'tcpdump'), candidates);
  const anew = openAdvisoryDatabase(output);
  t.after(() => anew.close());
  assert.equal(anew.info.digest, after.digest);
  assert.deepEqual(anew.candidates('Alpine:v3.18', 'tcpdump'), []);
});
