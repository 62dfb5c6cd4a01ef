import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('RustSec: what is neither patched nor unaffected is affected (RUSTSEC-2023-0015)', () => {
  const advisory = readAdvisory('rustsec-native/crates/ascii/RUSTSEC-2023-0015.md');
  assert.deepEqual(advisory.affected[0]?.intervals, [
    { introduced: '0.6.0', fixed: '0.9.3', lastAffected: null, afterIntroduced: true },
  ]);
  assert.equal(advisory.affected[0].statusWord, 'unsound');
  assert.deepEqual(advisory.aliases, ['GHSA-mrrw-grhq-86gf']);
});

test('RustSec: withdrawn, and without a patch', () => {
  const withdrawn = readAdvisory('rustsec-native/crates/markdown/RUSTSEC-2022-0044.md');
  assert.equal(withdrawn.withdrawn, '2025-04-28T00:00:00Z');
  assert.deepEqual(readAdvisory('rustsec-native/crates/ntru/RUSTSEC-2023-0032.md').affected[0]?.intervals, [
    { introduced: null, fixed: null, lastAffected: null },
  ]);
});

test('RustSec: what is about Rust itself goes by its CPE name (CVE-2018-1000622)', () => {
  const [entry] = readAdvisory('rustsec-native/rust/rustdoc/CVE-2018-1000622.md').affected;
  assert.deepEqual([entry?.ecosystem, entry?.name, entry?.scheme], ['CPE', 'rust-lang:rust', 'cargo']);
  assert.deepEqual(entry?.intervals, [{ introduced: null, fixed: null, lastAffected: '1.27.0' }]);
});

test('RustSec: the record in OSV has the same identifier and source, and a date that makes it count', () => {
  const osv = readAdvisory('osv/rustsec/RUSTSEC-2016-0004.json');
  const native = readAdvisory('rustsec-native/crates/ntru/RUSTSEC-2023-0032.md');
  assert.equal(osv.source, native.source);
  assert.ok(osv.modified !== null && native.modified === null);
});

test('Haskell: packages of Hackage, and parts of the compiler (HSEC-2023-0009, HSEC-2024-0008)', () => {
  const [annex] = readAdvisory('haskell-native/2023/HSEC-2023-0009.md').affected;
  assert.deepEqual([annex?.ecosystem, annex?.name], ['Hackage', 'git-annex']);
  assert.deepEqual(annex?.intervals, [{ introduced: null, fixed: '6.20170818', lastAffected: null }]);
  assert.equal(annex.severities.length, 1);
  const [compiler] = readAdvisory('haskell-native/2024/HSEC-2024-0008.md').affected;
  assert.deepEqual([compiler?.ecosystem, compiler?.name], ['GHC', 'ghc']);
  assert.equal(compiler?.intervals.length, 3);
});

test('Julia: names upstream are names of the flaw; builds of a version stay part of it (JLSEC-2026-956)', () => {
  const advisory = readAdvisory('julia-native/2026/JLSEC-2026-956.md');
  assert.deepEqual(advisory.aliases, ['CVE-2026-25969', 'GHSA-xgm3-v4r9-wfgm', 'EUVD-2026-7431']);
  assert.equal(advisory.modified, '2026-08-07T19:23:02Z');
  const [entry] = advisory.affected;
  assert.equal(entry?.name, 'ImageMagick_jll');
  assert.deepEqual(entry.intervals, [{ introduced: null, fixed: '7.1.2023+0', lastAffected: null }]);
});

test('Julia: every version, a severity without a table, a record taken back', () => {
  assert.deepEqual(readAdvisory('julia-native/2026/JLSEC-2026-1168.md').affected[0]?.intervals, [
    { introduced: null, fixed: null, lastAffected: null },
  ]);
  assert.equal(readAdvisory('julia-native/2026/JLSEC-2026-791.md').severities.length, 1);
  assert.equal(readAdvisory('julia-native/2025/JLSEC-2025-190.md').withdrawn, '2026-04-27T17:15:17Z');
});

test('a table that is no TOML, without its end or with other types is a rejected record', () => {
  for (const text of [
    '```toml\n[advisory]\nid = "RUSTSEC-2020-0001"\n',
    '```toml\n[advisory]\nid = "RUSTSEC-2020-0001"\n= 1\n```\n',
    '```toml\n[advisory]\nid = "HSEC-2020-0001"\naliases = 1\n```\n',
    '```toml\n\nid = "JLSEC-2020-1"\naffected = [{pkg = "A", ranges = ["~1"]}]\n```\n',
  ]) {
    const [item, ...others] = readFeed('a.md', Buffer.from(text));
    assert.equal(item?.kind, 'rejected', text);
    assert.equal(others.length, 0);
  }
});
