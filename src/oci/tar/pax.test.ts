import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readPax } from './pax.ts';

function valuesOf(text: string | Buffer): Record<string, string> | string {
  const pax = readPax(Buffer.from(text));
  return typeof pax === 'string' ? pax : Object.fromEntries(pax.values);
}

/** A record with its length, which counts its own digits. */
function record(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${rest}`;
}

test('readPax takes the records that matter', () => {
  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ['', {}],
    ['19 path=etc/passwd\n', { path: 'etc/passwd' }],
    ['30 ctime=1350244992.023960108\n19 path=etc/passwd\n', { path: 'etc/passwd' }],
    ['30 mtime=1350244992.023960108\n', { mtime: '1350244992.023960108' }],
    [record('SCHILY.xattr.user.a', 'b\nc'), { 'SCHILY.xattr.user.a': 'b\nc' }],
    [record('path', 'a') + record('path', 'b'), { path: 'b' }],
    [record('path', 'a') + record('path', ''), {}],
    [record('path', 'a=b'), { path: 'a=b' }],
    [record('path', 'a\n9 path=b'), { path: 'a\n9 path=b' }],
    [record('path', 'naïve'), { path: 'naïve' }],
    [record('size', '123456'), { size: '123456' }],
    [record('__proto__', 'bad') + record('LIBARCHIVE.xattr.user.a', 'b'), {}],
  ];
  for (const [text, expected] of cases) assert.deepEqual(valuesOf(text), expected, text);
});

test('readPax keeps the pairs of a sparse map in order', () => {
  const pairs = [record('GNU.sparse.offset', '0'), record('GNU.sparse.numbytes', '512')];
  const pax = readPax(Buffer.from(pairs.join('').repeat(2)));
  assert.deepEqual(typeof pax === 'string' ? pax : pax.sparsePairs, [0, 512, 0, 512]);
});

test('readPax refuses what could be read in two ways', () => {
  const broken = [
    'path=a\n',
    '8 path=a\n',
    '11 path=a\n',
    '99 path=a\n',
    '9 path=a ',
    '-9 path=a\n',
    '+9 path=a\n',
    '5 =a\n',
    '8 patha\n',
    '0 \n',
    '2 \n',
    '999999999999999999999 path=a\n',
    ' path=a\n',
    record('GNU.sparse.numbytes', '1'),
    record('GNU.sparse.offset', '1').repeat(2),
  ];
  for (const text of broken) assert.equal(typeof readPax(Buffer.from(text)), 'string', text);
});

test('no bytes make readPax throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      readPax(Buffer.from(bytes));
    }),
  );
});
