/** `library docs`, `library ledger`, `library tags` and `library status` on a small programme with a state. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { publication, retirement } from '../../../test/library/small-ledger.ts';
import { parseJsonObject } from '../../formats/json.ts';
import { RepositorySchema } from '../../library/documents/repository-schema.ts';
import type { LedgerEvent } from '../../library/ledger/entry.ts';
import { digestOf } from '../../model/digest.ts';
import { openState } from '../../library/state/open-state.ts';
import { StatusSchema } from '../../library/status/status-schema.ts';
import { TagsSchema } from '../../library/tags/tags-schema.ts';

const COMMIT = 'a'.repeat(40);
const REDIS = `Maintainers: Ann Author (@ann)
GitRepo: https://github.com/ann/redis.git
GitCommit: ${COMMIT}

Tags: 8.0.1, 8, latest
Architectures: amd64, arm64v8

Tags: 8.0.1-slim, 8-slim
Directory: slim
`;

function programme(t: TestContext, events: readonly LedgerEvent[] = []) {
  const folder = temporaryDirectory(t);
  const put = (path: string, text: string) => {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  };
  put(
    'programme.yaml',
    'schema: hallmark.programme/1\nname: ours\ndocuments: texts\npageUrl: https://images.example/%s\n',
  );
  put('library/redis', REDIS);
  put('texts/redis/content.md', '# What is Redis?\n\n%%LOGO%%\n');
  put('texts/redis/README-short.txt', 'A store of *keys* and values.\n');
  put('texts/redis/logo.png', 'png');
  const state = openState(join(folder, '.hallmark'));
  for (const [index, event] of events.entries()) {
    const at = `2026-11-0${index + 1}T00:00:00Z`;
    state.beginPublication({ id: at, event, index: '', at });
    state.completePublication(at, event, at);
  }
  state.close();
  const hallmark = commandLine(t);
  return {
    folder,
    put,
    read: (path: string) => readFileSync(join(folder, path), 'utf8'),
    run: (...args: readonly string[]) =>
      hallmark(['library', ...args, '--programme', folder], { workingDirectory: folder }),
  };
}

const EVENTS = [publication('redis', ['8.0.1', '8', 'latest']), retirement('redis', ['7'], '8')];

suite('library docs', () => {
  test('writes what differs, and says whether something does', async (t) => {
    const { run, read, folder, put } = programme(t, EVENTS);
    const checked = await run('docs', '--output', 'pages', '--check');
    assert.equal(checked.status, 2);
    assert.equal(statSync(join(folder, 'pages'), { throwIfNoEntry: false }), undefined);
    const { status, stdout, stderr } = await run('docs', '--output', 'pages');
    assert.equal(status, 0);
    assert.deepEqual(stdout.split('\n'), [
      'redis/repository.json',
      'redis/logo.png',
      'redis/README.md',
      'README.md',
      '',
    ]);
    assert.equal(stderr, '4 files written, 0 as they should be\n');
    const page = read('pages/redis/README.md');
    assert.match(
      page,
      /# Supported tags and respective `Dockerfile` links\n\n-\t\[`8\.0\.1`, `8`, `latest`\]\(/,
    );
    assert.match(page, /## Retired Tags\n\n-\t`7`: not supported since 2026-11-02; `8` takes its place\n/);
    assert.match(page, /# What is Redis\?\n\n!\[logo\]\(logo\.png\)\n/);
    assert.match(page, /## `redis:<version>-slim`/);
    assert.match(page, /\tAnn Author \(`@ann`\)\n/);
    assert.match(
      read('pages/README.md'),
      /\| \[`redis`\]\(\.\/redis\/README\.md\) \| A store of \\\*keys\\\* and values\. \| 5 \| amd64, arm64v8 \(3 tags incomplete\) \|/,
    );
    const again = await run('docs', '--output', 'pages', '--check');
    assert.deepEqual([again.status, again.stdout], [0, '']);
    put('library/redis', REDIS.replace('8-slim', '8-lean'));
    assert.equal(
      (await run('docs', '--output', 'pages', '--check')).stdout,
      'redis/repository.json\nredis/README.md\n',
    );
  });

  test('without --output they go where the programme puts its pages', async (t) => {
    const { put, read, run } = programme(t);
    const { status, stderr } = await run('docs');
    assert.equal(status, 3);
    assert.match(stderr, /name a folder with --output: programme\.yaml names none in pages\.folder/);
    put('programme.yaml', 'schema: hallmark.programme/1\nname: ours\npages: { folder: site }\n');
    assert.equal((await run('docs')).status, 0);
    assert.match(read('site/README.md'), /^# ours\n/);
  });

  test('repository.json tells intended and actual', async (t) => {
    const { run, read } = programme(t, [...EVENTS, publication('redis', ['lost'])]);
    await run('docs', 'redis', '--output', 'pages');
    const record = RepositorySchema.parse(JSON.parse(read('pages/redis/repository.json')));
    assert.deepEqual(
      record.tags.map(({ tag, state, kind }) => [tag, state, kind]),
      [
        ['8.0.1', 'supported', 'simple'],
        ['8', 'supported', 'simple'],
        ['latest', 'supported', 'simple'],
        ['8.0.1-slim', 'supported', 'simple'],
        ['8-slim', 'supported', 'simple'],
        ['7', 'retired', null],
        ['lost', 'orphaned', null],
      ],
    );
    const [first] = record.tags;
    assert.deepEqual(first?.aliases, ['8', 'latest']);
    assert.deepEqual(first.intended, ['amd64', 'arm64v8']);
    assert.deepEqual(
      first.actual.map(({ architecture, sizeBytes }) => [architecture, sizeBytes]),
      [['amd64', null]],
    );
    assert.equal(
      record.entries[1]?.architectures[0]?.link,
      `https://github.com/ann/redis/blob/${COMMIT}/slim/Dockerfile`,
    );
    assert.equal(record.page, 'https://images.example/redis');
    assert.ok(record.tags.every(({ dated }) => dated === null));
    assert.equal(record.description, 'A store of *keys* and values.');
  });

  test('repository.json tells names that never move, of what a tag means now', async (t) => {
    const named = publication('redis', ['8.0.1', '8'], { dated: ['8.0.1-20261101', '8-20261101'] });
    const moved = publication('redis', ['8'], { digest: digestOf('new') });
    const { run, read } = programme(t, [named, moved]);
    await run('docs', 'redis', '--output', 'pages');
    const { tags } = RepositorySchema.parse(JSON.parse(read('pages/redis/repository.json')));
    assert.deepEqual(
      tags.map(({ tag, dated }) => [tag, dated]),
      [
        ['8.0.1', '8.0.1-20261101'],
        ['8', null],
        ['latest', null],
        ['8.0.1-slim', null],
        ['8-slim', null],
      ],
    );
  });

  test('pages of one architecture, and short ones', async (t) => {
    const { run, read } = programme(t);
    await run('docs', '--output', 'pages', '--arch', 's390x');
    assert.match(read('pages/s390x/redis/README.md'), /\*\*There is no `redis` for `s390x`\.\*\*/);
    await run('docs', '--output', 'pages', '--limit', '700');
    assert.ok(Buffer.byteLength(read('pages/redis/README.md')) <= 701);
  });

  test('texts that lead out of their folder, and names that are none', async (t) => {
    const { run, folder } = programme(t);
    symlinkSync('/etc/hostname', join(folder, 'texts/redis/license.md'));
    const { status, stderr } = await run('docs', '--output', 'pages');
    assert.equal(status, 1);
    assert.match(stderr, /redis: .*license\.md is a link that leads out of its folder\n/);
    const unknown = await run('docs', 'node', '--output', 'pages');
    assert.equal(unknown.status, 3);
    assert.match(unknown.stderr, /DEFINITION_NOT_FOUND/);
  });

  test('a definition that cannot be read keeps no other page back', async (t) => {
    const { run, put } = programme(t);
    put('library/broken', 'no colon\n');
    const { status, stdout, stderr } = await run('docs', '--output', 'pages');
    assert.equal(status, 1);
    assert.match(stderr, /^broken: /);
    assert.match(stdout, /redis\/README\.md/);
  });
});

