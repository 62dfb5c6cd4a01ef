import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdvisoryError } from '../errors.ts';
import { readDocument } from './feed-document.ts';
import { isPlainText } from '../feed.ts';

const read = (path: string, text: string) => readDocument({ path, bytes: Buffer.from(text) });

test('what a file is shows in its first character and its name', () => {
  for (const [path, text, expected] of [
    ['data', ' {"a": 1}', { kind: 'tree', path: 'data', value: { a: 1 } }],
    ['all.json', '[1]', { kind: 'tree', path: 'all.json', value: [1] }],
    ['a.yaml', 'affected: [1.10, no]', { kind: 'tree', path: 'a.yaml', value: { affected: ['1.10', 'no'] } }],
    ['scores.csv', '#model', { kind: 'text', path: 'scores.csv', text: '#model' }],
    // without a key that every feed has, and so not worth the time
    ['deploy.yml', 'kind: Pod', null],
    ['oval.xml', '<oval/>', { kind: 'xml', path: 'oval.xml', text: '<oval/>' }],
    ['binary', 'a\0b', null],
    // begins like JSON, but does not say that it is
    [
      'data/DSA/list',
      '[05 Apr 2023] DSA-5385-1 firefox-esr',
      { kind: 'text', path: 'data/DSA/list', text: '[05 Apr 2023] DSA-5385-1 firefox-esr' },
    ],
    ['empty', '', null],
  ] as const) {
    assert.deepEqual(read(path, text), expected, path);
  }
});

test('a file that says it is JSON or YAML and is broken is an error', () => {
  for (const [path, text] of [
    ['broken.json', '{"id": '],
    ['broken.yaml', 'affected: [1, {2'],
    ['bomb.yaml', 'affected: &a [x]\nb: [*a, *a]'],
  ] as const) {
    assert.throws(
      () => read(path, text),
      (error) => error instanceof AdvisoryError && error.code === 'FEED_FILE_UNREADABLE',
      path,
    );
  }
});

test('bytes that are no text cost a name, not the document', () => {
  const bytes = Buffer.from('{"prose": "caf\xe9", "name": "caf\xe9"}', 'latin1');
  const document = readDocument({ path: 'latin1.json', bytes });
  assert.deepEqual(document?.kind === 'tree' ? document.value : null, {
    prose: 'caf\ufffd',
    name: 'caf\ufffd',
  });
  assert.equal(isPlainText('caf\ufffd'), false);
  assert.throws(
    () => readDocument({ path: 'a.yaml', bytes: Buffer.from('affected: \xe9', 'latin1') }),
    AdvisoryError,
  );
});

test('deep nesting is an error or a value, not a crash', () => {
  const depth = 200_000;
  assert.doesNotThrow(() => read('deep', '['.repeat(depth) + ']'.repeat(depth)));
  assert.throws(() => read('deep.yaml', `affected: ${'['.repeat(depth)}`), AdvisoryError);
});
