import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixtureTree, inventoryOf, type LayerFiles, stackDiffId } from '../../test/inventory/layer-stack.ts';
import { formatPurl } from '../model/purl.ts';
import { defineCataloger, toCatalogedPackage } from './cataloger.ts';

const APK = 'lib/apk/db/installed';
const STATUS = 'var/lib/dpkg/status';

/** `name version` pairs as an apk database. */
function apk(...packages: readonly string[]): LayerFiles {
  const blocks = packages
    .map((pkg) => pkg.split(' '))
    .map(([name, version]) => `P:${name}\nV:${version}\nA:x86_64\n`);
  return { [APK]: blocks.join('\n') };
}

function module(path: string, version: string, extra = ''): LayerFiles {
  return { [`${path}/package.json`]: `{"name":"${path.split('/').at(-1)}","version":"${version}"${extra}}` };
}

/** `name version` to the index of the layer that it is attributed to. */
function attribution(stack: readonly LayerFiles[]): Record<string, number> {
  const { packages } = inventoryOf(stack);
  const layers = stack.map((_, index) => stackDiffId(index));
  return Object.fromEntries(
    packages.map(({ name, version, layer }) => [
      `${name} ${version}`,
      layer === null ? -1 : layers.indexOf(layer),
    ]),
  );
}

const STACKS: readonly (readonly [
  what: string,
  stack: readonly LayerFiles[],
  expected: Record<string, number>,
])[] = [
  ['no layers', [], {}],
  ['a layer without packages', [{ 'etc/hostname': 'x' }], {}],
  [
    'a database that each layer rewrites',
    [apk('a 1'), apk('a 1', 'b 1'), apk('a 1', 'b 1', 'c 1')],
    { 'a 1': 0, 'b 1': 1, 'c 1': 2 },
  ],
  ['an upgrade', [apk('a 1', 'b 1'), apk('a 2', 'b 1')], { 'a 2': 1, 'b 1': 0 }],
  ['an upgrade and back', [apk('a 1'), apk('a 2'), apk('a 1')], { 'a 1': 2 }],
  ['removal', [apk('a 1', 'b 1'), apk('b 1')], { 'b 1': 0 }],
  ['removal and re-installation', [apk('a 1', 'b 1'), apk('b 1'), apk('a 1', 'b 1')], { 'a 1': 2, 'b 1': 0 }],
  ['the database removed', [apk('a 1'), { [APK]: null }], {}],
  ['the database removed and brought back', [apk('a 1'), { [APK]: null }, apk('a 1')], { 'a 1': 2 }],
  ['another architecture', [apk('a 1'), { [APK]: 'P:a\nV:1\nA:aarch64\n' }], { 'a 1': 1 }],
  [
    'a database that moves to another directory',
    [apk('a 1'), { [APK]: null, 'usr/lib/apk/db/installed': 'P:a\nV:1\nA:x86_64\n' }],
    { 'a 1': 0 },
  ],
  [
    'a database reached through a link of a lower layer',
    [{ lib: { link: 'usr/lib' }, 'usr/lib/apk/db/installed': 'P:a\nV:1\nA:x86_64\n' }, apk('a 1', 'b 1')],
    { 'a 1': 0, 'b 1': 1 },
  ],
  [
    'layers that touch nothing',
    [apk('a 1'), { 'etc/x': '1' }, { 'etc/y': { link: 'x' } }, apk('a 1', 'b 1'), { 'etc/x': '2' }],
    { 'a 1': 0, 'b 1': 3 },
  ],
  [
    'a release that changes with the packages',
    [
      { ...apk('a 1'), 'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.0\n' },
      { ...apk('a 1', 'b 1'), 'etc/os-release': 'ID=alpine\nVERSION_ID=3.19.0\n' },
    ],
    { 'a 1': 0, 'b 1': 1 },
  ],
  ['a module', [module('node_modules/m', '1.0.0'), { 'etc/x': '' }], { 'm 1.0.0': 0 }],
  [
    'a manifest copied up by a change of its owner',
    [module('node_modules/m', '1.0.0'), module('node_modules/m', '1.0.0')],
    { 'm 1.0.0': 0 },
  ],
  [
    'a manifest that was edited',
    [module('node_modules/m', '1.0.0'), module('node_modules/m', '1.0.0', ',"license":"MIT"')],
    { 'm 1.0.0': 0 },
  ],
  [
    'a module upgraded',
    [module('node_modules/m', '1.0.0'), module('node_modules/m', '1.1.0')],
    { 'm 1.1.0': 1 },
  ],
  [
    'a module moved',
    [module('a/node_modules/m', '1.0.0'), { 'a/node_modules': null, ...module('b/node_modules/m', '1.0.0') }],
    { 'm 1.0.0': 1 },
  ],
  ['a module removed with its directory', [module('a/node_modules/m', '1.0.0'), { a: null }], {}],
  [
    'a manifest that turned into nothing',
    [module('node_modules/m', '1.0.0'), { 'node_modules/m/package.json': '{}' }],
    {},
  ],
];
for (const [what, stack, expected] of STACKS) {
  test(`attribution: ${what}`, () => assert.deepEqual(attribution(stack), expected));
}

