import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FEEDS, NOW, temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { startUpstream, type UpstreamServer } from '../../../test/advisories/upstream-server.ts';
import { DEFAULT_RETRY_POLICY } from '../../oci/registry/retry.ts';
import { keptFile, openKept } from './kept-facts.ts';
import { updateFeed, type FeedOptions } from './update-feed.ts';
import type { Retrieval, Upstream } from './upstream.ts';
import { openWebClient } from './web-client.ts';

/** The real catalog's first entries, and as many again under invented numbers as make a file of some size. */
const KEV = largeCatalog();

function largeCatalog(): Buffer {
  const catalog = JSON.parse(
    readFileSync(join(FEEDS, 'kev/known_exploited_vulnerabilities.json'), 'utf8'),
  ) as { count: number; vulnerabilities: { cveID: string }[] };
  const [first] = catalog.vulnerabilities;
  const more = Array.from({ length: 40 }, (_, index) => ({ ...first, cveID: `CVE-2026-${90_000 + index}` }));
  const vulnerabilities = [...catalog.vulnerabilities, ...more];
  return Buffer.from(JSON.stringify({ ...catalog, count: vulnerabilities.length, vulnerabilities }));
}

function source(at: readonly string[], retrieval: Retrieval = { kind: 'files' }) {
  const upstream: Upstream = {
    id: 'under-test',
    title: 'Under test',
    retrieval,
    addresses: at,
    licence: 'CC0-1.0',
    terms: null,
    byDefault: true,
    everyHours: 1,
    sizeBytes: 0,
  };
  return { ...upstream, retrieval };
}

/** Waits are written down and not waited. */
function quick() {
  const waits: number[] = [];
  const policy = {
    ...DEFAULT_RETRY_POLICY,
    random: () => 0,
    sleep: (milliseconds: number) => Promise.resolve(void waits.push(milliseconds)),
  };
  const web = { environment: {}, signal: new AbortController().signal, policy };
  return { waits, web };
}

async function setUp(t: TestContext) {
  const server = await startUpstream(t);
  const { waits, web } = quick();
  const folder = temporaryFolder(t);
  const update = (upstream: ReturnType<typeof source>, options: Partial<FeedOptions> = {}) =>
    updateFeed(upstream, { folder, now: NOW, web, ...options });
  return { server, waits, web, folder, update };
}

async function records(folder: string, digest: string | undefined): Promise<readonly string[]> {
  const kept = await openKept(folder, digest ?? '');
  const lines: string[] = [];
  for await (const line of kept.records) lines.push(line);
  return lines;
}

const refused = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code;

const scores = (count: number) =>
  `#model_version:v1,score_date:2026-11-20T00:00:00Z\ncve,epss,percentile\n${Array.from({ length: count }, (_, index) => `CVE-2024-${10_000 + index},0.5,0.5\n`).join('')}`;

