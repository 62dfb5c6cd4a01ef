import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { FEEDS, NOW, temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { startUpstream } from '../../../test/advisories/upstream-server.ts';
import { buildDatabase } from '../../advisories/build.ts';
import { verifyDatabase } from '../../advisories/database/carry.ts';
import { openAdvisoryDatabase } from '../../advisories/database/database.ts';
import { importedDatabase } from '../../advisories/database/locate.ts';
import { DEFAULT_RETRY_POLICY } from '../../oci/registry/retry.ts';
import { feedsFolder } from './feed-state.ts';
import { withFeedsLocked } from './feeds-lock.ts';
import { keptFile } from './kept-facts.ts';
import { UPSTREAMS } from './register.ts';
import { chooseSources, type SelectionRequest } from './selection.ts';
import { updateFeeds, type UpdateFeedsOptions } from './update-feeds.ts';

const KEV = join(FEEDS, 'kev/known_exploited_vulnerabilities.json');
const DEBIAN = join(FEEDS, 'debian/tracker-librsync.json');

const refused = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code;

async function setUp(t: TestContext) {
  const server = await startUpstream(t);
  const dataDirectory = temporaryFolder(t);
  const sources = join(dataDirectory, 'sources.yaml');
  writeFileSync(
    sources,
    `cisa-kev: ${server.address}/kev.json\ndebian-tracker:\n  - ${server.address}/debian.json\n`,
  );
  server.files.set('/kev.json', { body: readFileSync(KEV), etag: '"kev"' });
  server.files.set('/debian.json', { body: readFileSync(DEBIAN), etag: '"debian"' });
  const update = (options: Partial<UpdateFeedsOptions> = {}) =>
    updateFeeds({
      dataDirectory,
      now: () => NOW.getTime(),
      web: {
        environment: {},
        signal: new AbortController().signal,
        policy: { ...DEFAULT_RETRY_POLICY, sleep: () => Promise.resolve() },
      },
      ...options,
    });
  const database = importedDatabase(dataDirectory);
  return { server, dataDirectory, sources, update, database, root: feedsFolder(dataDirectory) };
}

describe('an update from upstream', () => {
  test('makes the very database that is built of the same files', async (t) => {
    const { sources, update, database, dataDirectory } = await setUp(t);
    const { feeds, database: made } = await update({ sources });
    assert.deepEqual(
      feeds.map(({ id, outcome }) => [id, outcome]),
      [
        ['cisa-kev', 'updated'],
        ['debian-tracker', 'updated'],
      ],
    );
    assert.deepEqual([made?.file, made?.isNew], [database, true]);
    const built = join(dataDirectory, 'built.db');
    const from = [KEV, DEBIAN];
    const { digest } = await buildDatabase({ from, output: built, now: NOW });
    assert.deepEqual([verifyDatabase(database).digest, made?.content], [digest, digest]);
    assert.ok(readFileSync(database).equals(readFileSync(built)));
  });

  test('asks for all sources of the last time again, and writes nothing when nothing is new', async (t) => {
    const { server, sources, update, database } = await setUp(t);
    await update({ sources });
    rmSync(sources);
    const before = readFileSync(database);
    const again = await update();
    assert.deepEqual(
      [again.feeds.map(({ outcome }) => outcome), again.database?.isNew],
      [['unchanged', 'unchanged'], false],
    );
    assert.ok(readFileSync(database).equals(before));
    const one = await update({ source: ['cisa-kev'], force: true });
    assert.deepEqual([one.feeds.length, one.database?.content], [1, again.database?.content]);
    const without = await update({ without: ['debian-tracker'] });
    assert.deepEqual([without.feeds.map(({ id }) => id), without.database?.isNew], [['cisa-kev'], true]);
    assert.notEqual(without.database?.content, again.database?.content);
    assert.equal(server.seen.filter(({ path }) => path === '/debian.json').length, 2);
  });

  test('goes on without a source that fails, and keeps what it said', async (t) => {
    const { server, sources, update } = await setUp(t);
    const good = await update({ sources });
    server.files.set('/kev.json', { body: 'gone', etag: '"x"' });
    const bad = await update();
    assert.deepEqual(
      [bad.feeds.map(({ outcome }) => outcome), bad.database],
      [['broken', 'unchanged'], { ...good.database, isNew: false }],
    );
  });

  test('makes the database again when it is missing or another, but not of damaged facts', async (t) => {
    const { sources, update, database, root } = await setUp(t);
    const { feeds, database: made } = await update({ sources });
    rmSync(database);
    assert.deepEqual((await update()).database, made);
    await buildDatabase({ from: KEV, output: database, now: NOW });
    assert.deepEqual((await update()).database, made);

    rmSync(database);
    writeFileSync(keptFile(join(root, 'cisa-kev'), feeds[0]?.facts?.digest ?? ''), 'damage');
    await assert.rejects(update({ source: ['debian-tracker'] }), refused('FEEDS_DAMAGED'));
    assert.ok(!existsSync(database));
    assert.deepEqual((await update()).database, made);
  });

  test('does not disturb who has the database open', async (t) => {
    const { server, sources, update, database } = await setUp(t);
    await update({ sources });
    const open = openAdvisoryDatabase(database);
    t.after(() => open.close());
    const kev = readFileSync(KEV, 'utf8');
    const [cve = ''] = /CVE-\d{4}-\d+/.exec(kev) ?? [];
    server.files.set('/kev.json', { body: kev.replaceAll(cve, 'CVE-2026-99999') });
    assert.equal((await update()).database?.isNew, true);
    assert.notEqual(open.knownExploited(cve), null);
    const now = openAdvisoryDatabase(database);
    assert.deepEqual([now.knownExploited(cve), now.knownExploited('CVE-2026-99999') === null], [null, false]);
    now.close();
  });

  test('runs alone', async (t) => {
    const { sources, update, root } = await setUp(t);
    await withFeedsLocked(root, async () => {
      await assert.rejects(update({ sources }), refused('FEEDS_LOCKED'));
    });
    assert.equal((await update({ sources })).feeds.length, 2);
  });
});

const choose = (request: SelectionRequest) => chooseSources(request, null).upstreams.map(({ id }) => id);

describe('sources', () => {
  test('are fetched by default only where nobody has to accept anything', () => {
    const ids = choose({ upstream: true });
    assert.ok(ids.includes('debian-tracker') && ids.includes('osv-pypi') && ids.length > 40);
    for (const id of ['wolfi', 'chainguard', 'gitlab']) assert.ok(!ids.includes(id));
    assert.throws(() => choose({ source: ['wolfi'] }), refused('SOURCE_TERMS'));
    assert.throws(() => choose({ source: ['gitlab'], acceptLicence: ['gitlab'] }), refused('SOURCE_TERMS'));
    assert.deepEqual(choose({ source: ['wolfi'], acceptLicence: ['wolfi'] }), ['wolfi']);
    assert.throws(() => choose({}), refused('UPDATE_FROM_NOWHERE'));
  });

  test('have identifiers of their own, addresses of the web, and where one is named a licence', () => {
    assert.equal(new Set(UPSTREAMS.map(({ id }) => id)).size, UPSTREAMS.length);
    for (const { id, addresses, licence, title } of UPSTREAMS) {
      assert.match(id, /^[a-z][a-z0-9-]+$/);
      assert.ok(addresses.length > 0 && licence !== '' && title !== '', id);
      for (const address of addresses) assert.match(address, /^https:\/\/[a-z0-9.-]+\/\S*$/);
    }
  });

  test('in a file must be addresses of the web', (t) => {
    const file = join(temporaryFolder(t), 'sources.yaml');
    for (const text of [
      '- a',
      'cisa-kev: ftp://x/',
      'cisa-kev: [file:///etc]',
      'cisa-kev: {a: b}',
      '{',
      '',
    ]) {
      writeFileSync(file, text);
      assert.throws(() => choose({ sources: file }), refused('SOURCES_FILE_INVALID'), text);
    }
    writeFileSync(file, '{"cisa-kev": null}');
    assert.deepEqual(choose({ sources: file }), ['cisa-kev']);
    assert.throws(() => choose({ sources: join(file, 'absent') }), refused('SOURCES_FILE_INVALID'));
  });
});
