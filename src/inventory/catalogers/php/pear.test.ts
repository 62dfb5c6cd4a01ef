import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { pearCataloger } from './pear.ts';
import { parsePearPackage } from './pear-registry.ts';
import { parseSerialized } from './php-serialized.ts';

const TREE = fixtureTree('php/pear.tar.gz');
const REGISTRY = 'usr/share/php/.registry';

const table = (name: string) =>
  fixture(`php/${name}.expected.tsv`)
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));

test('every package of the registry as PHP itself reads it', () => {
  const { packages, coverage } = inventoryOf([TREE]);
  const found = packages.filter(({ type }) => type === 'pear' || type === 'pecl');
  const expected = table('pear').map(([channel, name, version, licence, files]) => {
    const purl = channel === 'pecl.php.net' ? `pkg:pecl/${name}` : `pkg:pear/${channel}/${name}`;
    return `${purl}@${version} ${licence} ${files}`;
  });
  assert.deepEqual(
    found.map(({ purl, licences, files }) => `${purl} ${licences[0]} ${files.length}`).sort(),
    expected.sort(),
  );
  assert.deepEqual(coverage, []);
});

test('a package as the registry describes it', () => {
  const { packages } = inventoryOf([TREE]);
  const { name, supplier, description, dependencies, dependsOn } =
    packages.find(({ purl }) => purl === 'pkg:pear/pear.horde.org/Horde_Exception@2.0.8') ?? assert.fail();
  assert.deepEqual(
    { name, supplier, description, dependencies, dependsOn },
    {
      name: 'pear.horde.org/Horde_Exception',
      supplier: 'Chuck Hagenbuch <chuck@horde.org>, Jan Schneider <jan@horde.org>',
      description: 'Horde Exception Handler',
      dependencies: ['pear.horde.org/Horde_Translation'],
      dependsOn: [],
    },
  );
  const pear = packages.find(({ name }) => name === 'pear.php.net/PEAR') ?? assert.fail();
  assert.equal(pear.dependsOn.length, 4);
});

describe('what PHP serializes', () => {
  const VALUES: readonly (readonly [text: string, value: unknown])[] = [
    ['N;', null],
    ['b:1;', true],
    ['b:0;', false],
    ['i:-7;', -7],
    ['d:0.5;', 0.5],
    ['s:0:"";', ''],
    ['s:3:"a"b";', 'a"b'],
    ['s:2:"é";', 'é'],
    ['a:0:{}', new Map()],
    [
      'a:2:{i:0;s:1:"a";s:1:"k";a:1:{i:5;N;}}',
      new Map<string, unknown>([
        ['0', 'a'],
        ['k', new Map([['5', null]])],
      ]),
    ],
  ];
  for (const [text, value] of VALUES) {
    test(text, () => assert.deepEqual(parseSerialized(Buffer.from(text)), value));
  }

  const REFUSED = [
    '',
    'N',
    's:5:"a";',
    's:99999999999:"a";',
    's:-1:"a";',
    'a:1:{}',
    'a:9999999:{i:0;',
    'a:1:{N;N;}',
    'a:1:{a:0:{}N;}',
    'O:8:"stdClass":0:{}',
    'C:1:"A":0:{}',
    'R:1;',
    '{"json": 1}',
    `${'a:1:{i:0;'.repeat(200)}N;${'}'.repeat(200)}`,
  ];
  for (const text of REFUSED) {
    test(`refused: ${text.slice(0, 40)}`, () => assert.equal(parseSerialized(Buffer.from(text)), undefined));
  }
});

const DAMAGED: readonly (readonly [what: string, text: string, packages: number, coverage: number])[] = [
  ['a package of version 1 of the format', 'a:2:{s:7:"package";s:4:"Mail";s:7:"version";s:5:"1.0.1";}', 1, 0],
  ['an array that names no package', 'a:1:{s:13:"_lastmodified";i:1;}', 0, 0],
  ['no array', 'i:1;', 0, 0],
  ['a name with a slash', 'a:1:{s:4:"name";s:4:"../a";}', 0, 0],
  ['something else', 'REGEDIT4', 0, 1],
  ['an empty file', '', 0, 1],
];
for (const [what, text, packages, coverage] of DAMAGED) {
  test(`an entry with ${what}`, () => {
    const inventory = inventoryOf([{ [`${REGISTRY}/mail.reg`]: text }]);
    assert.deepEqual([inventory.packages.length, inventory.coverage.length], [packages, coverage]);
  });
}

test('the registration files of Windows are no evidence', () => {
  assert.deepEqual(inventoryOf([{ 'srv/settings.reg': 'REGEDIT4' }]).coverage, []);
});

test('no bytes make it throw, and what it reads can be cataloged', () => {
  const entry = TREE[`${REGISTRY}/mail.reg`] as Uint8Array;
  const change = fc.tuple(
    fc.nat({ max: entry.length - 1 }),
    fc.constantFrom(...Buffer.from('sia:;{}"019\0é')),
  );
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.nat({ max: entry.length }),
      (changes, length) => {
        const bytes = Buffer.from(entry);
        for (const [at, value] of changes) bytes[at] = value;
        for (const content of [bytes, bytes.subarray(0, length)]) {
          const record = parsePearPackage(content);
          if (record) pearCataloger.catalog(new Map([['a', record]]), { distribution: null });
        }
      },
    ),
    { numRuns: 300 },
  );
});
