/** Each way of publishing, against a server or repository that changes from one update to the next. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FEEDS, NOW, temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { startUpstream } from '../../../test/advisories/upstream-server.ts';
import { writeZip } from '../../../test/zip-writer.ts';
import { DEFAULT_RETRY_POLICY } from '../../oci/registry/retry.ts';
import type { FetchEvent } from './fetch-event.ts';
import { fetchRepository } from './git-repository.ts';
import { openKept } from './kept-facts.ts';
import { updateFeed, type FeedOptions } from './update-feed.ts';
import type { Retrieval, Upstream } from './upstream.ts';
import { openWebClient } from './web-client.ts';

const fixture = (path: string) => readFileSync(join(FEEDS, path));

function source(address: string, retrieval: Retrieval): Upstream & { readonly retrieval: Retrieval } {
  return {
    id: 'under-test',
    title: 'Under test',
    retrieval,
    addresses: [address],
    licence: 'CC0-1.0',
    terms: null,
    byDefault: true,
    everyHours: 1,
    sizeBytes: 0,
  };
}

async function setUp(t: TestContext, path: string, retrieval: Retrieval) {
  const server = await startUpstream(t);
  const folder = temporaryFolder(t);
  const waits: number[] = [];
  let clock = NOW.getTime();
  const policy = {
    ...DEFAULT_RETRY_POLICY,
    now: () => clock,
    sleep: (milliseconds: number) => {
      waits.push(milliseconds);
      clock += milliseconds;
      return Promise.resolve();
    },
  };
  const web = { environment: {}, signal: new AbortController().signal, policy };
  const upstream = source(server.address + path, retrieval);
  /** What was asked for, and the units that are kept afterwards. */
  async function update(options: Partial<FeedOptions> = {}) {
    server.seen.length = 0;
    const state = await updateFeed(upstream, { folder, now: NOW, web, ...options });
    const kept = state.facts === null ? null : await openKept(folder, state.facts.digest);
    await kept?.close();
    return {
      outcome: state.outcome,
      problem: state.problem,
      units: kept?.units.map(({ unit }) => unit) ?? [],
      asked: server.seen.map(({ path: seen }) => seen),
      facts: state.facts,
    };
  }
  return { server, folder, waits, web, upstream, update };
}

