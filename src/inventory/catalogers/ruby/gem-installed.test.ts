import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../../../test/cpu-time.ts';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { gemInstalledCataloger } from './gem-installed.ts';
import type { Gem } from './gemspec.ts';

const PATH = 'usr/local/bundle/specifications/a-1.gemspec';

function read(text: string) {
  const { record, coverage } = gemInstalledCataloger.read({ path: PATH, content: Buffer.from(text) });
  return { gem: record as Gem | null, coverage };
}

interface ExpectedGem {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly platform: string | null;
  readonly licences: readonly string[];
  readonly authors: string;
  readonly homepage: string | null;
  readonly description: string;
  readonly dependencies: readonly string[];
}

/** The fields of the same gemspecs as RubyGems 3.3.15 itself loads them. */
function expectedGems(tree: string): readonly ExpectedGem[] {
  const lines = fixture(`ruby/${tree}.expected.jsonl`).toString().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as ExpectedGem);
}

for (const [tree, count] of [
  ['debian-12', 94],
  ['bundle', 5],
] as const) {
  test(`${tree}: every gem as RubyGems loads it`, () => {
    const { packages, coverage } = inventoryOf([fixtureTree(`ruby/${tree}.tar.gz`)]);
    const gems = packages.filter(({ type, presence }) => type === 'gem' && presence === 'installed');
    const expected = expectedGems(tree);
    assert.equal(expected.length, count);
    assert.deepEqual(
      gems
        .map(
          ({ evidence, name, version, purl, licences, supplier, homepage, description, dependencies }) => ({
            path: evidence[0]?.path ?? '',
            name,
            version,
            platform: /\?platform=(.*)$/.exec(purl)?.[1] ?? null,
            licences,
            authors: supplier,
            homepage,
            description,
            dependencies,
          }),
        )
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
      [...expected].sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
    assert.deepEqual(coverage, []);
  });
}

test('a gem that Debian packaged is owned by its package', () => {
  const { packages } = inventoryOf([fixtureTree('ruby/debian-12.tar.gz')]);
  const rake = packages.find(({ evidence }) =>
    evidence[0]?.path.endsWith('rubygems-integration/all/specifications/rake-13.0.6.gemspec'),
  );
  assert.equal(rake?.ownedBy, 'pkg:deb/debian/rake@13.0.6-3?arch=all&distro=debian-12');
});

test('a dependency is the gem of the same gem directory', () => {
  const { packages } = inventoryOf([fixtureTree('ruby/bundle.tar.gz')]);
  const alpha = packages.find(({ name }) => name === 'alpha');
  assert.deepEqual(alpha?.dependsOn, ['pkg:gem/beta@2.0.0.pre1', 'pkg:gem/gamma@0.5?platform=x86_64-linux']);
});

const GEMSPEC = fixtureTree('ruby/debian-12.tar.gz')[
  'usr/share/rubygems-integration/all/specifications/rack-2.2.22.gemspec'
] as Buffer;

const PLACES: readonly (readonly [path: string, isInstalled: boolean])[] = [
  ['usr/local/bundle/specifications/rack-2.2.22.gemspec', true],
  ['usr/lib/ruby/gems/3.1.0/specifications/default/rack-2.2.22.gemspec', true],
  ['srv/vendor/bundle/ruby/3.1.0/bundler/gems/rack-0123456789ab/rack.gemspec', true],
  ['srv/vendor/bundle/ruby/3.1.0/bundler/gems/rails-0123456789ab/activesupport/rack.gemspec', true],
  ['usr/local/bundle/gems/rack-2.2.22/rack.gemspec', false],
  ['usr/local/bundle/gems/foreman-1.0/spec/fixtures/specifications/rack-2.2.22.gemspec', false],
  ['srv/vendor/bundle/ruby/3.1.0/bundler/gems/rails-0123456789ab/test/rack.gemspec', false],
  ['srv/app/rack.gemspec', false],
];
for (const [path, isInstalled] of PLACES) {
  test(`${isInstalled ? 'an installed gem' : 'no evidence'}: ${path}`, () => {
    assert.equal(inventoryOf([{ [path]: GEMSPEC }]).packages.length, isInstalled ? 1 : 0);
  });
}

/** RubyGems before 1.2 knew no kinds of dependencies, and gemspecs of its time ask twice. */
const OLD = `# -*- encoding: utf-8 -*-

Gem::Specification.new do |s|
  s.name = %q{old}
  s.version = "1.0"

  if s.respond_to? :specification_version then
    s.specification_version = 3

    if Gem::Version.new(Gem::VERSION) >= Gem::Version.new('1.2.0') then
      s.add_runtime_dependency(%q<a>, [">= 0"])
      s.add_development_dependency(%q<b>, [">= 0"])
    else
      s.add_dependency(%q<a>, [">= 0"])
      s.add_dependency(%q<b>, [">= 0"])
    end
  else
    s.add_dependency(%q<a>, [">= 0"])
    s.add_dependency(%q<b>, [">= 0"])
  end
end
`;

const opened = (...lines: string[]) => ['Gem::Specification.new do |s|', ...lines, 'end', ''].join('\n');

describe('forms of a gemspec', () => {
  test('of a RubyGems that asked for its own version', () => {
    assert.deepEqual(read(OLD).gem?.dependencies, ['a']);
  });

  test('of a RubyGems that asks for nothing, since 3.5', () => {
    const { gem } = read(
      opened(
        's.name = "a".freeze',
        's.add_dependency(%q<b>.freeze, [">= 0"])',
        's.add_development_dependency(%q<c>.freeze, [">= 0"])',
      ),
    );
    assert.deepEqual(gem?.dependencies, ['b']);
  });

  const VALUES: readonly (readonly [expression: string, expected: string])[] = [
    ['"1.0"', '1.0'],
    ['"1.0".freeze', '1.0'],
    ["'1.0'", '1.0'],
    ['"1.0" if s.respond_to? :version=', '1.0'],
    ['"1" + SUFFIX', ''],
    ['VERSION', ''],
    ['"#{VERSION}"', ''],
    ['["1.0"]', ''],
    ['"1.0', ''],
  ];
  for (const [expression, expected] of VALUES) {
    test(`s.version = ${expression}`, () => {
      assert.equal(read(opened('s.name = "a"', `s.version = ${expression}`)).gem?.version, expected);
    });
  }

  test('escapes of String#dump', () => {
    const { gem } = read(
      opened(
        's.name = "a"',
        String.raw`s.authors = ["Zo\xC3\xAB \"\#{x}\" \u00E9\u{1F48E}\\\e".freeze, "B".freeze]`,
      ),
    );
    assert.equal(gem?.authors, 'Zoë "#{x}" é💎\\\x1b, B');
  });

  const BROKEN: readonly (readonly [what: string, text: string, coverage: number])[] = [
    ['an empty file', '', 0],
    ['something else of that suffix', '{"name": "a"}', 0],
    ['no name', opened('s.version = "1.0"'), 1],
    ['a computed name', opened('s.name = NAME'), 1],
    ['a name with a slash', opened('s.name = "../a"'), 1],
  ];
  for (const [what, text, coverage] of BROKEN) {
    test(what, () => {
      const reading = read(text);
      assert.equal(reading.gem, null);
      assert.deepEqual(
        reading.coverage.map(({ code, subject }) => [code, subject]),
        Array.from({ length: coverage }, () => ['EVIDENCE_UNREADABLE', PATH]),
      );
    });
  }
});

test('no text makes it throw, and what it reads can be cataloged', () => {
  const piece = fc.constantFrom(
    's.name = ',
    's.version = ',
    's.authors = [',
    '"a"',
    '.freeze',
    ', ',
    ']',
    '%q<',
    '>',
    '\\',
    '"',
    "'",
    '\\u{110000}',
    '\\x',
    's.add_dependency(',
    'else',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 60 }), (parts) => {
      const { gem } = read(`Gem::Specification.new do |s|\ns.name = "a"\n${parts.join('')}`);
      if (gem !== null) gemInstalledCataloger.catalog(new Map([[PATH, gem]]), { distribution: null });
    }),
    { numRuns: 300 },
  );
});

test('a gemspec truncated anywhere', () => {
  for (let length = 0; length < GEMSPEC.length; length += 11) read(GEMSPEC.subarray(0, length).toString());
});

test('what repeats is read in time that follows its length', () => {
  const spent = startCpuTime();
  for (const piece of [' ', '[', '"', '"a"', '"a",', '\\', '\\x41', '%q<', 'a', 's.name = ', "'"]) {
    read(`Gem::Specification.new do |s|\n  s.authors = ${piece.repeat(300_000 / piece.length)}`);
  }
  assert.ok(spent() < LITTLE);
});