suite('library tags', () => {
  test('what was retired is told from the ledger, also where the definitions have no history', async (t) => {
    const { put, run } = programme(t, [publication('redis', ['8', '7']), retirement('redis', ['7'], '8')]);
    const { status, stdout } = await run('tags', 'redis:7');
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^redis:7\n {2}state +retired: the publisher has retired it\n {2}since +2026-11-01 \(ledger\)\n {2}until +2026-11-02 \(ledger\)\n {2}use instead +8\n/,
    );
    const { tag } = TagsSchema.parse(JSON.parse((await run('tags', 'redis:8', '--format', 'json')).stdout));
    assert.deepEqual(
      [tag?.standing.state, tag?.standing.since],
      ['supported', { commit: null, at: Date.UTC(2026, 10, 1) / 1000 }],
    );
    put('library/redis', REDIS.replace('8.0.1,', '8.0.1, 7,'));
    const again = TagsSchema.parse(JSON.parse((await run('tags', 'redis:7', '--format', 'json')).stdout));
    assert.deepEqual([again.tag?.standing.state, again.tag?.standing.since], ['supported', null]);
    put('library/redis', REDIS);
    const { former } = TagsSchema.parse(JSON.parse((await run('tags', 'redis', '--format', 'json')).stdout));
    assert.deepEqual(former, [
      { tag: '7', state: 'retired', until: Date.UTC(2026, 10, 2) / 1000, successor: '8' },
    ]);
    assert.match((await run('tags', 'redis', '--history')).stdout, /\n7 +retired +2026-11-02 +8\n/);
  });
});