const osvRecord = (id: string, modified: string, fixed = '2.0') =>
  JSON.stringify({
    id,
    modified,
    schema_version: '1.4.0',
    affected: [
      {
        package: { ecosystem: 'PyPI', name: id.toLowerCase() },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });

test("OSV's export: an archive first, then single records, also those dated into the future", async (t) => {
  const { server, update } = await setUp(t, '/PyPI', { kind: 'osv-export' });
  const publish = (records: Readonly<Record<string, string>>) => {
    const lines = Object.entries(records).sort(([, a], [, b]) => (a < b ? 1 : -1));
    const list = lines.map(([id, time]) => `${time},${id}\n`).join('');
    server.files.set('/PyPI/modified_id.csv', {
      body: list,
      etag: `"${createHash('md5').update(list).digest('hex')}"`,
    });
    for (const [id, time] of lines) server.files.set(`/PyPI/${id}.json`, { body: osvRecord(id, time) });
  };
  const many = Object.fromEntries(
    Array.from({ length: 1001 }, (_, index) => [`PYSEC-2025-${index}`, '2026-01-01T00:00:00Z']),
  );
  // PYSEC-2024-115 really says that it was modified in 2027
  publish({ ...many, 'PYSEC-2024-115': '2027-05-01T00:00:00Z' });
  server.files.set('/PyPI/all.zip', {
    body: writeZip({
      ...Object.fromEntries(Object.entries(many).map(([id, time]) => [`${id}.json`, osvRecord(id, time)])),
      // the archive lags behind the list in one record and lacks another
      'PYSEC-2025-7.json': osvRecord('PYSEC-2025-7', '2025-12-31T23:59:59Z'),
    }),
  });
  const first = await update();
  assert.deepEqual([first.outcome, first.problem, first.units.length], ['updated', null, 1002]);
  assert.deepEqual(first.asked, [
    '/PyPI/modified_id.csv',
    '/PyPI/all.zip',
    '/PyPI/PYSEC-2024-115.json',
    '/PyPI/PYSEC-2025-7.json',
  ]);
  const second = await update();
  assert.deepEqual([second.outcome, second.asked], ['unchanged', ['/PyPI/modified_id.csv']]);

  const { 'PYSEC-2025-3': _gone, ...others } = many;
  publish({ ...others, 'PYSEC-2024-115': '2027-05-01T00:00:00Z', 'PYSEC-2025-9': '2026-11-20T10:00:00Z' });
  const third = await update();
  assert.deepEqual(
    [third.outcome, third.asked],
    ['updated', ['/PyPI/modified_id.csv', '/PyPI/PYSEC-2025-9.json']],
  );
  assert.ok(!third.units.includes('PyPI/PYSEC-2025-3'));

  // a record that is listed and not there is asked for again
  publish({ ...others, 'PYSEC-2025-1': '2026-11-20T11:00:00Z' });
  server.files.delete('/PyPI/PYSEC-2025-1.json');
  const fourth = await update();
  assert.deepEqual([fourth.outcome, fourth.units.includes('PyPI/PYSEC-2025-1')], ['broken', true]);
  server.files.set('/PyPI/PYSEC-2025-1.json', { body: osvRecord('PYSEC-2025-1', '2026-11-20T11:00:00Z') });
  const fifth = await update();
  assert.deepEqual(
    [fifth.outcome, fifth.asked],
    ['updated', ['/PyPI/modified_id.csv', '/PyPI/PYSEC-2025-1.json']],
  );

  server.files.set('/PyPI/modified_id.csv', { body: 'Not a list\n' });
  assert.equal((await update()).outcome, 'broken');
});

test("OSV's convention for publishers: what all.json says is other is fetched", async (t) => {
  const { server, update } = await setUp(t, '/osv', { kind: 'osv-rest' });
  const publish = (records: Readonly<Record<string, string>>) => {
    const list = Object.entries(records).map(([id, modified]) => ({ id, modified }));
    server.files.set('/osv/all.json', {
      body: JSON.stringify(list),
      etag: `"${JSON.stringify(list).length}${list[0]?.modified}"`,
    });
    for (const { id, modified } of list)
      server.files.set(`/osv/${encodeURIComponent(id)}.json`, { body: osvRecord(id, modified) });
  };
  publish({ 'SUSE-SU-2026:1-1': '2026-01-01T00:00:00Z', B: '2026-01-01T00:00:00Z' });
  const first = await update();
  assert.deepEqual([first.outcome, first.units], ['updated', ['B', 'SUSE-SU-2026:1-1']]);
  assert.deepEqual((await update()).asked, ['/osv/all.json']);
  publish({ 'SUSE-SU-2026:1-1': '2026-01-02T00:00:00Z' });
  const second = await update();
  assert.deepEqual([second.units, second.asked.length], [['SUSE-SU-2026:1-1'], 2]);
  server.files.set('/osv/all.json', { body: '[{"id":"../../etc/passwd","modified":"x"}]' });
  assert.equal((await update()).outcome, 'broken');
});

/** Of `changes.csv` and `deletions.csv`. */
const line = (name: string, time: string) => `"${name}","${time}"\n`;

test('a server that fails for every record is soon left alone', async (t) => {
  const { server, update } = await setUp(t, '/osv', { kind: 'osv-rest' });
  const list = Array.from({ length: 100 }, (_, index) => ({
    id: `A-${index}`,
    modified: '2026-01-01T00:00:00Z',
  }));
  server.files.set('/osv/all.json', { body: JSON.stringify(list) });
  const state = await update();
  assert.match(state.problem ?? '', /A-0.json is listed, but not there; and 99 more$/);
  assert.ok(state.asked.length < 30, `${state.asked.length} requests`);
});

test("Red Hat's CSAF: archive, changes since, deletions", async (t) => {
  const { server, update } = await setUp(t, '/vex/', { kind: 'csaf-directory' });
  const documents = new Map(
    ['cve-2022-38752', 'cve-2023-38545', 'cve-2025-40907'].map((name) => [
      `${name.slice(4, 8)}/${name}.json`,
      fixture(`csaf-redhat/${name}.json`),
    ]),
  );
  const [oldest = '', middle = '', newest = ''] = documents.keys();
  const many = Array.from({ length: 2000 }, (_, index) => `2020/cve-2020-${10_000 + index}.json`);
  const changes = [
    line(newest, '2026-11-02T10:00:00+00:00'),
    line(oldest, '2026-10-01T00:00:00+00:00'),
    line(oldest, '2026-09-01T00:00:00+00:00'),
    ...many.map((name) => line(name, '2026-01-01T00:00:00+00:00')),
  ];
  server.files.set('/vex/changes.csv', { body: changes.join('') });
  server.files.set('/vex/deletions.csv', {
    body: line(many[0] ?? '', '2026-05-01T00:00:00+00:00').repeat(2),
  });
  server.files.set('/vex/archive_latest.txt', { body: 'csaf_vex_2026-11-01.zip\n' });
  const archived = documents.get(oldest) ?? '';
  server.files.set('/vex/csaf_vex_2026-11-01.zip', {
    body: writeZip({
      ...Object.fromEntries(many.map((name) => [`vex/${name}`, '{"placeholder":true}'])),
      [`vex/${oldest}`]: archived,
      [`vex/${middle}`]: documents.get(middle) ?? '',
    }),
  });
  server.files.set(`/vex/${newest}`, { body: documents.get(newest) ?? '' });
  const first = await update();
  assert.deepEqual([first.outcome, first.problem, first.units.length], ['updated', null, 2002]);
  assert.ok(!first.units.includes(many[0] ?? '') && first.units.includes(middle));
  assert.deepEqual(first.asked.slice(2), [
    '/vex/archive_latest.txt',
    '/vex/csaf_vex_2026-11-01.zip',
    `/vex/${newest}`,
  ]);

  server.files.set('/vex/deletions.csv', { body: line(middle, '2026-11-03T00:00:00+00:00') });
  server.files.set('/vex/changes.csv', {
    body: [line(oldest, '2026-11-05T00:00:00+00:00'), ...changes].join(''),
  });
  server.files.set(`/vex/${oldest}`, { body: archived });
  server.files.set(`/vex/${many[0]}`, { body: archived });
  const second = await update();
  assert.deepEqual([second.outcome, second.problem], ['updated', null]);
  assert.deepEqual(second.asked.slice(2), [`/vex/${oldest}`, `/vex/${many[0]}`]);
  assert.ok(!second.units.includes(middle));

  server.files.set('/vex/changes.csv', { body: '"../../secret.json","2026-11-05T00:00:00+00:00"\n' });
  assert.equal((await update()).outcome, 'broken');
});

test('NVD: all pages slowly, then windows; a first fetch that breaks off goes on', async (t) => {
  const { server, waits, web, update } = await setUp(t, '/cves', { kind: 'nvd-api' });
  const page = JSON.parse(fixture('nvd/page.json').toString('utf8')) as {
    vulnerabilities: { cve: { id: string } }[];
  };
  const answer = (total: number) => {
    server.files.set('/cves', { body: JSON.stringify({ ...page, totalResults: total }) });
  };
  answer(4001);
  server.misbehave = (response, { path }) =>
    path.includes('startIndex=2000') && Boolean(response.writeHead(500).end());
  const first = await update();
  assert.deepEqual([first.outcome, first.units.length], ['broken', page.vulnerabilities.length]);
  server.misbehave = null;
  waits.length = 0;
  const second = await update();
  assert.deepEqual(
    [second.outcome, second.asked],
    ['updated', ['/cves?resultsPerPage=2000&startIndex=2000', '/cves?resultsPerPage=2000&startIndex=4000']],
  );
  assert.deepEqual(waits, [6500]);

  answer(1);
  const later = new Date(NOW.getTime() + 130 * 86_400_000);
  const third = await update({ now: later, web: { ...web, environment: { NVD_API_KEY: 'mine' } } });
  const windows = server.seen.map(({ path }) => new URL(path, server.address).searchParams);
  assert.deepEqual(
    windows.map((query) => [query.get('lastModStartDate'), query.get('lastModEndDate')]),
    [
      ['2026-11-20T23:00:00.000Z', '2027-03-19T23:00:00.000Z'],
      ['2027-03-19T23:00:00.000Z', later.toISOString()],
    ],
  );
  assert.equal(server.seen[0]?.headers['apikey'], 'mine');
  assert.equal(third.problem, null);
});

test('repositories of rpm packages: updateinfo where its checksum in repomd.xml is another', async (t) => {
  const { server, update } = await setUp(t, '/al2023/mirror.list', { kind: 'rpm-repository' });
  const publish = (bytes: Buffer, checksum = createHash('sha256').update(bytes).digest('hex')) => {
    const entry = `<data type="updateinfo"><checksum type="sha256">${checksum}</checksum><location href="repodata/updateinfo.xml.gz"/></data>`;
    const index = fixture('updateinfo/repomd.xml').toString('utf8').replace('</repomd>', `${entry}</repomd>`);
    server.files.set('/guid/repodata/repomd.xml', { body: index });
    server.files.set('/guid/repodata/updateinfo.xml.gz', { body: bytes });
  };
  server.files.set('/al2023/mirror.list', { body: `${server.address}/guid\n` });
  const updates = gzipSync(fixture('updateinfo/amazon-2023.xml'));
  publish(updates);
  const first = await update();
  assert.deepEqual([first.outcome, first.problem, first.asked.length], ['updated', null, 3]);
  const second = await update();
  assert.deepEqual([second.outcome, second.asked.length], ['unchanged', 2]);
  publish(updates, 'a'.repeat(64));
  assert.match((await update()).problem ?? '', /is not the file that/);
  server.files.set('/guid/repodata/repomd.xml', { body: fixture('updateinfo/repomd.xml') });
  const fourth = await update();
  assert.match(fourth.problem ?? '', /names no updateinfo/);
  assert.deepEqual(fourth.facts, first.facts);
});

test('lists in pages: Bodhi by number, Apollo by link', async (t) => {
  const updates = ['FEDORA-2023-6d4055d482', 'FEDORA-EPEL-2017-a8886eb42e'].map((name) => {
    const document = JSON.parse(fixture(`fedora-bodhi/${name}.json`).toString('utf8'));
    return document.update ?? document.updates?.[0] ?? document;
  });
  const bodhi = await setUp(t, '/updates/?type=security', {
    kind: 'json-pages',
    pages: { records: 'updates', name: 'alias', next: 'number' },
  });
  for (const [index, update] of updates.entries())
    bodhi.server.files.set(`/updates/?type=security${index === 0 ? '' : '&page=2'}`, {
      body: JSON.stringify({ updates: [update], page: index + 1, pages: 2 }),
    });
  const first = await bodhi.update();
  assert.deepEqual(
    [first.outcome, first.units],
    ['updated', ['FEDORA-2023-6d4055d482', 'FEDORA-EPEL-2017-a8886eb42e']],
  );
  assert.equal((await bodhi.update()).outcome, 'unchanged');

  const apollo = await setUp(t, '/osv/', {
    kind: 'json-pages',
    pages: { records: 'advisories', name: 'id', next: 'link' },
  });
  const rocky = JSON.parse(fixture('osv/rocky/RLSA-2024_3671.json').toString('utf8'));
  const pages = (next: string) => {
    apollo.server.files.set('/osv/', { body: JSON.stringify({ advisories: [rocky], links: { next } }) });
    apollo.server.files.set('/osv/?page=2', {
      body: JSON.stringify({ advisories: [{ ...rocky, id: 'RLSA-2024:9999' }], links: { next: null } }),
    });
  };
  pages('/osv/?page=2');
  assert.deepEqual((await apollo.update()).units, ['RLSA-2024:3671', 'RLSA-2024:9999']);
  pages('http://elsewhere.example/osv/');
  assert.match((await apollo.update()).problem ?? '', /leads elsewhere/);
});

test("EPSS: yesterday's file as long as today's is not there", async (t) => {
  const { server, update } = await setUp(t, '/epss_scores-', { kind: 'daily-file', ending: '.csv' });
  const scores = fixture('epss-excerpt.csv');
  server.files.set('/epss_scores-2026-11-20.csv', { body: scores, etag: '"one"' });
  const first = await update();
  assert.deepEqual(first.asked, ['/epss_scores-2026-11-21.csv', '/epss_scores-2026-11-20.csv']);
  assert.equal((await update()).outcome, 'unchanged');
  server.files.set('/epss_scores-2026-11-21.csv', { body: '<html>Soon</html>' });
  const second = await update();
  assert.deepEqual([second.outcome, second.units], ['broken', first.units]);
  server.files.set('/epss_scores-2026-11-21.csv', {
    body: scores.toString('utf8').replace('2026-08-16', '2026-11-21'),
  });
  const third = await update();
  assert.deepEqual([third.outcome, third.units.length], ['updated', 1]);
  assert.equal((await update({ now: new Date('2026-12-24T00:00:00Z') })).outcome, 'broken');
});

const git = spawnSync('git', ['--version']).status === 0;

test(
  'a git repository: only files that have changed, and nothing that it could run',
  { skip: git ? false : 'git is not installed' },
  async (t) => {
    const work = temporaryFolder(t);
    const environment = { PATH: process.env['PATH'], HOME: work };
    const run = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', work, ...args], {
        env: { ...environment, GIT_CONFIG_NOSYSTEM: '1' },
        stdio: 'pipe',
      });
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), text);
    };
    run('init', '--quiet', '--initial-branch=main');
    put('advisories/A.json', osvRecord('A', '2026-01-01T00:00:00Z'));
    put('advisories/B.json', osvRecord('B', '2026-01-01T00:00:00Z'));
    put('advisories/README.md', '# Nothing');
    put('elsewhere/C.json', '{}');
    put('.gitattributes', '*.json filter=evil\n');
    symlinkSync('/etc/passwd', join(work, 'advisories/link.json'));
    run('add', '.');
    run('commit', '--quiet', '-m', 'one');

    const mine = temporaryFolder(t);
    const known = new Map<string, string>();
    async function fetched() {
      const { signal } = new AbortController();
      const order = {
        upstream: source(`file://${work}`, {
          kind: 'git',
          branch: null,
          folders: ['advisories/'],
          endings: ['.json'],
        }),
        web: openWebClient({ environment, signal }),
        folder: join(mine, 'downloads'),
        mark: null,
        known: () => Promise.resolve(known),
        now: NOW,
        environment,
        offline: false,
        signal,
        report: () => {},
      };
      const events: FetchEvent[] = [];
      for await (const event of fetchRepository(order, ['file'])) events.push(event);
      return events.map((event) => {
        if (event.kind === 'file') known.set(event.unit, event.version);
        if (event.kind === 'gone') known.delete(event.unit);
        const text = event.kind === 'file' ? Buffer.from(event.file.bytes).toString('utf8') : '';
        return [event.kind, 'unit' in event ? event.unit : '', text] as const;
      });
    }
    const one = '2026-01-01T00:00:00Z';
    assert.deepEqual(await fetched(), [
      ['file', 'advisories/A.json', osvRecord('A', one)],
      ['file', 'advisories/B.json', osvRecord('B', one)],
    ]);
    assert.deepEqual(await fetched(), []);
    put('advisories/B.json', osvRecord('B', '2026-01-02T00:00:00Z'));
    rmSync(join(work, 'advisories/A.json'));
    run('add', '-A');
    // history that is written anew is no obstacle
    run('commit', '--quiet', '--amend', '-m', 'two');
    writeFileSync(join(mine, 'repository.git', 'shallow.lock'), '');
    assert.deepEqual(await fetched(), [
      ['gone', 'advisories/A.json', ''],
      ['file', 'advisories/B.json', osvRecord('B', '2026-01-02T00:00:00Z')],
    ]);
    rmSync(join(work, '.git'), { recursive: true });
    await assert.rejects(
      fetched(),
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 'GIT_FAILED',
    );
  },
);
