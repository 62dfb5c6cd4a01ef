import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../../../test/cpu-time.ts';
import { fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { gemLockCataloger } from './gem-lock.ts';
import { type GemLock, parseGemLock } from './gemfile-lock.ts';

const LOCK = 'srv/app/Gemfile.lock';

function lockIn(tree: string, path: string): string {
  return Buffer.from(fixtureTree(tree)[path] as Uint8Array).toString();
}

const purls = (text: string) => inventoryOf([{ [LOCK]: text }]).packages.map(({ purl }) => purl);

test('a lock that Bundler 2.3 wrote: sources, platforms, edges', () => {
  const { packages, coverage } = inventoryOf([{ [LOCK]: lockIn('ruby/bundle.tar.gz', LOCK) }]);
  assert.deepEqual(
    packages.map(({ purl, presence, dependsOn }) => [purl, presence, dependsOn]),
    [
      [
        'pkg:gem/alpha@1.2.3',
        'declared',
        ['pkg:gem/beta@2.0.0.pre1', 'pkg:gem/gamma@0.5?platform=x86_64-linux'],
      ],
      ['pkg:gem/beta@2.0.0.pre1', 'declared', []],
      // of two platforms the one that is not for macOS
      ['pkg:gem/gamma@0.5?platform=x86_64-linux', 'declared', []],
      [
        'pkg:gem/gitgem@3.1.4?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fgitgem%404c104c7a50c367549bf2e8f091ee613b8e7141ee',
        'declared',
        ['pkg:gem/beta@2.0.0.pre1'],
      ],
      // and not pathgem, which is the application's own
    ],
  );
  assert.deepEqual(coverage, []);
});

test('where its gems are installed the lock says nothing more', () => {
  const { packages } = inventoryOf([fixtureTree('ruby/bundle.tar.gz')]);
  assert.deepEqual(
    packages.map(({ id, presence }) => [id, presence]),
    [
      ['pkg:gem/alpha@1.2.3', 'installed'],
      ['pkg:gem/beta@2.0.0.pre1', 'installed'],
      ['pkg:gem/gamma@0.5?platform=x86_64-linux', 'installed'],
      ['pkg:gem/gitgem@3.1.4', 'installed'],
      ['pkg:gem/odd-gem@1.0.0.rc1?platform=x86_64-linux', 'installed'],
    ],
  );
});

test('a lock inside of an installed gem is its developers', () => {
  const tree = fixtureTree('ruby/debian-12.tar.gz');
  const path = 'usr/lib/ruby/gems/3.1.0/gems/rbs-2.1.0/steep/Gemfile.lock';
  assert.ok(path in tree);
  assert.deepEqual(inventoryOf([{ [path]: tree[path] ?? null }]).packages, []);

  const moved = inventoryOf([{ 'srv/Gemfile.lock': tree[path] ?? null }]).packages;
  assert.equal(moved.length, 19);
  const steep = moved.find(({ name }) => name === 'steep');
  assert.deepEqual(steep?.dependencies, [
    'activesupport',
    'language_server-protocol',
    'listen',
    'parallel',
    'parser',
    'rainbow',
    'rbs',
    'terminal-table',
  ]);
  assert.equal(steep?.dependsOn.length, 8);
});

const gems = (...entries: string[]) =>
  ['GEM', '  remote: https://gems.example/', '  specs:', ...entries.map((entry) => `    ${entry}`), ''].join(
    '\n',
  );

describe('platforms of one gem', () => {
  const PLATFORMS: readonly (readonly [platforms: readonly string[], purls: readonly string[]])[] = [
    [[''], ['pkg:gem/a@1.0']],
    [['', '-x86_64-linux', '-java'], ['pkg:gem/a@1.0']],
    [['-x86_64-linux'], ['pkg:gem/a@1.0?platform=x86_64-linux']],
    [['-x86_64-linux', '-aarch64-linux-musl'], ['pkg:gem/a@1.0']],
    [['-arm64-darwin', '-x64-mingw-ucrt', '-x86-mswin32'], []],
    [['-java'], ['pkg:gem/a@1.0?platform=java']],
  ];
  for (const [platforms, expected] of PLATFORMS) {
    test(platforms.map((platform) => platform || 'ruby').join(', '), () => {
      assert.deepEqual(purls(gems(...platforms.map((platform) => `a (1.0${platform})`))), expected);
    });
  }
});

const sha = (digit: string) => digit.repeat(64);

test('checksums, which Bundler writes since 2.6', () => {
  const lock = `${gems('a (1.0)', 'b (2.0-x86_64-linux)', 'c (3.0)')}
CHECKSUMS
  a (1.0) sha256=${sha('a')}
  b (2.0) sha256=${sha('c')}
  b (2.0-x86_64-linux) sha256=${sha('b')}
  c (3.0)
`;
  const { packages } = inventoryOf([{ [LOCK]: lock }]);
  assert.deepEqual(
    packages.map(({ checksums }) => checksums.map(({ hex }) => hex)),
    [[sha('a')], [sha('b')], []],
  );
});

const TEXTS: readonly (readonly [what: string, text: string, gems: readonly string[] | null])[] = [
  ['Windows line ends', gems('a (1.0)').replaceAll('\n', '\r\n'), ['a@1.0']],
  ['a plug-in source', gems('a (1.0)').replace('GEM', 'PLUGIN SOURCE'), ['a@1.0']],
  ['only the application itself', 'PATH\n  remote: .\n  specs:\n    a (1.0)\n', []],
  ['a name that is none', gems('../a (1.0)', 'b (1.0)'), ['b@1.0']],
  ['no version', gems('a'), ['a@']],
  ['an empty file', '', null],
  ['another format', '{"GEM": 1}', null],
];
for (const [what, text, expected] of TEXTS) {
  test(what, () => {
    const lock = parseGemLock(text);
    assert.deepEqual(lock?.gems.map(({ name, version }) => `${name}@${version}`) ?? null, expected);
  });
}

test('a password in an address is taken out', () => {
  const lock = 'GIT\n  remote: https://user:secret@git.example/a\n  revision: abc\n  specs:\n    a (1.0)\n';
  assert.equal(parseGemLock(lock)?.gems[0]?.repository, 'git+https://git.example/a@abc');
});

test('a list beyond all measure is cut, visibly', () => {
  const lock = parseGemLock(gems(...Array.from({ length: 50_001 }, (_, index) => `a${index} (1)`)));
  assert.equal(lock?.gems.length, 50_000);
  const { coverage } = gemLockCataloger.catalog(new Map([[LOCK, { ...lock, gems: [] }]]), {
    distribution: null,
  });
  assert.deepEqual(
    coverage.map(({ code, subject }) => [code, subject]),
    [['LIMIT_REACHED', LOCK]],
  );
});

test('no text makes it throw, and what it reads can be cataloged', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'GEM',
      'GIT',
      'CHECKSUMS',
      '  specs:',
      '  remote: a@b',
      '  revision: c',
      '    a (1.0)',
      '    a (1-x)',
      '      b (>= 1)',
      '',
      ' ',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const record: GemLock | null = parseGemLock(lines.join('\n'));
      if (record !== null) gemLockCataloger.catalog(new Map([[LOCK, record]]), { distribution: null });
    }),
    { numRuns: 300 },
  );
});

test('what repeats is read in time that follows its length', () => {
  const spent = startCpuTime();
  for (const piece of [' ', '(', '    a (', '      a\n', '    a (1)\n', '  a: b\n', 'GEM\n', ')', 'a ']) {
    parseGemLock(`GEM\n  specs:\n    ${piece.repeat(300_000 / piece.length)}`);
  }
  assert.ok(spent() < LITTLE);
});
