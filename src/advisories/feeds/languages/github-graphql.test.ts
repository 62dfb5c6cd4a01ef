import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FEEDS, readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('nodes of one advisory are parts of it (GHSA-qcxh-w3j9-58qr)', () => {
  const parts = readFeed('github-graphql/maven.json').flatMap((item) =>
    item.kind === 'advisory' ? [[item.advisory.id, item.part]] : [],
  );
  assert.deepEqual(parts, [
    ['GHSA-qcxh-w3j9-58qr', 'Maven org.apache.tomcat.embed:tomcat-embed-core >= 8.0.0, < 8.5.38'],
    ['GHSA-qcxh-w3j9-58qr', 'Maven org.apache.tomcat.embed:tomcat-embed-core >= 9.0.0, < 9.0.16'],
  ]);
});

test('short versions of npm and Cargo', () => {
  for (const [path, ecosystem, fixed] of [
    ['npm', 'npm', '1.2.0'],
    ['cargo', 'crates.io', '0.3.0'],
  ] as const) {
    const [entry] = readAdvisory(`github-graphql/${path}.json`).affected;
    assert.deepEqual([entry?.ecosystem, entry?.intervals[0]?.fixed], [ecosystem, fixed]);
  }
});

test('an answer says which ecosystem it is about, in itself or by its name', () => {
  const bytes = readFileSync(join(FEEDS, 'github-graphql', 'maven.json'));
  assert.equal(readFeed('answers/page.json', bytes)[0]?.kind, 'rejected');
  const stated = bytes.toString().replaceAll('"package": {', '"package": {"ecosystem": "MAVEN",');
  assert.equal(readFeed('answers/page.json', Buffer.from(stated))[0]?.kind, 'advisory');
});
