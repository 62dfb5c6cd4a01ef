import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createHashList, decodeHashes, encodeHashes, hashPath } from './path-hash.ts';

test('hashes are exact integers, and stay what they are', () => {
  // Layers are cached with their hashes: another value would make old results wrong.
  assert.equal(hashPath(''), 276989198610190);
  assert.equal(hashPath('var/lib/dpkg/status'), 6934887662902226);
  fc.assert(fc.property(fc.string(), (path) => Number.isSafeInteger(hashPath(path))));
});

test('paths that are alike have different hashes', () => {
  const hashes = new Set<number>();
  const low = new Set<number>();
  const high = new Set<number>();
  const count = 200_000;
  for (let at = 0; at < count; at++) {
    const hash = hashPath(`usr/share/doc/package-${at % 1000}/file${at}`);
    hashes.add(hash);
    low.add(hash % 2 ** 32);
    high.add(Math.floor(hash / 2 ** 32));
  }
  assert.equal(hashes.size, count);
  // as many collisions in each half as chance gives: about five among 2^32, and 4.6 % among 2^21
  assert.ok(low.size > count - 30);
  assert.ok(Math.abs(high.size - 2 ** 21 * (1 - Math.exp(-count / 2 ** 21))) < 1500);
});

test('a list of hashes comes back from its text', () => {
  const paths = fc.array(fc.string(), { maxLength: 3000 });
  fc.assert(
    fc.property(paths, (list) => {
      const hashes = createHashList();
      for (const path of list) hashes.add(path);
      assert.deepEqual([...decodeHashes(encodeHashes(hashes.values()))], list.map(hashPath));
    }),
    { numRuns: 50 },
  );
  assert.equal(encodeHashes(createHashList().values()), '');
  assert.equal(decodeHashes('AAAA').length, 0);
});