test('what each layer did', () => {
  const { changes } = inventoryOf([
    apk('a 1', 'b 1', 'c 1'),
    { 'etc/x': '' },
    { ...apk('a 2', 'c 1', 'd 1'), ...module('node_modules/m', '1.0.0') },
    module('node_modules/m', '1.1.0'),
    { [APK]: null },
  ]);
  assert.deepEqual(changes, [
    {
      added: ['pkg:apk/a@1?arch=x86_64', 'pkg:apk/b@1?arch=x86_64', 'pkg:apk/c@1?arch=x86_64'],
      removed: [],
      changed: [],
    },
    { added: [], removed: [], changed: [] },
    {
      added: ['pkg:apk/d@1?arch=x86_64', 'pkg:npm/m@1.0.0'],
      removed: ['pkg:apk/b@1?arch=x86_64'],
      changed: [{ from: 'pkg:apk/a@1?arch=x86_64', to: 'pkg:apk/a@2?arch=x86_64' }],
    },
    { added: [], removed: [], changed: [{ from: 'pkg:npm/m@1.0.0', to: 'pkg:npm/m@1.1.0' }] },
    {
      added: [],
      removed: ['pkg:apk/a@2?arch=x86_64', 'pkg:apk/c@1?arch=x86_64', 'pkg:apk/d@1?arch=x86_64'],
      changed: [],
    },
  ]);
});

test('evidence names the layer and step that hold the file now, the package the layer that brought it', () => {
  const { packages } = inventoryOf([apk('a 1'), apk('a 1', 'b 1')]);
  assert.deepEqual(
    packages.map(({ layer, evidence }) => [layer, evidence]),
    [
      [stackDiffId(0), [{ path: APK, layer: stackDiffId(1), step: 2 }]],
      [stackDiffId(1), [{ path: APK, layer: stackDiffId(1), step: 2 }]],
    ],
  );
});

test('a root file system has the same packages, and no layers', () => {
  const tree = { ...fixtureTree('debian/bookworm-minbase.tar.gz'), ...module('srv/node_modules/m', '1.0.0') };
  const image = inventoryOf([tree]);
  const root = inventoryOf([tree], { root: true });
  const withoutLayers = image.packages.map((pkg) => ({
    ...pkg,
    layer: null,
    evidence: pkg.evidence.map(({ path }) => ({ path, layer: null, step: null })),
  }));
  assert.deepEqual(root.packages, withoutLayers);
  assert.deepEqual(root.distribution, image.distribution);
});

