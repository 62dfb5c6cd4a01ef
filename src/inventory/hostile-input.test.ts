import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { inventoryOf } from '../../test/inventory/layer-stack.ts';

/** Files that catalogers parse as text, one of each kind. */
const PATHS = [
  'etc/os-release',
  'etc/apk/repositories',
  'lib/apk/db/installed',
  'var/lib/dpkg/status',
  'var/lib/dpkg/status.d/a.md5sums',
  'var/lib/dpkg/info/a.list',
  'usr/share/doc/a/copyright',
  'node_modules/a/package.json',
  'srv/package-lock.json',
  'srv/pnpm-lock.yaml',
  'srv/yarn.lock',
  'srv/bun.lock',
  'srv/deno.lock',
  'srv/.pnp.cjs',
  '.github/workflows/a.yml',
  'srv/.terraform.lock.hcl',
  'wp-content/plugins/a/a.php',
  'srv/go.mod',
  'srv/b/vendor/modules.txt',
  'srv/Cargo.lock',
  's/a-1.dist-info/METADATA',
  's/a-1.dist-info/RECORD',
  's/a-1.egg-info/requires.txt',
  'srv/requirements.txt',
  'srv/uv.lock',
  'META-INF/MANIFEST.MF',
  'META-INF/maven/g/a/pom.properties',
  'srv/pom.xml',
  'srv/gradle.lockfile',
  'opt/java/release',
  'specifications/a.gemspec',
  'srv/Gemfile.lock',
  'srv/vendor/composer/installed.json',
  'usr/share/php/.registry/a.reg',
  'srv/a.deps.json',
  'srv/packages.config',
  'srv/Directory.Packages.props',
  'srv/paket.lock',
  'srv/mix.lock',
  'srv/rebar.lock',
  'srv/a/ebin/a.app',
  'srv/cabal.project.freeze',
  'var/lib/ghc/package.conf.d/a.conf',
  'srv/Package.resolved',
  'srv/conanfile.txt',
  'srv/vcpkg/status',
  'srv/luarocks.lock',
  'usr/lib/ocaml/a/META',
  'usr/lib/ocaml/a/opam',
  'srv/cpanfile.snapshot',
] as const;

/** What makes a parser slow that goes back over what it has read. */
const PIECES = [
  ' ',
  '\n',
  '\r',
  '\0',
  'a',
  'a ',
  'a:',
  '/',
  '/a',
  '"',
  '\\',
  '(',
  '[',
  '{"a":',
  'a=',
  'P:',
  'P:a\n\n',
  'P:a\nR:a\n',
  'Package: a\n\n',
  'Package: a\nDepends: a,',
  'Depends: a |',
  'Format: a\n\nLicense: a',
  ' a\n',
  '<a>',
  '${a}',
  '\r\n ',
  '\ud800',
  'https://a/edge/main ',
  'Requires-Dist: a;(',
  'a==1 \\\n',
  'GEM\n  specs:\n    a (1)\n      a',
  'Gem::Specification.new do |s|\n  s.authors = ["a',
  'a:1:{i:0;',
  's:9:"',
  'NUGET\n    a (1)\n      a',
] as const;

const LENGTH = 300_000;

for (const path of PATHS) {
  test(`${path}: whatever repeats in it, it is read in time that follows its length`, () => {
    const spent = startCpuTime();
    for (const piece of PIECES) {
      const { coverage } = inventoryOf([{ [path]: piece.repeat(LENGTH / piece.length) }]);
      for (const { subject } of coverage) assert.ok(subject.length < 200);
    }
    // some forty pieces, of 10 ms each, a few of a second; a parser that goes back would need minutes
    assert.ok(spent() < 4 * LITTLE);
  });
}
