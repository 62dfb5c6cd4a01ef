/** What follows publications: calls of a real receiver on loopback, and files. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { publication } from '../../../test/library/small-ledger.ts';
import { readBody, startLoopbackServer } from '../../../test/loopback.ts';
import { digestHex, digestOf } from '../../model/digest.ts';
import { openProgramme } from '../programme/open-programme.ts';
import { openState } from '../state/open-state.ts';
import { createAnnouncements } from './announcements.ts';
import type { RunEvent } from './run-event.ts';
import { defineProgramme } from './stock/take-stock.ts';

const REDIS = `Maintainers: Ann Author (@ann)
GitRepo: https://github.com/ann/redis.git
GitCommit: ${'a'.repeat(40)}

Tags: 8, latest
`;

/** A programme whose publisher announces; the clock stands still unless a test moves it. */
function programme(t: TestContext, settings: string) {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'library'));
  writeFileSync(join(folder, 'library', 'redis'), REDIS);
  writeFileSync(join(folder, 'programme.yaml'), `schema: hallmark.programme/1\nname: ours\n${settings}`);
  const state = openState(join(folder, '.hallmark'));
  t.after(() => state.close());
  const opened = openProgramme(folder);
  const events: RunEvent[] = [];
  const clock = { ms: Date.parse('2026-11-21T00:00:00Z') };
  const controller = new AbortController();
  return {
    folder,
    events,
    clock,
    controller,
    defined: () => defineProgramme(openProgramme(folder), new Map(), []),
    read: (path: string) => readFileSync(join(folder, path), 'utf8'),
    publish(...tags: readonly string[]) {
      const event = publication('redis', tags);
      const at = new Date(clock.ms).toISOString();
      state.beginPublication({ id: at, event, index: '', at });
      state.completePublication(at, event, at);
      clock.ms += 1000;
    },
    remember: (name: string, value: string) => state.remember(name, value),
    open: () =>
      createAnnouncements(opened.settings, {
        state,
        environment: { KEY: 'key' },
        offline: false,
        images: null,
        now: () => clock.ms,
        signal: controller.signal,
        onEvent: (event) => events.push(event),
      }),
  };
}

/** A receiver that answers as it is told, and remembers which entries it was sent. */
async function receiver(answer: (call: number) => number | Promise<number>) {
  const sequences: number[] = [];
  const server = await startLoopbackServer(async (request, response) => {
    const { data } = JSON.parse((await readBody(request)).toString()) as { data: { sequence: number } };
    sequences.push(data.sequence);
    response.writeHead(await answer(sequences.length)).end();
  });
  return Object.assign(server, { sequences });
}