test('the order of a layer’s files does not matter', () => {
  const tree = { ...fixtureTree('npm/modules.tar.gz'), ...fixtureTree('alpine/3.20.tar.gz') };
  const backwards = Object.fromEntries(Object.entries(tree).reverse());
  assert.deepEqual(inventoryOf([backwards]), inventoryOf([tree]));
});

test('packages of lower layers are there when they are asked for', () => {
  const stack = [
    { ...apk('a 1', 'b 1'), ...module('node_modules/m', '1.0.0') },
    apk('a 2', 'b 1'),
    apk('b 1'),
    { ...apk('a 1', 'b 1'), node_modules: null },
  ];
  const names = (allLayers: boolean) =>
    inventoryOf(stack, { allLayers }).packages.map(
      ({ name, version, layer }) => `${name} ${version} ${layer?.at(-1)}`,
    );
  assert.deepEqual(names(false), ['a 1 3', 'b 1 0']);
  assert.deepEqual(names(true), ['a 1 3', 'a 2 1', 'b 1 0', 'm 1.0.0 0']);
});

test('one purl in several places: each id names its place', () => {
  const { packages } = inventoryOf([
    {
      ...module('x/node_modules/m', '1.0.0'),
      ...module('y/node_modules/m', '1.0.0'),
      ...module('node_modules/n', '1'),
    },
  ]);
  assert.deepEqual(
    packages.map(({ id }) => id),
    [
      'pkg:npm/m@1.0.0#x/node_modules/m/package.json',
      'pkg:npm/m@1.0.0#y/node_modules/m/package.json',
      'pkg:npm/n@1',
    ],
  );
});

test('one purl in several places of an archive: each is a package with a layer of its own', () => {
  const jars = defineCataloger<readonly string[]>({
    name: 'jars',
    version: 1,
    interests: [{ suffixes: ['.jar'], maxBytes: 100 }],
    read: ({ content }) => ({ record: Buffer.from(content).toString().split(' '), coverage: [] }),
    catalog: (files) => ({
      packages: [...files].flatMap(([path, members]) =>
        members.map((inside) =>
          toCatalogedPackage({
            type: 'maven',
            purl: formatPurl({ type: 'maven', name: 'x', version: '1' }),
            name: 'x',
            version: '1',
            evidence: [{ path, inside }],
          }),
        ),
      ),
      coverage: [],
    }),
  });
  const { packages, changes } = inventoryOf(
    [{ 'a.jar': 'lib/x.jar' }, { 'a.jar': 'lib/x.jar lib/y.jar!/x.jar' }],
    {
      catalogers: [jars],
    },
  );
  assert.deepEqual(
    packages.map(({ id, layer, evidence }) => [id, layer, evidence]),
    [
      [
        'pkg:maven/x@1#a.jar!/lib/x.jar',
        stackDiffId(0),
        [{ path: 'a.jar', inside: 'lib/x.jar', layer: stackDiffId(1), step: 2 }],
      ],
      [
        'pkg:maven/x@1#a.jar!/lib/y.jar!/x.jar',
        stackDiffId(1),
        [{ path: 'a.jar', inside: 'lib/y.jar!/x.jar', layer: stackDiffId(1), step: 2 }],
      ],
    ],
  );
  assert.deepEqual(
    changes.map(({ added, removed }) => [added, removed]),
    [
      [['pkg:maven/x@1'], []],
      [['pkg:maven/x@1'], []],
    ],
  );
});

test('a package that a damaged database names twice is one package', () => {
  assert.equal(inventoryOf([apk('a 1', 'a 1')]).packages.length, 1);
});

test('what could not be read counts only where it can be seen', () => {
  const broken = { 'node_modules/m/package.json': '{' };
  assert.deepEqual(
    inventoryOf([broken]).coverage.map(({ code, subject }) => [code, subject]),
    [['EVIDENCE_UNREADABLE', 'node_modules/m/package.json']],
  );
  assert.deepEqual(inventoryOf([broken, module('node_modules/m', '1.0.0')]).coverage, []);
  assert.deepEqual(inventoryOf([broken, { node_modules: null }]).coverage, []);
  const hidden = inventoryOf([module('node_modules/m', '1.0.0'), broken]);
  assert.equal(hidden.packages.length, 0, 'the unreadable file hides the readable one');
  assert.equal(hidden.coverage.length, 1);
});

