/** What fetching from upstream leaves behind when its process is killed, at every step that it takes on the disk. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { verifyDatabase } from '../../src/advisories/database/carry.ts';
import { importedDatabase } from '../../src/advisories/database/locate.ts';
import { updateFeeds } from '../../src/updates/upstream/update-feeds.ts';
import { FEEDS, NOW, temporaryFolder } from './feed-fixtures.ts';
import { startUpstream } from './upstream-server.ts';

const MODULE = resolve(import.meta.dirname, '..', '..', 'src', 'updates', 'upstream', 'update-feeds.ts');

/** Every call that changes the disk; what streams and SQLite write lies between them. */
const STEPS = ['writeFileSync', 'createWriteStream', 'fsyncSync', 'renameSync', 'rmSync'];

interface Ended {
  readonly signal: string | null;
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs an update in a process that kills itself right before the numbered step. */
function runUntil(step: number, data: string): Promise<Ended> {
  const script = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    let steps = 0;
    for (const name of ${JSON.stringify(STEPS)}) {
      const real = fs[name];
      fs[name] = (...of) => {
        if (String(of[0]).includes('hallmark-home') || typeof of[0] === 'number') steps += 1;
        if (steps === ${step}) process.kill(process.pid, 'SIGKILL');
        return real(...of);
      };
    }
    syncBuiltinESMExports();
    const { updateFeeds } = await import(${JSON.stringify(MODULE)});
    await updateFeeds({
      dataDirectory: ${JSON.stringify(data)},
      now: () => ${NOW.getTime()},
      web: { environment: {}, signal: new AbortController().signal },
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return new Promise((end) => child.on('close', (status, signal) => end({ status, signal, stderr })));
}

const update = (dataDirectory: string, request: { readonly sources?: string } = {}) =>
  updateFeeds({
    ...request,
    dataDirectory,
    now: () => NOW.getTime(),
    web: { environment: {}, signal: new AbortController().signal },
  });

test('killed at any step of fetching, the old database or the new one is there, and the next update succeeds', async (t) => {
  const folder = temporaryFolder(t);
  const server = await startUpstream(t);
  const kev = readFileSync(join(FEEDS, 'kev/known_exploited_vulnerabilities.json'), 'utf8');
  const [cve = ''] = /CVE-\d{4}-\d+/.exec(kev) ?? [];
  const sources = join(folder, 'sources.yaml');
  writeFileSync(
    sources,
    `cisa-kev: ${server.address}/kev.json
`,
  );
  const before = join(folder, 'before');
  server.files.set('/kev.json', { body: kev, etag: '"one"' });
  const old = (await update(before, { sources })).database?.content;
  server.files.set('/kev.json', { body: kev.replaceAll(cve, 'CVE-2026-99999'), etag: '"two"' });
  const after = join(folder, 'after');
  cpSync(before, after, { recursive: true });
  const fresh = (await update(after)).database?.content;
  assert.notEqual(old, fresh);

  async function killedAt(step: number): Promise<Ended> {
    const data = join(folder, `hallmark-home-${step}`);
    cpSync(before, data, { recursive: true });
    const ended = await runUntil(step, data);
    const { digest } = verifyDatabase(importedDatabase(data));
    assert.ok(digest === old || digest === fresh, `after ${step} steps`);
    if (ended.signal === null) assert.deepEqual([ended.status, ended.stderr, digest], [0, '', fresh]);
    else assert.equal(ended.signal, 'SIGKILL');
    const next = await update(data);
    assert.deepEqual([next.feeds[0]?.problem, next.database?.content], [null, fresh]);
    assert.equal(verifyDatabase(importedDatabase(data)).digest, fresh);
    return ended;
  }
  let killed = 0;
  for (let step = 1; ; step += 2) {
    const [a, b] = await Promise.all([killedAt(step), killedAt(step + 1)]);
    killed += [a, b].filter(({ signal }) => signal !== null).length;
    if (b.signal === null) break;
  }
  assert.ok(killed > 12, `only ${killed} steps were seen`);
});