describe('a file', () => {
  test('is fetched again only when it has changed, and read again only when its bytes have', async (t) => {
    const { server, folder, update } = await setUp(t);
    const kev = source([`${server.address}/kev.json`]);
    server.files.set('/kev.json', {
      body: KEV,
      etag: '"one"',
      lastModified: 'Fri, 07 Aug 2026 00:00:00 GMT',
    });
    const first = await update(kev);
    assert.deepEqual([first.outcome, first.problem], ['updated', null]);
    assert.equal(first.facts?.records, JSON.parse(KEV.toString('utf8')).vulnerabilities.length);

    const second = await update(kev);
    assert.deepEqual([second.outcome, second.facts], ['unchanged', first.facts]);
    const { headers } = server.seen[1] ?? {};
    assert.deepEqual(
      [headers?.['if-none-match'], headers?.['if-modified-since']],
      ['"one"', 'Fri, 07 Aug 2026 00:00:00 GMT'],
    );

    server.files.set('/kev.json', { body: KEV, etag: '"two"' });
    assert.equal((await update(kev)).outcome, 'unchanged');
    const forced = await update(kev, { force: true });
    assert.deepEqual([forced.outcome, forced.facts?.records], ['updated', first.facts?.records]);
    assert.deepEqual(readdirSync(folder).sort(), [`facts-${forced.facts?.digest}.zst`, 'state.json']);
  });

  test('that breaks off goes on where it did, as long as it is the same file', async (t) => {
    const { server, update } = await setUp(t);
    const body = gzipSync(KEV, { level: 0 });
    server.files.set('/kev.json.gz', { body, etag: '"one"' });
    let cuts = 0;
    server.misbehave = (response) => {
      cuts += 1;
      if (cuts > 2) return false;
      response.writeHead(200, { 'content-length': body.length, etag: '"one"' });
      response.write(body.subarray(0, 3000 * cuts), () => response.destroy());
      return true;
    };
    const state = await update(source([`${server.address}/kev.json.gz`]));
    assert.deepEqual([state.outcome, state.problem], ['updated', null]);
    assert.deepEqual(
      server.seen.map(({ headers }) => [headers.range, headers['if-range']]),
      [
        [undefined, undefined],
        ['bytes=3000-', '"one"'],
        ['bytes=6000-', '"one"'],
      ],
    );
  });

  test('that broke off for good is gone on with by the next update, unless it is another by then', async (t) => {
    for (const [etag, range] of [
      ['"one"', 'bytes=5000-'],
      ['"two"', 'bytes=5000-'],
    ]) {
      const { server, update } = await setUp(t);
      const kev = source([`${server.address}/kev.json`]);
      server.misbehave = (response, { headers }) => {
        if (headers.range !== undefined) response.destroy();
        else {
          response.writeHead(200, { 'content-length': KEV.length, etag: '"one"' });
          response.write(KEV.subarray(0, 5000), () => response.destroy());
        }
        return true;
      };
      assert.equal((await update(kev)).outcome, 'broken');
      server.misbehave = null;
      server.files.set('/kev.json', { body: KEV, etag: etag ?? '' });
      server.seen.length = 0;
      assert.equal((await update(kev)).outcome, 'updated');
      assert.deepEqual([server.seen.length, server.seen[0]?.headers.range], [1, range]);
    }
  });

  test('is asked for again after 429 and 503, no sooner than the server wants', async (t) => {
    const { server, waits, update } = await setUp(t);
    server.files.set('/kev.json', { body: KEV });
    const answers = [429, 503];
    server.misbehave = (response) => {
      const status = answers.shift();
      if (status === undefined) return false;
      response.writeHead(status, status === 429 ? { 'retry-after': '7' } : {}).end();
      return true;
    };
    assert.equal((await update(source([`${server.address}/kev.json`]))).outcome, 'updated');
    assert.deepEqual(waits, [7000, 500]);
  });

  const BROKEN: Readonly<Record<string, (server: UpstreamServer) => void>> = {
    'a server that fails': (server) => {
      server.misbehave = (response) => Boolean(response.writeHead(500).end());
    },
    'a page in its place': (server) => {
      server.files.set('/kev.json', { body: '<html>Please sign in</html>', etag: '"page"' });
    },
    'JSON of something else': (server) => {
      server.files.set('/kev.json', { body: '{"message":"moved"}', etag: '"other"' });
    },
    'half of a compressed file': (server) => {
      server.files.set('/kev.json', { body: gzipSync(KEV, { level: 0 }).subarray(0, 9000) });
    },
    'half of a JSON file': (server) => {
      server.files.set('/kev.json', { body: KEV.subarray(0, 9000) });
    },
    'nothing where it was': (server) => {
      server.files.delete('/kev.json');
    },
    'an empty file': (server) => {
      server.files.set('/kev.json', { body: '' });
    },
    'a redirect to another protocol': (server) => {
      server.misbehave = (response) =>
        Boolean(response.writeHead(302, { location: 'ftp://127.0.0.1/kev.json' }).end());
    },
    'a redirect without end': (server) => {
      server.misbehave = (response) => Boolean(response.writeHead(302, { location: '/kev.json' }).end());
    },
    'a range that nobody asked for': (server) => {
      server.misbehave = (response) =>
        Boolean(response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('12345'));
    },
  };
  for (const [what, spoil] of Object.entries(BROKEN)) {
    test(`with ${what} keeps its last good facts, and recovers`, async (t) => {
      const { server, folder, update } = await setUp(t);
      const kev = source([`${server.address}/kev.json`]);
      server.files.set('/kev.json', { body: KEV, etag: '"one"' });
      const good = await update(kev);
      spoil(server);
      const state = await update(kev);
      assert.equal(state.outcome, 'broken');
      assert.ok(state.problem !== null && state.problem.length < 500, state.problem ?? '');
      assert.deepEqual(state.facts, good.facts);
      assert.equal((await records(folder, state.facts?.digest)).length, good.facts?.records);
      server.misbehave = null;
      server.files.set('/kev.json', { body: KEV.toString('utf8').replace('Known', 'known'), etag: '"good"' });
      const after = await update(kev);
      assert.deepEqual([after.outcome, after.problem], ['updated', null]);
    });
  }

  test('of several that fails leaves the others alone, and what it said before stays', async (t) => {
    const { server, folder, update } = await setUp(t);
    const [gem, other] = ['crack', 'yard'].map(
      (name) =>
        `gem: ${name}\ncve: 2021-12345\nurl: https://example.com\ntitle: a\ndate: 2021-01-02\npatched_versions: [">= 2"]\n`,
    );
    server.files.set('/a.yml', { body: gem ?? '' });
    server.files.set('/b.yml', { body: other ?? '' });
    const both = source(['a.yml', 'b.yml'].map((name) => `${server.address}/${name}`));
    const before = await update(both);
    assert.deepEqual([before.outcome, before.facts?.units, before.facts?.records], ['updated', 2, 2]);
    server.files.set('/a.yml', { body: (gem ?? '').replace('>= 2', '>= 3') });
    server.files.delete('/b.yml');
    const after = await update(both);
    assert.deepEqual([after.outcome, after.facts?.records], ['broken', 2]);
    const text = (await records(folder, after.facts?.digest)).join('\n');
    assert.ok(/"yard"/.test(text) && /\b3\b/.test(text), text);
    const without = await update(source([`${server.address}/a.yml`]));
    assert.deepEqual([without.outcome, without.facts?.records], ['updated', 1]);
  });

  test('that is larger than may be is given up, and nothing of it stays', async (t) => {
    const { server, folder, web } = await setUp(t);
    server.files.set('/huge', { body: Buffer.alloc(100_000), etag: '"one"' });
    const client = openWebClient(web);
    const address = `${server.address}/huge`;
    await assert.rejects(
      client.download({ address, file: join(folder, 'huge'), limitBytes: 99_999 }),
      refused('FEED_TOO_LARGE'),
    );
    await assert.rejects(client.read({ address, limitBytes: 99_999 }), refused('REGISTRY_PROTOCOL'));
    assert.deepEqual(readdirSync(folder), []);
    await client.close();
  });
});

