import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { cleanPath, decodeName } from './entry-name.ts';

test('cleanPath leaves a path below the root', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['etc/passwd', 'etc/passwd'],
    ['./etc/passwd', 'etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['//etc///passwd//', 'etc/passwd'],
    ['etc/./ssl/.', 'etc/ssl'],
    ['etc/ssl/../passwd', 'etc/passwd'],
    ['.', ''],
    ['./', ''],
    ['/', ''],
    ['', ''],
    ['a/..', ''],
    ['home/.profile', 'home/.profile'],
    ['a/..b/...', 'a/..b/...'],
    ['a/.wh..wh..opq', 'a/.wh..wh..opq'],
    ['..', null],
    ['../etc/passwd', null],
    ['/../etc/passwd', null],
    ['a/../../etc/passwd', null],
    ['etc/pass\0wd', null],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['x'.repeat(256), null],
    ['é'.repeat(127), 'é'.repeat(127)],
    ['é'.repeat(128), null],
    [`${'d/'.repeat(2047)}f`, `${'d/'.repeat(2047)}f`],
    ['d/'.repeat(2049), null],
  ];
  for (const [name, expected] of cases) assert.equal(cleanPath(name), expected, name.slice(0, 40));
});

test('a clean path stays as it is, and never climbs', () => {
  const names = fc.array(fc.constantFrom('a', 'bc', '.', '..', '', '.wh.x', '...'), { maxLength: 12 });
  fc.assert(
    fc.property(names, (parts) => {
      const path = cleanPath(parts.join('/'));
      if (path === null) return;
      assert.equal(cleanPath(path), path);
      assert.ok(path === '' || path.split('/').every((part) => !['', '.', '..'].includes(part)));
    }),
  );
});

test('decodeName keeps UTF-8 and marks what is not', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['6574632f706173737764', 'etc/passwd'],
    ['c3a9', 'é'],
    ['f09f9098', '🐘'],
    ['e9', '\uEFE9'],
    ['61c32f62', 'a\uEFC3/b'],
    ['f09f90', '\uEFF0\uEF9F\uEF90'],
    // the bytes of U+EFE9 itself, which must not look like the byte E9
    ['eebfa9', '\uEFEE\uEFBF\uEFA9'],
    // an overlong slash and a surrogate are not UTF-8
    ['c0af', '\uEFC0\uEFAF'],
    ['eda080', '\uEFED\uEFA0\uEF80'],
  ];
  for (const [hex, expected] of cases) assert.equal(decodeName(Buffer.from(hex, 'hex')), expected, hex);
});

test('different bytes are different names, always well-formed', () => {
  const bytes = fc.array(fc.constantFrom(0x61, 0x2f, 0xc3, 0xa9, 0xee, 0xbf, 0xf0, 0x9f, 0x90, 0x98), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const [left, right] = [decodeName(Buffer.from(a)), decodeName(Buffer.from(b))];
      assert.ok(left.isWellFormed());
      assert.equal(left === right, Buffer.from(a).equals(Buffer.from(b)));
    }),
    { numRuns: 500 },
  );
});
