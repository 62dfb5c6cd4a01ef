import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatBuilds, forArchitecture, readBuilds } from './builds-document.ts';

const FIXTURE = new URL('../../../test/fixtures/library/builds/builds.json', import.meta.url);
const text = readFileSync(FIXTURE, 'utf8');

test('a document is read and written back byte for byte', () => {
  const records = readBuilds(text, 'builds.json');
  assert.equal(records.length, 5);
  assert.ok(formatBuilds(records) === text);
});

test('the order of fields is that of Go, whatever it was', () => {
  const records = readBuilds(text, 'builds.json').map((record) => ({
    ...record,
    resolved: record.resolved === null ? null : (reversed(record.resolved) as typeof record.resolved),
  }));
  assert.ok(formatBuilds(records) === text);
});

test('of an index only what is for the architecture stays', () => {
  const [first] = readBuilds(text, 'builds.json');
  assert.ok(first?.resolved);
  assert.deepEqual(forArchitecture(first.resolved, first.architecture), first.resolved);
  assert.equal(forArchitecture(first.resolved, 's390x'), null);
});

test('what is no such document is refused, with the place', () => {
  const [, build = ''] = /"buildId": ("[^"]+")/.exec(text) ?? [];
  for (const [changed, message] of [
    ['[]', /builds\.json: is not an object of builds/],
    [text.replace('"arch": "amd64"', '"arch": "amd65"'), /build\.arch/],
    [text.replace(`"buildId": ${build}`, `"buildId": "${'0'.repeat(64)}"`), /says that it is 0{64}/],
    [text.replace(/"digest": "sha256:[0-9a-f]+/, '"digest": "sha256:0'), /not a digest/],
  ] as const) {
    assert.throws(() => readBuilds(changed, 'builds.json'), { code: 'DOCUMENT_INVALID', message });
  }
});

/** The same with all fields of all objects the other way around. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
}