describe('a source', () => {
  test('of which much has disappeared is held back until somebody accepts it', async (t) => {
    const { server, update } = await setUp(t);
    const epss = source([`${server.address}/epss.csv`]);
    for (const [count, outcome, kept] of [
      [1000, 'updated', 1000],
      [800, 'updated', 800],
      [639, 'held-back', 800],
      [600, 'held-back', 800],
      [2000, 'updated', 2000],
    ] as const) {
      server.files.set('/epss.csv', { body: scores(count) });
      const state = await update(epss);
      assert.deepEqual([state.outcome, state.facts?.records], [outcome, kept], String(count));
    }
    server.files.set('/epss.csv', { body: scores(90) });
    assert.equal((await update(epss)).problem, 'only 90 of 2000 records are left; the old ones stay');
    assert.equal((await update(epss, { acceptShrink: true })).facts?.records, 90);
    server.files.set('/epss.csv', { body: scores(41) });
    assert.equal((await update(epss)).outcome, 'updated', 'fifty records more or less say nothing');
  });

  test('whose kept facts are damaged is fetched again, whole', async (t) => {
    const { server, folder, update } = await setUp(t);
    const kev = source([`${server.address}/kev.json`]);
    server.files.set('/kev.json', { body: KEV, etag: '"one"' });
    const { facts } = await update(kev);
    const file = keptFile(folder, facts?.digest ?? '');
    for (const damage of [Buffer.alloc(0), Buffer.from('nonsense'), readFileSync(file).subarray(0, 200)]) {
      writeFileSync(file, damage);
      const state = await update(kev);
      assert.deepEqual([state.outcome, state.facts?.digest], ['updated', facts?.digest]);
      assert.equal((await records(folder, facts?.digest)).length, facts?.records);
    }
    for (const text of ['', '{', '{"id":"x"}']) {
      writeFileSync(join(folder, 'state.json'), text);
      assert.equal((await update(kev)).outcome, 'updated');
    }
  });

  test('is fetched from nowhere when that is forbidden', async (t) => {
    const { web, update } = await setUp(t);
    await assert.rejects(
      update(source(['https://feeds.example/kev.json']), { web: { ...web, offline: true } }),
      refused('OFFLINE'),
    );
  });

  test(
    'that does not fit on the disk leaves what there was',
    { skip: !existsSync('/dev/full') },
    async (t) => {
      const { server, folder, update } = await setUp(t);
      const kev = source([`${server.address}/kev.json`]);
      server.files.set('/kev.json', { body: KEV });
      const { facts } = await update(kev);
      server.files.set('/kev.json', {
        body: KEV.toString('utf8').replaceAll('CVE-2026-90001', 'CVE-2026-80001'),
      });
      symlinkSync('/dev/full', join(folder, 'facts.partial'));
      await assert.rejects(update(kev), refused('FEEDS_NOT_WRITTEN'));
      assert.equal((await records(folder, facts?.digest)).length, facts?.records);
      rmSync(join(folder, 'facts.partial'));
      const after = await update(kev);
      assert.deepEqual([after.outcome, after.facts?.records], ['updated', facts?.records]);
      assert.notEqual(after.facts?.digest, facts?.digest);
    },
  );

  test('that cannot be kept leaves what there was', async (t) => {
    const { server, folder, update } = await setUp(t);
    server.files.set('/kev.json', { body: KEV });
    writeFileSync(join(folder, 'downloads'), 'in the way');
    await assert.rejects(update(source([`${server.address}/kev.json`])), refused('FEEDS_NOT_WRITTEN'));
    assert.deepEqual(readdirSync(folder), ['downloads']);
  });
});
