/** What `hallmark db update` leaves behind when its process is killed, at every step that it takes on the disk. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { buildDatabase } from '../../src/advisories/build.ts';
import { verifyDatabase } from '../../src/advisories/database/carry.ts';
import { importedDatabase } from '../../src/advisories/database/locate.ts';
import { storedFacts } from '../../src/advisories/database/stored-facts.ts';
import { writeDatabase } from '../../src/advisories/database/writer.ts';
import { openFolderStore } from '../../src/updates/distribution/folder-store.ts';
import { publishDatabase } from '../../src/updates/distribution/publish.ts';
import { FEEDS, NOW, temporaryFolder } from './feed-fixtures.ts';

const MAIN = resolve(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** Every call that changes the disk; SQLite's own writes lie between them. */
const STEPS = ['mkdirSync', 'writeFileSync', 'fsyncSync', 'renameSync', 'rmSync'];

/** Runs the command in a process that kills itself right before the numbered step. */
function runUntil(step: number, args: readonly string[], dataHome: string) {
  const script = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    let steps = 0;
    for (const name of ${JSON.stringify(STEPS)}) {
      const real = fs[name];
      fs[name] = (...of) => {
        if (String(of[0]).includes('hallmark') || typeof of[0] === 'number') steps += 1;
        if (steps === ${step}) process.kill(process.pid, 'SIGKILL');
        return real(...of);
      };
    }
    syncBuiltinESMExports();
    const { main } = await import(${JSON.stringify(MAIN)});
    process.exitCode = await main(${JSON.stringify(args)});`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...process.env, XDG_DATA_HOME: dataHome, SOURCE_DATE_EPOCH: String(NOW.getTime() / 1000) },
  });
}

test('killed at any step of an update, the old database or the new one is there, whole', async (t) => {
  const folder = temporaryFolder(t);
  const [before, after, key] = ['before.db', 'after.db', 'key.pub'].map((name) => join(folder, name));
  assert.ok(before !== undefined && after !== undefined && key !== undefined);
  await buildDatabase({ from: join(FEEDS, 'osv'), output: after, now: NOW });
  const database = new DatabaseSync(after, { readOnly: true });
  const facts = [...storedFacts(database)].filter(({ kind }, index) => kind === 'source' || index % 9 > 0);
  database.close();
  const older = new DatabaseSync(before);
  writeDatabase(older, facts, NOW);
  older.close();
  const digests = [before, after].map((file) => verifyDatabase(file).digest);

  const place = join(folder, 'channel');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
  for (const file of [before, after]) {
    const store = openFolderStore(place);
    await publishDatabase({ store, key: privateKey, file, now: Date.now(), validDays: 2 });
  }

  const home = join(folder, 'hallmark-home');
  const mine = importedDatabase(join(home, 'hallmark'));
  mkdirSync(dirname(mine), { recursive: true });
  const args = ['db', 'update', '--from', place, '--key', key];
  let killed = 0;
  let step = 0;
  for (;;) {
    step += 1;
    copyFileSync(before, mine);
    const { signal, status, stderr } = runUntil(step, args, home);
    const { digest } = verifyDatabase(mine);
    assert.ok(digests.includes(digest), `after ${step} steps`);
    if (signal === null) {
      assert.deepEqual([status, stderr, digest], [0, '', digests[1]]);
      break;
    }
    assert.equal(signal, 'SIGKILL');
    killed += 1;
  }
  assert.ok(killed > 8, `only ${killed} steps were seen`);
  assert.ok(existsSync(join(home, 'hallmark', 'channel.json')));
  assert.ok(readFileSync(mine).equals(readFileSync(after)));
});
