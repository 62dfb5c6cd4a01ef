import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixtureTree, inventoryOf, scanFiles } from '../../../../test/inventory/layer-stack.ts';
import { pacmanCataloger } from './pacman.ts';

const LOCAL = 'var/lib/pacman/local';
const TREE = fixtureTree('os/pacman.tar.gz');

/** As `pacman -Qi` printed them. */
const EXPECTED = [
  {
    purl: 'pkg:alpm/arch/gcc-libs@14.1.1%2Br58%2Bgfc9fb69ad62-1?arch=x86_64&distro=arch',
    source: { name: 'gcc', version: '14.1.1+r58+gfc9fb69ad62-1' },
    licences: ['GPL-3.0-with-GCC-exception', 'GFDL-1.3-or-later'],
    supplier: 'Example Packager <packager@example.org>',
    description: 'Runtime libraries shipped by GCC',
    homepage: 'https://gcc.gnu.org',
    files: ['usr/lib/libstdc++.so.6'],
    dependencies: [],
  },
  {
    purl: 'pkg:alpm/arch/mytool@2.0-1?arch=any&distro=arch',
    source: { name: 'mytool', version: '2.0-1' },
    licences: ['MIT', 'Apache-2.0'],
    supplier: null,
    description: 'A tool',
    homepage: 'https://tool.example.org',
    files: ['etc/mytool.conf', 'usr/bin/mytool', 'usr/share/doc/mytool/README'],
    dependencies: ['gcc-libs', 'zlib'],
  },
  {
    purl: 'pkg:alpm/arch/zlib@1:1.3.1-2?arch=x86_64&distro=arch',
    source: { name: 'zlib', version: '1:1.3.1-2' },
    licences: ['custom'],
    supplier: 'Example Packager <packager@example.org>',
    description: 'Compression library',
    homepage: 'https://www.zlib.net/',
    files: ['usr/lib/libz.so.1.3.1', 'usr/share/licenses/zlib/LICENSE'],
    dependencies: [],
  },
];

test('the packages that pacman installed', () => {
  const { packages, coverage, distribution } = inventoryOf([TREE]);
  assert.deepEqual(
    packages.map(({ purl, source, licences, supplier, description, homepage, files, dependencies }) => {
      return { purl, source, licences, supplier, description, homepage, files, dependencies };
    }),
    EXPECTED,
  );
  const [gcc, mytool, zlib] = packages;
  assert.deepEqual(mytool?.dependsOn, [gcc?.id, zlib?.id]);
  assert.deepEqual(
    mytool?.evidence.map(({ path }) => path),
    [`${LOCAL}/mytool-2.0-1/desc`, `${LOCAL}/mytool-2.0-1/files`],
  );
  assert.deepEqual([distribution?.id, distribution?.rolling, coverage], ['arch', true, []]);
});

test('what an upper layer removes is gone, what it upgrades came with it', () => {
  const desc = '%NAME%\nzlib\n\n%VERSION%\n1:1.3.2-1\n\n';
  const { packages } = inventoryOf([
    TREE,
    { [`${LOCAL}/zlib-1:1.3.1-2`]: null, [`${LOCAL}/mytool-2.0-1`]: null },
    { [`${LOCAL}/zlib-1:1.3.2-1/desc`]: desc },
  ]);
  assert.deepEqual(
    packages.map(({ name, version, layer }) => [name, version, layer?.slice(7, 9)]),
    [
      ['gcc-libs', '14.1.1+r58+gfc9fb69ad62-1', '00'],
      ['zlib', '1:1.3.2-1', '02'],
    ],
  );
});

const DAMAGED: readonly (readonly [what: string, text: string, packages: number, coverage: number])[] = [
  ['an empty file', '', 0, 1],
  ['rubbish', '\0\u0001', 0, 1],
  ['no name', '%VERSION%\n1\n', 0, 1],
  ['a name that is a path', '%NAME%\n../a\n', 0, 1],
  ['no version', '%NAME%\na\n', 1, 0],
  ['Windows line ends', '%NAME%\r\na\r\n\r\n%VERSION%\r\n1-1\r\n', 1, 0],
  ['a title among values', '%NAME%\na\n\n%DEPENDS%\n%NAME%\nb\n', 1, 0],
];
for (const [what, text, packages, coverage] of DAMAGED) {
  test(`damage: ${what}`, () => {
    const found = inventoryOf([{ [`${LOCAL}/a-1-1/desc`]: text }]);
    assert.deepEqual([found.packages.length, found.coverage.length], [packages, coverage]);
  });
}

test('files of these names elsewhere are not looked at', () => {
  assert.deepEqual(
    scanFiles({ 'srv/desc': 'x', 'var/lib/pacman/sync/a/desc': 'x' }, [pacmanCataloger]).records,
    [],
  );
});

test('no text makes it throw', () => {
  const line = fc.oneof(
    fc.constantFrom('%NAME%', '%DEPENDS%', '%PROVIDES%', '%FILES%', '', 'a', 'a>=1'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), fc.array(line), (desc, files) => {
      inventoryOf([{ [`${LOCAL}/a/desc`]: desc.join('\n'), [`${LOCAL}/a/files`]: files.join('\n') }], {
        catalogers: [pacmanCataloger],
      });
    }),
    { numRuns: 200 },
  );
});
