import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CURATED_PRODUCTS } from '../../src/advisories/feeds/cpe/curated-products.ts';
import { SOFTWARE } from '../../src/inventory/catalogers/binary/software.ts';

/** Those that catalogers put together in code: runtimes of Java, and WordPress. */
const OTHERS = [
  'azul:zulu',
  'eclipse:openj9',
  'oracle:graalvm',
  'oracle:graalvm_for_jdk',
  'oracle:jdk',
  'oracle:jre',
  'oracle:openjdk',
  'wordpress:wordpress',
];

test('feeds keep the products that catalogers know by a CPE, and no others', () => {
  const stated = SOFTWARE.flatMap(({ cpes }) => cpes ?? []);
  assert.deepEqual([...CURATED_PRODUCTS.keys()].sort(), [...new Set([...stated, ...OTHERS])].sort());
});
