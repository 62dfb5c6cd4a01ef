import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import type { ContextChecksum } from './contents.ts';
import {
  contentKey,
  forgetUnused,
  formatRecordedContents,
  readRecordedContents,
  type RecordedFacts,
  writeRecordedContents,
} from './recorded-contents.ts';

const facts = (directory: string, file: string): RecordedFacts => ({
  gitCommit: 'a'.repeat(40),
  directory,
  file,
  builder: '',
  checksum: 'b'.repeat(64) as ContextChecksum,
  froms: ['debian:13', 'scratch', 'debian:13'],
  lastStageFrom: 'scratch',
  epoch: 1_700_000_000,
});

const RECORDED = new Map([facts('b', 'a'), facts('a', 'b')].map((each) => [contentKey(each), each]));

function fileFor(context: TestContext, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-contents-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

for (const name of ['contents.jsonl', 'contents.jsonl.zst']) {
  test(`facts are read from ${name} as they were written`, (context) => {
    const file = fileFor(context, name);
    assert.equal(readRecordedContents(file).size, 0);
    writeRecordedContents(file, RECORDED);
    const read = readRecordedContents(file);
    assert.deepEqual(read, RECORDED);
    const first = readFileSync(file);
    writeRecordedContents(file, new Map([...read].reverse()));
    assert.ok(first.equals(readFileSync(file)), 'the same facts give the same bytes');
  });
}

test('facts that nobody uses are forgotten when they are many, and those in use never', () => {
  const recorded = new Map(
    Array.from({ length: 1_100 }, (_, at) => facts(`${at}`, 'Dockerfile')).map((each) => [
      contentKey(each),
      each,
    ]),
  );
  const keys = [...recorded.keys()];
  assert.equal(forgetUnused(recorded, new Set(keys.slice(0, 50))), recorded);
  assert.deepEqual([...forgetUnused(recorded, new Set(keys.slice(0, 49))).keys()], keys.slice(0, 49));
  assert.equal(forgetUnused(recorded, new Set([...keys.slice(0, 60), 'another'])), recorded);
});

test('directory and file are told apart', () => {
  assert.notEqual(contentKey(facts('a', 'b\nc')), contentKey(facts('a\nb', 'c')));
});

for (const [what, damage, line] of [
  ['is empty', () => '', 1],
  ['is of another version', (text: string) => text.replace('"version":1', '"version":2'), 1],
  ['is cut off', (text: string) => text.slice(0, -20), 3],
  ['has a checksum that is none', (text: string) => text.replace('bbbb', 'xxxx'), 2],
  ['has a time that is none', (text: string) => text.replace('1700000000', '-1'), 2],
  ['has facts without images', (text: string) => text.replace(/\["debian[^\]]*\]/, '[]'), 2],
] as const) {
  test(`a file that ${what} is refused, with the line`, (context) => {
    const file = fileFor(context, 'contents.jsonl');
    writeFileSync(file, damage(formatRecordedContents(RECORDED)));
    assert.throws(() => readRecordedContents(file), {
      code: 'CONTENTS_INVALID',
      message: new RegExp(`contents\\.jsonl, line ${line}: `),
    });
  });
}

test('a packed file that is damaged is refused', (context) => {
  const file = fileFor(context, 'contents.jsonl.zst');
  writeFileSync(file, zstdCompressSync('x'.repeat(1000)).subarray(0, 15));
  assert.throws(() => readRecordedContents(file), { code: 'CONTENTS_INVALID' });
});