test('a distribution without its package database is not taken for one without packages', () => {
  const release = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n' };
  const [entry, ...others] = inventoryOf([{ ...release, ...apk('a 1') }, { 'lib/apk': null }]).coverage;
  assert.deepEqual(others, []);
  assert.deepEqual([entry?.code, entry?.subject], ['EVIDENCE_UNREADABLE', 'etc/os-release']);
  assert.match(entry?.message ?? '', /^Alpine Linux v3\.20 is there without a package database/);
  assert.deepEqual(inventoryOf([{ ...release, ...apk('a 1') }]).coverage, []);
});

test('a cataloger that fails loses its packages, visibly, and nothing else', () => {
  const failing = defineCataloger<string>({
    name: 'failing',
    version: 1,
    interests: [{ paths: ['x'], maxBytes: 10 }],
    read: () => ({ record: 'x', coverage: [] }),
    catalog: () => {
      throw new Error('boom');
    },
  });
  const { packages, coverage } = inventoryOf([{ x: 'x' }], { catalogers: [failing] });
  assert.deepEqual(packages, []);
  assert.deepEqual(
    coverage.map(({ code, subject }) => [code, subject]),
    [['EVIDENCE_UNREADABLE', 'x']],
  );
});

function debian(name: string, ...files: readonly string[]): LayerFiles {
  return {
    [STATUS]: `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n`,
    [`var/lib/dpkg/info/${name}.list`]: ['/.', ...files].join('\n'),
  };
}

const OWNERS: readonly (readonly [what: string, files: LayerFiles, owner: string | null])[] = [
  [
    'a module that Debian packaged',
    { ...module('usr/share/nodejs/m', '1.0.0'), ...debian('node-m', '/usr/share/nodejs/m/package.json') },
    'pkg:deb/node-m@1?arch=all',
  ],
  [
    'a module that somebody put beside',
    { ...module('usr/share/nodejs/m', '1.0.0'), ...debian('node-m', '/usr/share/nodejs/n/package.json') },
    null,
  ],
  [
    'a path from before the merge of /usr',
    {
      lib: { link: 'usr/lib' },
      ...module('usr/lib/nodejs/m', '1.0.0'),
      ...debian('node-m', '/lib/nodejs/m/package.json'),
    },
    'pkg:deb/node-m@1?arch=all',
  ],
  [
    'a path through a link in the middle',
    {
      'usr/lib/nodejs': { link: '../share/nodejs' },
      ...module('usr/share/nodejs/m', '1.0.0'),
      ...debian('node-m', '/usr/lib/nodejs/m/package.json'),
    },
    'pkg:deb/node-m@1?arch=all',
  ],
  [
    'a module of an apk package',
    {
      ...module('usr/lib/node_modules/m', '1.0.0'),
      [APK]: 'P:npm\nV:1\nA:noarch\nF:usr/lib/node_modules/m\nR:package.json\n',
    },
    'pkg:apk/npm@1?arch=noarch',
  ],
];
for (const [what, files, owner] of OWNERS) {
  test(`ownership: ${what}`, () => {
    const { packages } = inventoryOf([files]);
    assert.equal(packages.find(({ type }) => type === 'npm')?.ownedBy, owner);
    assert.ok(packages.filter(({ type }) => type !== 'npm').every(({ ownedBy }) => ownedBy === null));
  });
}

test('a package that owns the database does not own the packages in it', () => {
  const { packages } = inventoryOf([debian('dpkg', `/${STATUS}`)]);
  assert.deepEqual(
    packages.map(({ ownedBy }) => ownedBy),
    [null],
  );
});
