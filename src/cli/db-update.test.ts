/** `hallmark db update` from upstream, and `hallmark db sources`. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FEEDS, temporaryFolder } from '../../test/advisories/feed-fixtures.ts';
import { startUpstream } from '../../test/advisories/upstream-server.ts';
import { commandLine } from '../../test/cli/command-line.ts';

test('sources are fetched, listed, reported when they break, and asked for again without being named', async (t) => {
  const hallmark = commandLine(t);
  const nowhere = await hallmark(['db', 'update']);
  assert.equal(nowhere.status, 3);
  assert.match(nowhere.stderr, /UPDATE_FROM_NOWHERE[^]*--from and --key, or [^]*--upstream or --source/);

  const server = await startUpstream(t);
  server.files.set('/kev.json', {
    body: readFileSync(join(FEEDS, 'kev/known_exploited_vulnerabilities.json')),
    etag: '"one"',
  });
  const sources = join(temporaryFolder(t), 'sources.yaml');
  writeFileSync(sources, `cisa-kev: ${server.address}/kev.json\n`);
  const first = await hallmark(['db', 'update', '--sources', sources]);
  assert.equal(first.status, 0, first.stderr);
  assert.match(
    first.stdout,
    /^SOURCE +STATE +RECORDS +CHANGED\ncisa-kev +updated +\d+ +20[^]*\nA new database was made: /,
  );
  const again = await hallmark(['db', 'update']);
  assert.match(again.stdout, /^cisa-kev +unchanged [^]*\nThe database is up to date: /m);
  assert.match((await hallmark(['db', 'status'])).stdout, /imported/);

  server.files.set('/kev.json', { body: '<html>', etag: '"two"' });
  const broken = await hallmark(['db', 'update', '--format', 'json']);
  assert.equal(broken.status, 1);
  const { feeds, database } = JSON.parse(broken.stdout);
  assert.deepEqual([feeds[0].outcome, database.isNew], ['broken', false]);
  const listed = await hallmark(['db', 'sources']);
  assert.match(listed.stdout, /^cisa-kev +broken +0 hours +0 hours +\d+ /m);
  assert.match(listed.stdout, /^wolfi +terms +- /m);
  assert.match(listed.stdout, /\ncisa-kev: http:.*\/kev\.json is in no format that Hallmark reads\n$/);
  const documents = JSON.parse((await hallmark(['db', 'sources', '--format', 'json'])).stdout);
  const [kev] = documents.filter(({ id }: { id: string }) => id === 'cisa-kev');
  assert.deepEqual([kev.selected, kev.outcome, kev.licence], [true, 'broken', 'CC0-1.0']);
});

test('a database comes from one place', async (t) => {
  const hallmark = commandLine(t);
  const both = await hallmark(['db', 'update', '--from', '/nowhere', '--source', 'cisa-kev']);
  assert.deepEqual([both.status, /not both/.test(both.stderr)], [3, true]);
  for (const [id, code] of [
    ['gitlab', 'SOURCE_TERMS'],
    ['wolfi', 'SOURCE_TERMS'],
    ['nobody', 'UPSTREAM_UNKNOWN'],
  ] as const) {
    const { status, stderr } = await hallmark(['db', 'update', '--source', id]);
    assert.deepEqual([status, stderr.includes(code)], [3, true], stderr);
  }
  const offline = await hallmark(['db', 'update', '--offline', '--source', 'cisa-kev']);
  assert.match(offline.stderr, /OFFLINE/);
});