suite('announcements', () => {
  test('receivers are told of everything that was published before the run ended', async (t) => {
    await using server = await receiver(() => 204);
    const run = programme(t, `webhooks: [{ url: "http://${server.host}/", secretVariable: KEY }]\n`);
    const announcements = run.open();
    run.publish('8');
    announcements.announce(run.defined(), true);
    run.publish('latest');
    announcements.announce(run.defined(), true);
    await announcements.end();
    assert.deepEqual(server.sequences, [1, 2]);
    assert.deepEqual(
      run.events.map((event) => (event.kind === 'delivered' ? event.entries : event)),
      [1, 1],
    );
  });

  test('publishing does not wait for a receiver that does not answer, nor does another receiver', async (t) => {
    const slow = Promise.withResolvers<number>();
    const asked = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    await using deaf = await receiver(() => {
      asked.resolve();
      return slow.promise;
    });
    await using server = await receiver((call) => {
      if (call === 2) told.resolve();
      return 200;
    });
    const hooks = [deaf.host, server.host].map((host) => `{ url: "http://${host}/" }`).join(', ');
    const run = programme(t, `webhooks: [${hooks}]\n`);
    const announcements = run.open();
    run.publish('8');
    announcements.announce(run.defined(), true);
    await asked.promise;
    run.publish('latest');
    announcements.announce(run.defined(), true);
    await told.promise;
    assert.deepEqual([deaf.sequences, server.sequences], [[1], [1, 2]]);
    slow.resolve(200);
    await announcements.end();
    assert.deepEqual(deaf.sequences, [1, 2]);
  });

  test('a failure is told once, ends nothing, and is made good by the next run', async (t) => {
    await using server = await receiver((call) => (call === 1 ? 503 : 200));
    const run = programme(t, `webhooks: [{ url: "http://${server.host}/hidden" }]\n`);
    run.publish('8');
    const first = run.open();
    first.announce(run.defined(), true);
    first.announce(run.defined(), false);
    await first.end();
    const [failure, ...others] = run.events;
    assert.deepEqual(others, []);
    assert.ok(failure?.kind === 'not-delivered');
    assert.deepEqual([failure.receiver, failure.because], [server.host, 'it answered 503']);
    assert.equal(failure.notBefore, run.clock.ms / 1000 + 10);

    run.clock.ms += 10_000;
    const second = run.open();
    second.announce(run.defined(), false);
    await second.end();
    assert.deepEqual(server.sequences, [1, 1]);
    assert.deepEqual(run.events.at(-1), { kind: 'delivered', receiver: server.host, entries: 1 });
  });

  test('what is remembered and cannot be read ends the run', async (t) => {
    const run = programme(t, 'webhooks: [{ url: "http://127.0.0.1:1/" }]\n');
    run.remember(`webhook/${digestHex(digestOf('http://127.0.0.1:1/'))}`, 'damaged');
    const announcements = run.open();
    announcements.announce(run.defined(), false);
    await assert.rejects(announcements.end(), { code: 'STATE_UNREADABLE' });
  });

  test('whoever ends the run does not wait for a receiver', async (t) => {
    const asked = Promise.withResolvers<void>();
    await using server = await receiver(() => {
      asked.resolve();
      return new Promise(() => {});
    });
    const run = programme(t, `webhooks: [{ url: "http://${server.host}/" }]\n`);
    run.publish('8');
    const announcements = run.open();
    announcements.announce(run.defined(), true);
    await asked.promise;
    run.controller.abort();
    await announcements.end();
    assert.deepEqual(run.events, []);
  });

  test('pages and feeds follow publications and definitions', async (t) => {
    const run = programme(
      t,
      'pages: { folder: site }\nfeeds: { folder: site/feeds, address: "https://a.example/f" }\n',
    );
    const announcements = run.open();
    const defined = run.defined();
    announcements.announce(defined, false);
    assert.match(run.read('site/redis/README.md'), /`8`, `latest`/);
    assert.doesNotMatch(run.read('site/feeds/feed.json'), /redis/);

    run.publish('8', 'latest');
    announcements.announce(defined, false);
    assert.doesNotMatch(run.read('site/feeds/feed.json'), /redis/);
    announcements.announce(defined, true);
    assert.match(run.read('site/feeds/redis/feed.json'), /https:\/\/a\.example\/f\/redis\/feed\.json/);
    assert.match(run.read('site/redis/repository.json'), /"digest": "sha256:/);

    writeFileSync(join(run.folder, 'library', 'redis'), `${REDIS}\nTags: 9\nDirectory: 9\n`);
    announcements.announce(run.defined(), false);
    assert.match(run.read('site/redis/README.md'), /`9`/);
    await announcements.end();
    assert.deepEqual(run.events, []);
  });

  test('a definition that cannot be read keeps no page back, and is not told of once more', async (t) => {
    const run = programme(t, 'pages: { folder: site }\n');
    writeFileSync(join(run.folder, 'library', 'broken'), 'no colon\n');
    const announcements = run.open();
    announcements.announce(run.defined(), false);
    await announcements.end();
    assert.match(run.read('site/README.md'), /broken/);
    assert.ok(existsSync(join(run.folder, 'site', 'redis', 'README.md')));
    assert.deepEqual(run.events, []);
  });

  test('pages that cannot be written are a problem, and receivers are told all the same', async (t) => {
    await using server = await receiver(() => 200);
    const run = programme(
      t,
      `pages: { folder: library/redis }\nwebhooks: [{ url: "http://${server.host}/" }]\n`,
    );
    run.publish('8');
    const announcements = run.open();
    announcements.announce(run.defined(), true);
    announcements.announce(run.defined(), true);
    await announcements.end();
    assert.match(
      run.events.map((event) => (event.kind === 'problem' ? event.message : '')).join(''),
      /EEXIST|ENOTDIR/,
    );
    assert.equal(run.events.filter(({ kind }) => kind === 'problem').length, 1);
    assert.deepEqual(server.sequences, [1]);
    assert.ok(!existsSync(join(run.folder, 'site')));
  });
});
