import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test, type TestContext } from 'node:test';
import { FEEDS, NOW, temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { isRealRegistryInstalled, withRealRegistry } from '../../../test/registry/real-registry.ts';
import { buildDatabase } from '../../advisories/build.ts';
import { verifyDatabase } from '../../advisories/database/carry.ts';
import { openAdvisoryDatabase } from '../../advisories/database/database.ts';
import type { Fact } from '../../advisories/facts/fact.ts';
import { storedFacts } from '../../advisories/database/stored-facts.ts';
import { writeDatabase } from '../../advisories/database/writer.ts';
import { HallmarkError } from '../../model/errors.ts';
import type { ChannelStore } from './channel-store.ts';
import { openFolderStore } from './folder-store.ts';
import { openStore, openWritableStore } from './open-store.ts';
import { publishDatabase } from './publish.ts';
import { keyIdentifier, parseSigningKey, parseVerificationKey } from './signature.ts';
import { updateFromChannel, type UpdateOptions } from './update-from.ts';

const fails = (code: string) => (error: unknown) => {
  assert.ok(error instanceof HallmarkError, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};
/** Not by `deepEqual`, which would print the difference of two databases. */
function assertSameBytes(file: string, expected: Buffer): void {
  assert.ok(readFileSync(file).equals(expected), `${file} has other bytes`);
}

const skip = isRealRegistryInstalled() ? false : 'docker-registry is not installed';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const TODAY = NOW.getTime();
const DAY_MS = 86_400_000;

const publish = (store: ReturnType<typeof openFolderStore>, file: string, key: KeyObject = privateKey) =>
  publishDatabase({ store, key, file, now: TODAY, validDays: 7 });

const update = (file: string, store: ChannelStore, options: Partial<UpdateOptions> = {}) =>
  updateFromChannel({ stores: [store], key: publicKey, file, memory: null, now: TODAY, ...options });

const isFile = (name: string) => name.startsWith('files/');
const flip = (bytes: Buffer) => {
  const changed = Buffer.from(bytes);
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
  return changed;
};

describe('a published database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-test-'));
  /** Three states of one database, one day after the other. */
  const days = ['first.db', 'second.db', 'third.db'].map((name) => join(folder, name));
  const [first = '', second = '', third = ''] = days;
  const digests: string[] = [];

  before(async () => {
    await buildDatabase({ from: FEEDS, output: third, now: NOW });
    const database = new DatabaseSync(third, { readOnly: true });
    const facts = [...storedFacts(database)];
    database.close();
    const without = (every: number): Fact[] =>
      facts.filter(({ kind }, index) => kind === 'source' || index % every !== 1);
    for (const [file, kept] of [
      [first, without(50)],
      [second, without(90)],
    ] as const) {
      const written = new DatabaseSync(file);
      writeDatabase(written, kept, NOW);
      written.close();
    }
    digests.push(...days.map((file) => verifyDatabase(file).digest));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A folder with the three days published one after the other. */
  async function published(t: TestContext, files: readonly string[] = days): Promise<string> {
    const place = temporaryFolder(t);
    for (const file of files) await publish(openFolderStore(place), file);
    return place;
  }

  test('whoever has a day of it fetches the deltas behind, whoever has none the base', async (t) => {
    const place = await published(t);
    const mine = temporaryFolder(t);
    for (const [had, outcome, deltas] of [
      [null, 'base', 2],
      [first, 'deltas', 2],
      [second, 'deltas', 1],
      [third, 'current', 0],
    ] as const) {
      const file = join(mine, `${outcome}${deltas}.db`);
      if (had !== null) copyFileSync(had, file);
      const result = await update(file, openFolderStore(place));
      assert.deepEqual([result.outcome, result.deltas, result.content], [outcome, deltas, digests[2]]);
      assertSameBytes(file, readFileSync(third));
    }
    assert.deepEqual(
      readdirSync(mine).filter((name) => !name.endsWith('.db')),
      [],
    );
  });

  test('the same database again gets a later date and nothing else', async (t) => {
    const place = await published(t, [third]);
    const { written, channel } = await publish(openFolderStore(place), third);
    assert.deepEqual([written, channel.sequence, channel.deltas], [[], 2, []]);
  });

  test('large deltas are given up for a new base, from which the others still lead on', async (t) => {
    const place = await published(t, [first, third]);
    const tiny = join(temporaryFolder(t), 'tiny.db');
    const database = new DatabaseSync(tiny);
    writeDatabase(database, [], NOW);
    database.close();
    const { channel } = await publish(openFolderStore(place), tiny);
    const again = await publish(openFolderStore(place), third);
    assert.equal(again.channel.base.content, digests[2]);
    assert.equal(channel.sequence + 1, again.channel.sequence);
    const file = join(temporaryFolder(t), 'mine.db');
    copyFileSync(first, file);
    assert.equal((await update(file, openFolderStore(place))).outcome, 'deltas');
    assertSameBytes(file, readFileSync(third));
  });

  test('what is there and signed by another key is not overwritten', async (t) => {
    const place = await published(t, [first]);
    const other = generateKeyPairSync('ed25519').privateKey;
    await assert.rejects(publish(openFolderStore(place), second, other), fails('CHANNEL_UNSIGNED'));
  });

  test('a poisoned, old or damaged mirror is refused, and the old database stays', async (t) => {
    const place = await published(t);
    const older = await published(t, [first]);
    const forged = temporaryFolder(t);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await publish(openFolderStore(forged), third, stranger);

    const damaged = (change: (name: string, bytes: Buffer) => Buffer | null): string => {
      const copy = temporaryFolder(t);
      cpSync(place, copy, { recursive: true });
      for (const name of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
        const path = join(copy, name);
        if (name === 'files') continue;
        const changed = change(name, readFileSync(path));
        if (changed === null) rmSync(path);
        else writeFileSync(path, changed);
      }
      return copy;
    };
    const seen = { sequence: 2, published: '2026-11-20T00:00:00Z' };
    const file = join(temporaryFolder(t), 'mine.db');
    copyFileSync(first, file);
    const bytes = readFileSync(file);
    for (const [what, where, code, options] of [
      ['nothing there', temporaryFolder(t), 'CHANNEL_NOT_FOUND', {}],
      ['signed by a stranger', forged, 'CHANNEL_UNSIGNED', {}],
      ['an older state', older, 'CHANNEL_ROLLED_BACK', { memory: seen }],
      ['past its date', place, 'CHANNEL_EXPIRED', { now: TODAY + 8 * DAY_MS }],
      [
        'a changed payload',
        damaged((name, content) =>
          name === 'channel.json'
            ? Buffer.from(content.toString().replace('"payload":"e', '"payload":"f'))
            : content,
        ),
        'CHANNEL_UNSIGNED',
        {},
      ],
      [
        'no JSON',
        damaged((name, content) => (isFile(name) ? content : content.subarray(0, 40))),
        'CHANNEL_UNREADABLE',
        {},
      ],
      [
        'truncated downloads',
        damaged((name, content) => (isFile(name) ? content.subarray(0, content.length - 1) : content)),
        'CHANNEL_UNREADABLE',
        {},
      ],
      [
        'changed files',
        damaged((name, content) => (isFile(name) ? flip(content) : content)),
        'CHANNEL_UNREADABLE',
        {},
      ],
      [
        'endless files',
        damaged((name, content) => (isFile(name) ? Buffer.concat([content, Buffer.alloc(9)]) : content)),
        'CHANNEL_UNREADABLE',
        {},
      ],
      [
        'missing files',
        damaged((name, content) => (isFile(name) ? null : content)),
        'CHANNEL_UNREADABLE',
        {},
      ],
    ] as const) {
      await t.test(what, async () => {
        await assert.rejects(update(file, openFolderStore(where), options), fails(code));
        assertSameBytes(file, bytes);
      });
    }
    await t.test('another mirror helps', async () => {
      const result = await updateFromChannel({
        stores: [openFolderStore(forged), openFolderStore(older), openFolderStore(place)],
        key: publicKey,
        file,
        memory: seen,
        now: TODAY,
      });
      assert.equal(result.store, place);
      assert.equal(result.failures.length, 2);
    });
    await t.test('all of them failing is one error with each reason', async () => {
      const stores = [openFolderStore(forged), openFolderStore(older)] as const;
      await assert.rejects(
        updateFromChannel({ stores, key: publicKey, file, memory: seen, now: TODAY }),
        fails('UPDATE_FAILED'),
      );
    });
  });

  test('a mirror that lags behind is not preferred to a newer one', async (t) => {
    const [lagging, newest] = [await published(t, [first]), await published(t)];
    const file = join(temporaryFolder(t), 'mine.db');
    const stores = [openFolderStore(lagging), openFolderStore(newest)] as const;
    const result = await updateFromChannel({ stores, key: publicKey, file, memory: null, now: TODAY });
    assert.equal(result.store, newest);
  });

  test('a database that is not what it says is replaced by the whole one', async (t) => {
    const place = await published(t);
    const file = join(temporaryFolder(t), 'mine.db');
    copyFileSync(first, file);
    const database = new DatabaseSync(file);
    database.exec("UPDATE advisory SET id = 'GHSA-0000-0000-0000' WHERE number = 1");
    database.close();
    assert.equal((await update(file, openFolderStore(place))).outcome, 'base');
    assertSameBytes(file, readFileSync(third));
  });

  test('a scan that runs during an update reads the old database to its end', async (t) => {
    const place = await published(t);
    const file = join(temporaryFolder(t), 'mine.db');
    copyFileSync(first, file);
    const scanning = openAdvisoryDatabase(file);
    t.after(() => scanning.close());
    const before = scanning.candidates('Alpine:v3.18', 'busybox');
    await update(file, openFolderStore(place));
    assert.deepEqual(scanning.candidates('Alpine:v3.18', 'busybox'), before);
    assert.equal(scanning.info.digest, digests[0]);
    assert.equal(verifyDatabase(file).digest, digests[2]);
  });

  test('plain files behind a web server, with a connection that breaks', async (t) => {
    const place = await published(t);
    let broken = 0;
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const path = join(place, pathname.slice('/a/'.length));
      if (!pathname.startsWith('/a/') || !existsSync(path)) {
        response.writeHead(404).end();
        return;
      }
      const bytes = readFileSync(path);
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const range =
        start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
      response.writeHead(start > 0 ? 206 : 200, { 'content-length': bytes.length - start, ...range });
      if (path.includes('files') && start === 0) {
        broken += 1;
        response.write(bytes.subarray(0, 100), () => response.destroy());
      } else response.end(bytes.subarray(start));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { signal } = new AbortController();
    const store = openStore(`http://127.0.0.1:${port}/a`, { environment: {}, signal });
    t.after(() => store.close());
    const file = join(temporaryFolder(t), 'mine.db');
    const result = await update(file, store);
    assert.deepEqual([result.outcome, broken > 0], ['base', true]);
    assertSameBytes(file, readFileSync(third));
    const absent = openStore(`http://127.0.0.1:${port}/b`, { environment: {}, signal });
    t.after(() => absent.close());
    await assert.rejects(update(file, absent), fails('CHANNEL_NOT_FOUND'));
  });

  test('an artifact in a real registry', { skip }, async (t) => {
    await withRealRegistry({}, async (host) => {
      const { signal } = new AbortController();
      const open = () => openWritableStore(`${host}/security/advisories:latest`, { environment: {}, signal });
      const store = open();
      t.after(() => store.close());
      const file = join(temporaryFolder(t), 'mine.db');
      await assert.rejects(update(file, store), fails('CHANNEL_NOT_FOUND'));
      await publish(store, first);
      assert.equal((await update(file, store)).outcome, 'base');
      await publish(store, second);
      await publish(store, third);
      const { outcome, deltas } = await update(file, store);
      assert.deepEqual([outcome, deltas], ['deltas', 2]);
      assertSameBytes(file, readFileSync(third));
    });
  });
});

test('keys: Ed25519 and ECDSA P-256 as PEM, no others', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  assert.equal(keyIdentifier(parseSigningKey(pem, 'k')), keyIdentifier(ec.publicKey));
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const text of [
    '',
    'no key',
    rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString(),
  ]) {
    assert.throws(() => parseVerificationKey(text, 'k'), fails('CHANNEL_KEY_INVALID'));
  }
});
