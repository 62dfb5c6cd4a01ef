import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf, type LayerFiles } from '../../../../test/inventory/layer-stack.ts';
import { cargoLockCataloger } from './cargo-lock.ts';
import { parseCargoLock } from './cargo-lock-file.ts';

const CATALOGERS = { catalogers: [cargoLockCataloger] };

function inventory(files: LayerFiles) {
  return inventoryOf([files], CATALOGERS);
}

/** Crates as Python's tomllib counts them, one of them the application's own; of another what its entry says. */
const LOCKS = [
  {
    file: 'ripgrep-11.0.2',
    format: 1,
    entries: 64,
    crate: 'pkg:cargo/aho-corasick@0.7.4',
    sha256: '36b7aa1ccb7d7ea3f437cf025a2ab1c47cc6c1bc9fc84918ff449def12f5e282',
    needs: ['pkg:cargo/memchr@2.2.1'],
  },
  {
    file: 'clap-2.34.0',
    format: 2,
    entries: 57,
    crate: 'pkg:cargo/aho-corasick@0.7.18',
    sha256: '1e37cfd5e7657ada45f742d6e99ca5788580b5c529dc78faf11ece6dc702656f',
    needs: ['pkg:cargo/memchr@2.4.1'],
  },
  {
    file: 'rust-audit-info-0.5.4',
    format: 3,
    entries: 8,
    crate: 'pkg:cargo/auditable-info@0.7.2',
    sha256: '0d0d13c05dccf8623bdd1a86359100b35738575c30e4401a503d2b7e6c1ccc70',
    needs: ['pkg:cargo/auditable-extract@0.3.4', 'pkg:cargo/miniz_oxide@0.6.2'],
  },
  {
    file: 'cargo-auditable-0.7.7',
    format: 4,
    entries: 48,
    // of two versions of hashbrown the one that it says
    crate: 'pkg:cargo/object@0.37.3',
    sha256: 'ff76201f031d8863c38aa7f905eca4f53abbfa15f609db4277d44cd8938f33fe',
    needs: [
      'pkg:cargo/crc32fast@1.5.0',
      'pkg:cargo/hashbrown@0.15.5',
      'pkg:cargo/indexmap@2.12.0',
      'pkg:cargo/memchr@2.7.6',
    ],
  },
] as const;

for (const { file, format, entries, crate, sha256, needs } of LOCKS) {
  test(`${file}, format ${format}`, () => {
    const { packages, coverage } = inventory({ 'srv/Cargo.lock': fixture(`rust/${file}.Cargo.lock`) });
    assert.equal(packages.length, entries - 1);
    assert.ok(packages.every(({ presence, checksums }) => presence === 'declared' && checksums.length === 1));
    const found = packages.find(({ purl }) => purl === crate);
    assert.deepEqual(found?.checksums, [{ algorithm: 'sha256', hex: sha256 }]);
    assert.deepEqual(found?.dependsOn, needs);
    assert.deepEqual(coverage, []);
  });
}

test('crates from elsewhere', () => {
  const lock = `version = 3
[[package]]
name = "a"
version = "1.0.0"
source = "git+https://example.com/a?tag=v1#0123456789abcdef0123456789abcdef01234567"
dependencies = ["b 2.0.0 (registry+https://crates.example.com/index)", "b 2.0.0 (registry+https://github.com/rust-lang/crates.io-index)", "c"]

[[package]]
name = "b"
version = "2.0.0"
source = "registry+https://crates.example.com/index"
dependencies = ["a 1.0.0 (git+https://example.com/a?tag=v1)"]

[[package]]
name = "b"
version = "2.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "c"
version = "0.1.0"
`;
  const { packages } = inventory({ 'srv/Cargo.lock': lock });
  const git =
    'pkg:cargo/a@1.0.0?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fa%3Ftag%3Dv1%230123456789abcdef0123456789abcdef01234567';
  const other = 'pkg:cargo/b@2.0.0?repository_url=https:%2F%2Fcrates.example.com%2Findex';
  assert.deepEqual(
    packages.map(({ purl, dependsOn }) => [purl, dependsOn]),
    [
      [git, ['pkg:cargo/b@2.0.0', other]],
      ['pkg:cargo/b@2.0.0', []],
      [other, [git]],
    ],
  );
});

describe('which files count', () => {
  const lock = fixture('rust/rust-audit-info-0.5.4.Cargo.lock');
  for (const [path, count] of [
    ['Cargo.lock', 7],
    ['srv/app/Cargo.lock', 7],
    ['usr/local/cargo/registry/src/index.crates.io-1949cf8c6b5b557f/libc-0.2.191/Cargo.lock', 0],
    ['root/.cargo/git/checkouts/a-1/2/Cargo.lock', 0],
    ['usr/local/rustup/toolchains/stable/lib/rustlib/src/rust/library/Cargo.lock', 0],
    ['usr/share/cargo/registry/libc-0.2.139/Cargo.lock', 0],
    ['srv/app/vendor/libc/Cargo.lock', 0],
    ['srv/app/tests/fixtures/a/Cargo.lock', 0],
  ] as const) {
    test(`${path}: ${count} crates`, () => assert.equal(inventory({ [path]: lock }).packages.length, count));
  }
});

describe('damaged locks', () => {
  for (const [what, text, codes] of [
    ['no TOML', '= 1', ['EVIDENCE_UNREADABLE']],
    ['nothing', '', []],
    ['no packages', 'version = 4\n', []],
    [
      'an entry without a version',
      '[[package]]\nname = "a"\nsource = "registry+x"\n',
      ['EVIDENCE_UNREADABLE'],
    ],
    ['a name that is none', '[[package]]\nname = "../a"\nversion = "1.0.0"\n', ['EVIDENCE_UNREADABLE']],
    ['entries that are no tables', 'package = ["a"]\n', []],
  ] as const) {
    test(what, () => {
      const { packages, coverage } = inventory({ 'srv/Cargo.lock': text });
      assert.deepEqual(packages, []);
      assert.deepEqual(
        coverage.map(({ code }) => code),
        codes,
      );
    });
  }

  test('names of the prototype are names like others', () => {
    const lock = parseCargoLock(
      '[[package]]\nname = "__proto__"\nversion = "1.0.0"\nsource = "registry+x"\ndependencies = ["constructor"]\n',
    );
    assert.deepEqual(
      lock?.crates.map(({ name, dependencies }) => [name, dependencies]),
      [['__proto__', []]],
    );
  });

  test('no text makes the reader throw', () => {
    const pieces = fc.constantFrom(
      '[[package]]\n',
      '[package]\n',
      '[metadata]\n',
      '[root]\n',
      'name = "a"\n',
      'version = "1"\n',
      'source = "git+"\n',
      'source = 1\n',
      'dependencies = ["a", 1]\n',
      'checksum = "x"\n',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 30 }), (parts) => {
        inventory({ 'Cargo.lock': parts.join('') });
      }),
      { numRuns: 300 },
    );
  });
});
