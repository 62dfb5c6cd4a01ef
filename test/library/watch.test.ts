/** A programme that goes on: what it hears of at once, what it sees when it looks again, and how it ends. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { setImmediate as setImmediatePromise } from 'node:timers/promises';
import { request } from 'undici';
import type { AdvisoryDatabase } from '../../src/advisories/advisory.ts';
import { lockFile } from '../../src/files/lock-file.ts';
import { LibraryError } from '../../src/library/errors.ts';
import type { RunEvent } from '../../src/library/running/run-event.ts';
import { openState } from '../../src/library/state/open-state.ts';
import { createPushedChanges } from '../../src/library/running/wait-for-change.ts';
import { buildImage, buildLayer } from '../images/image-builder.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import { memoryDatabase } from '../memory-database.ts';
import { startMemoryRegistry } from '../registry/memory-registry.ts';
import { addImage } from '../registry/memory-repository.ts';
import { freePort } from '../registry/real-registry.ts';
import {
  entry,
  hallmarkProcess,
  IMPORTED,
  ROOT,
  runTinyProgramme,
  writeTinyProgramme,
} from './tiny-programme.ts';
import { dpkgStatus, flaw } from './verifying.ts';

/** An image of somebody else, on which the programme is built. */
function outsideBase(release: string) {
  const files = [
    { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
    { path: 'etc/release', content: release },
    dpkgStatus({ libc6: '2.36-9' }),
  ];
  return buildImage({ layers: [buildLayer(files)] });
}

/** Something that is waited for, by a name. */
function milestones() {
  const reached = new Map<string, PromiseWithResolvers<void>>();
  const of = (name: string): PromiseWithResolvers<void> => {
    const known = reached.get(name) ?? Promise.withResolvers<void>();
    reached.set(name, known);
    return known;
  };
  return { reach: (name: string) => of(name).resolve(), until: (name: string) => of(name).promise };
}

suite('a programme that goes on', () => {
  test('builds on a new base at once, and ends when it is told to', async (t) => {
    await using registry = await startMemoryRegistry();
    const outside = registry.repository('outside/base');
    addImage(outside, outsideBase('first'), '1');
    const folder = temporaryDirectory(t);
    writeTinyProgramme(folder, registry.host, {
      images: {
        'app/Dockerfile': `FROM ${registry.host}/outside/base:1\n`,
        'site/Dockerfile': 'FROM app:1\n',
      },
      definitions: { app: entry('1', 'app'), site: entry('1', 'site') },
      settings: { pollInterval: '1h' },
    });
    const address = `127.0.0.1:${await freePort()}`;
    const notify = async (authorization: string) => {
      const target = { repository: 'outside/base', tag: '1' };
      const { statusCode, body } = await request(`http://${address}/events`, {
        method: 'POST',
        headers: { authorization },
        body: JSON.stringify({ events: [{ action: 'push', target }] }),
      });
      await body.dump();
      return statusCode;
    };
    const { reach, until } = milestones();
    const counts = new Map<string, number>();
    const ended = hallmarkProcess(
      folder,
      ['library', 'watch', '--no-db', '--listen', address, '--listen-secret', 'SECRET'],
      {
        environment: { SECRET: 'a secret' },
        onStderr(text, kill) {
          for (const [, what = ''] of text.matchAll(/^(building \S+|published [^:\s]+)/gm)) {
            const count = (counts.get(what) ?? 0) + 1;
            counts.set(what, count);
            reach(`${what} ${count}`);
            if (what === 'published site' && count === 2) kill('SIGTERM');
          }
        },
      },
    );
    await Promise.race([until('published site 1'), ended.then(({ stderr }) => assert.fail(stderr))]);
    assert.equal(await notify('a guess'), 401);
    addImage(outside, outsideBase('second'), '1');
    const pushed = performance.now();
    assert.equal(await notify('a secret'), 202);
    await until('building app:1 2');
    t.diagnostic(`a child was begun ${Math.round(performance.now() - pushed)} ms after its base was pushed`);
    const { status, signal, stdout, stderr } = await ended;
    assert.deepEqual([status, signal], [143, null], stderr);
    assert.match(stdout, /^2 images up to date\n$/);
    assert.match(stderr, /^listening for pushes on port \d+\n/);
    assert.match(stderr, /\n2 images up to date; waiting for changes\nbuilding app:1 /);
    assert.match(stderr, /\nhallmark: INTERRUPTED: /);
    assert.equal(counts.get('building app:1'), 2);
  });

  test('what it was building when it was interrupted has not failed', async (t) => {
    await using registry = await startMemoryRegistry();
    const folder = temporaryDirectory(t);
    writeTinyProgramme(folder, registry.host, {
      images: { 'app/Dockerfile': 'FROM scratch\nRUN hang\n' },
      definitions: { app: entry('1', 'app') },
    });
    for (const reason of [new TypeError('enough'), new LibraryError('PROGRAMME_BUSY', 'enough')]) {
      const ending = new AbortController();
      const run = runTinyProgramme(folder, {
        signal: ending.signal,
        onEvent: ({ kind }) => void (kind === 'building' && setImmediate(() => ending.abort(reason))),
      });
      await run.catch((error: unknown) => assert.equal(error, reason));
      const state = openState(join(folder, 'state'));
      const [attempt] = state.attempts();
      assert.deepEqual(attempt?.outcome, { kind: 'lost', isInterrupted: true });
      assert.equal(state.snapshot().failures.get(attempt.buildId), undefined);
      state.close();
    }
  });

  test('does what another process did when that one has ended', async (t) => {
    await using registry = await startMemoryRegistry();
    const folder = temporaryDirectory(t);
    writeTinyProgramme(folder, registry.host, {
      images: { 'base/rootfs.tar': ROOT },
      definitions: { base: entry('1', 'base', IMPORTED) },
    });
    let other = lockFile(join(folder, 'state/locks/build-amd64'));
    const ending = new AbortController();
    const told: string[] = [];
    const run = runTinyProgramme(folder, {
      waitForChange: { wait: () => setImmediatePromise(), takePushed: () => new Set() },
      signal: ending.signal,
      onIdle() {
        other?.release();
        other = null;
      },
      onEvent(event) {
        told.push(event.kind === 'problem' ? event.message : named(event));
        if (event.kind === 'published') ending.abort();
      },
    });
    await run.catch((error: unknown) => assert.equal(error, ending.signal.reason));
    assert.deepEqual(told, [
      'another process builds for amd64',
      'building for new',
      'built',
      'admitted 1',
      'published 1',
    ]);
  });

  test('sees other definitions and other advisories when it looks again', async (t) => {
    await using registry = await startMemoryRegistry();
    const folder = temporaryDirectory(t);
    writeTinyProgramme(folder, registry.host, {
      images: { 'base/rootfs.tar': ROOT },
      definitions: { base: entry('1', 'base', IMPORTED) },
      settings: { pollInterval: '1s', gate: '{ fixableFrom: null }' },
    });
    const ending = new AbortController();
    const { reach, until } = milestones();
    let advisories: AdvisoryDatabase | null = null;
    const events: RunEvent[] = [];
    const run = runTinyProgramme(folder, {
      openDatabase: () => advisories,
      databaseFingerprint: () => (advisories === null ? 'none' : 'some'),
      waitForChange: createPushedChanges(),
      signal: ending.signal,
      onEvent(event) {
        events.push(event);
        reach(named(event));
      },
    });
    const all = async (): Promise<void> => {
      await until('published 1');
      const file = join(folder, 'library/base');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, 'half of a definition');
      await until('problem');
      writeFileSync(file, text.replace('Tags: 1', 'Tags: 1, 2'));
      await until('published 2');
      advisories = memoryDatabase({ advisories: [flaw('CVE-2026-1', 'libc6', '2.36-10')] });
      await until('building for advisory');
      await until('admitted 2');
      ending.abort();
    };
    await Promise.race([all(), run]);
    // where it was in the middle of something, it fails with the signal's reason
    await run.catch((error: unknown) => assert.equal(error, ending.signal.reason));
    assert.deepEqual(
      events.filter(({ kind }) => kind === 'problem'),
      [{ kind: 'problem', message: "Bad line: 'half of a definition' has no ':' (base, line 1)" }],
    );
  });
});

function named(event: RunEvent): string {
  switch (event.kind) {
    case 'building':
      return `building for ${event.reasons[0]?.kind}`;
    case 'admitted':
      return `admitted ${event.build.generation}`;
    case 'published':
      return `published ${event.entry.event.tags.join()}`;
    default:
      return event.kind;
  }
}