suite('names that never move', () => {
  const first = publication('redis', ['8.0.1', '8'], { dated: ['8.0.1-20261101'] });
  const second = publication('redis', ['8.0.1', '8'], { digest: digestOf('new'), dated: ['8.0.1-20261102'] });

  test('a tag tells its names', async (t) => {
    const { run } = programme(t, [first, second]);
    const { stdout } = await run('tags', 'redis:8.0.1', '--history');
    assert.match(stdout, /\n {2}dated name +8\.0\.1-20261102\n/);
    const [, list = ''] = /Names that never move\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
    assert.equal(list, `  8.0.1-20261102  ${second.digest}\n  8.0.1-20261101  ${first.digest}\n`);
    const { tag, former } = TagsSchema.parse(
      JSON.parse((await run('tags', 'redis:8.0.1', '--format', 'json')).stdout),
    );
    assert.deepEqual(tag?.dated, [
      { name: '8.0.1-20261102', at: '2026-11-02T00:00:00Z', digest: second.digest },
      { name: '8.0.1-20261101', at: '2026-11-01T00:00:00Z', digest: first.digest },
    ]);
    assert.equal(former, null);
  });

  test('a name tells what it is, and which tag moves on', async (t) => {
    const { run } = programme(t, [first, second]);
    const { status, stdout } = await run('tags', 'redis:8.0.1-20261101');
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^redis:8\.0\.1-20261101\n {2}state +dated: what 8\.0\.1 meant then, for good: sha256:\w+\n {2}since +2026-11-01 \(ledger\)\n {2}use instead +8\.0\.1\n/,
    );
    assert.match(stdout, /Which to use\n {2}1\. 8\.0\.1 /);
    assert.match((await run('tags', 'redis:8.0.1-20261103')).stdout, /state +unknown:/);
  });

  test('they are not among the tags that are no longer supported', async (t) => {
    const { run } = programme(t, [first, second, retirement('redis', ['7'])]);
    const { former } = TagsSchema.parse(JSON.parse((await run('tags', 'redis', '--format', 'json')).stdout));
    assert.deepEqual(
      former?.map(({ tag }) => tag),
      ['7'],
    );
  });
});

