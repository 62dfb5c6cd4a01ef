import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseDigest } from '../model/digest.ts';
import { openBaseIndex, parseBaseReference, writeBaseIndex } from './base-index.ts';
import { AssessError } from './errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'hallmark-base-index-'));
after(() => rmSync(directory, { recursive: true }));

const DIGEST = parseDigest(`sha256:${'0'.repeat(64)}`);
const image = {
  names: ['docker.io/library/debian:12'],
  digest: DIGEST,
  indexDigest: null,
  configDigest: DIGEST,
  platform: 'linux/amd64',
  created: null,
  chainId: DIGEST,
  layers: 1,
};

test('an index is read as it was written', () => {
  const file = join(directory, 'deep', 'index.json');
  const index = { schema: 'hallmark.base-index/1', images: [image] } as const;
  writeBaseIndex(file, index);
  assert.deepEqual(openBaseIndex(file, {}), index);
  assert.deepEqual(openBaseIndex(undefined, { HALLMARK_BASE_INDEX: file }), index);
});

const isMissing = (error: unknown) => error instanceof AssessError && error.code === 'BASE_INDEX_NOT_FOUND';

test('without one nothing is known, but one that is named must be there', () => {
  assert.equal(openBaseIndex(undefined, { HALLMARK_DATA_DIR: directory }), null);
  assert.throws(() => openBaseIndex(join(directory, 'none'), {}), isMissing);
  assert.throws(() => openBaseIndex(undefined, { HALLMARK_BASE_INDEX: join(directory, 'none') }), isMissing);
});

for (const [what, text] of [
  ['no JSON', '{'],
  ['another schema', '{"schema":"hallmark.assessment/1","images":[]}'],
  ['no list', '{"schema":"hallmark.base-index/1","images":{}}'],
  ['an image that is none', '{"schema":"hallmark.base-index/1","images":[1]}'],
  [
    'a chain ID that is none',
    JSON.stringify({ schema: 'hallmark.base-index/1', images: [{ ...image, chainId: 'x' }] }),
  ],
  [
    'layers that are no number',
    JSON.stringify({ schema: 'hallmark.base-index/1', images: [{ ...image, layers: '1' }] }),
  ],
] as const) {
  test(`a file that is no index: ${what}`, () => {
    const file = join(directory, 'broken.json');
    writeFileSync(file, text);
    assert.throws(
      () => openBaseIndex(file, {}),
      (error) => error instanceof AssessError && error.code === 'BASE_INDEX_UNREADABLE',
    );
  });
}

for (const [text, reference, name] of [
  ['debian:12', 'debian:12', null],
  ['corp/base:1=oci-dir:./base', 'oci-dir:./base', 'docker.io/corp/base:1'],
  ['registry.corp/base=docker-archive:a=b.tar', 'docker-archive:a=b.tar', 'registry.corp/base:latest'],
  ['oci-dir:./a=b', 'oci-dir:./a=b', null],
  ['./a=b', './a=b', null],
] as const) {
  test(`${text} is ${reference}${name === null ? '' : ` called ${name}`}`, () => {
    assert.deepEqual(parseBaseReference(text), { reference, name });
  });
}
