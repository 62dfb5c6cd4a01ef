import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { parseModuleEntry } from './module-entry.ts';

const TREE = fixtureTree('php/pear.tar.gz');

/** Name and version as PHP says them. */
const EXPECTED = fixture('php/extensions.expected.tsv')
  .toString()
  .trim()
  .split('\n')
  .map((line) => line.split('\t'));

test('an extension that PECL installed is one package, all others are their own', () => {
  const { packages } = inventoryOf([TREE]);
  assert.deepEqual(
    packages.filter(({ type }) => type !== 'pear').map(({ purl, evidence }) => [purl, evidence[0]?.path]),
    [
      ['pkg:generic/php/ext-ctype@8.2.35', 'usr/lib/php/20220829/ctype.so'],
      ['pkg:generic/php/ext-dom@20031129', 'usr/lib/php/20220829/dom.so'],
      ['pkg:generic/php/ext-zend-opcache@8.2.35', 'usr/lib/php/20220829/opcache.so'],
      ['pkg:pecl/apcu@5.1.22', 'usr/share/php/.registry/.channel.pecl.php.net/apcu.reg'],
    ],
  );
});

test('an extension of a Debian package is that package', () => {
  const path = 'usr/lib/php/20220829/ctype.so';
  const { packages } = inventoryOf([
    {
      [path]: TREE[path] ?? null,
      'etc/os-release': 'ID=debian\nVERSION_ID=12\n',
      'var/lib/dpkg/status':
        'Package: php8.2-common\nStatus: install ok installed\nArchitecture: amd64\nVersion: 8.2.35-1~deb12u1\n',
      'var/lib/dpkg/info/php8.2-common.list': `/${path}\n`,
    },
  ]);
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['php8.2-common'],
  );
});

const LIBRARIES: Readonly<Record<string, string>> = { 'Zend OPcache': 'opcache' };
for (const [name = '', version] of EXPECTED) {
  test(`${name} has the version that phpversion() gives`, () => {
    const path = `usr/lib/php/20220829/${LIBRARIES[name] ?? name}.so`;
    assert.deepEqual(parseModuleEntry(TREE[path] as Uint8Array), { name, version });
  });
}

for (const [path, library] of Object.entries(fixtureTree('php/ctype-8.2.32.tar.gz'))) {
  test(`compiled for another processor: ${path}`, () => {
    assert.deepEqual(parseModuleEntry(library as Uint8Array), {
      name: 'ctype',
      version: '8.2.32',
    });
  });
}

const PLACES: readonly (readonly [path: string, isExtension: boolean])[] = [
  ['usr/local/lib/php/extensions/no-debug-non-zts-20220829/ctype.so', true],
  ['usr/lib64/php/modules/ctype.so', true],
  ['usr/lib/php83/modules/ctype.so', true],
  ['usr/lib/x86_64-linux-gnu/ctype.so', false],
];
for (const [path, isExtension] of PLACES) {
  test(`${isExtension ? 'an extension' : 'no evidence'}: ${path}`, () => {
    assert.deepEqual(
      inventoryOf([{ [path]: TREE['usr/lib/php/20220829/ctype.so'] ?? null }]).packages.map(
        ({ purl }) => purl,
      ),
      isExtension ? ['pkg:generic/php/ext-ctype@8.2.35'] : [],
    );
  });
}

test('truncated anywhere, or with changed bytes', () => {
  const library = TREE['usr/lib/php/20220829/ctype.so'] as Uint8Array;
  for (let length = 0; length < library.length; length += 97) parseModuleEntry(library.subarray(0, length));
  const change = fc.tuple(fc.nat({ max: library.length - 1 }), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const bytes = Buffer.from(library);
      for (const [at, value] of changes) bytes[at] = value;
      parseModuleEntry(bytes);
    }),
    { numRuns: 300 },
  );
});