suite('library ledger', () => {
  test('where nothing was published it says so, and makes no state', async (t) => {
    const { folder, run } = programme(t);
    rmSync(join(folder, '.hallmark'), { recursive: true });
    const { status, stdout, stderr } = await run('ledger', '--verify');
    assert.deepEqual([status, stdout], [0, '']);
    assert.match(stderr, /^the ledger holds: 0 entries, nothing yet\nthe ledger has no entry of this yet\n$/);
    assert.deepEqual(readdirSync(folder).sort(), ['library', 'programme.yaml', 'texts']);
  });

  test('for people, by repository and from an entry on', async (t) => {
    const { run } = programme(t, EVENTS);
    const { stdout } = await run('ledger');
    assert.match(
      stdout,
      /^1 {2}2026-11-01T00:00:00Z {2}redis 8\.0\.1, 8, latest: published\n {4}redis:8\.0\.1, 8, latest mean sha256:/,
    );
    assert.match(
      (await run('ledger', '--from', '2')).stdout,
      /^2 {2}2026-11-02T00:00:00Z {2}redis 7: retired\n/,
    );
    const other = await run('ledger', 'node');
    assert.equal(`${other.stdout}${other.stderr}`, 'the ledger has no entry of this yet\n');
    assert.equal((await run('ledger', '--from', '0')).status, 3);
  });

  test('a copy, and one that was changed', async (t) => {
    const { run, put } = programme(t, EVENTS);
    const lines = (await run('ledger', '--format', 'json')).stdout;
    put('copy.jsonl', lines);
    const { status, stderr } = await run('ledger', '--verify', '--file', 'copy.jsonl');
    assert.equal(status, 0);
    assert.match(stderr, /^the ledger holds: 2 entries, sha256:/);
    put('copy.jsonl', lines.replace('"latest"', '"oldest"'));
    const changed = await run('ledger', '--verify', '--file', 'copy.jsonl');
    assert.equal(changed.status, 1);
    assert.match(changed.stderr, /LEDGER_BROKEN.*entry 1/s);
    assert.equal((await run('ledger', '--file', 'none.jsonl')).status, 3);
  });

  test('as lines, as feeds and as files of feeds', async (t) => {
    const { run, read } = programme(t, EVENTS);
    const lines = (await run('ledger', '--verify', '--format', 'json')).stdout.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => parseJsonObject(line)?.['sequence']),
      [1, 2],
    );
    assert.match(
      (await run('ledger', '--format', 'jsonfeed')).stdout,
      /"version": "https:\/\/jsonfeed\.org\/version\/1\.1"/,
    );
    assert.match((await run('ledger', 'redis', '--format', 'atom')).stdout, /<title>ours: redis<\/title>/);
    const { stdout } = await run('ledger', '--feeds', 'feeds', '--address', 'https://images.example/feeds');
    assert.deepEqual(stdout.trimEnd().split('\n'), [
      'feed.json',
      'feed.atom',
      'redis/feed.json',
      'redis/feed.atom',
    ]);
    assert.equal(
      parseJsonObject(read('feeds/redis/feed.json'))?.['feed_url'],
      'https://images.example/feeds/redis/feed.json',
    );
    assert.equal((await run('ledger', '--feeds', 'feeds', '--address', 'ftp://a')).status, 3);
  });

  test('verified', async (t) => {
    const { run } = programme(t, EVENTS);
    const { status, stderr } = await run('ledger', '--verify');
    assert.equal(status, 0);
    assert.match(stderr, /^the ledger holds: 2 entries, sha256:[0-9a-f]{64}\n$/);
  });
});

suite('library status', () => {
  test('in each format', async (t) => {
    const { run } = programme(t, EVENTS);
    const { status, stdout } = await run('status', '--format', 'json');
    assert.equal(status, 0);
    const document = StatusSchema.parse(JSON.parse(stdout));
    assert.equal(document.programme, 'ours');
    // its commit is nowhere at hand, and status fetches nothing
    assert.match(document.problems.join('\n'), /COMMIT_NOT_FOUND/);
    assert.match((await run('status')).stdout, /^ours: 0 of 0 images built\b/);
    assert.match((await run('status', 'redis', '--format', 'markdown')).stdout, /^# Status of ours\n/);
    assert.equal((await run('status', 'node')).status, 3);
  });
});
