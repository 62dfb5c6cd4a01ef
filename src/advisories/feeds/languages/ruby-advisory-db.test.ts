import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Advisory } from '../../advisory.ts';
import { readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

function ranges({ affected: [entry] }: Advisory): readonly string[] {
  return (entry?.intervals ?? []).map(
    ({ introduced, fixed, afterIntroduced }) =>
      `${afterIntroduced ? '>' : ''}${introduced ?? ''}..${fixed ?? ''}`,
  );
}

test('what is neither patched nor unaffected is affected', () => {
  for (const [path, expected] of [
    // unaffected `< 1.1.0`, patched `>= 1.1.6`
    ['gems/rails/CVE-2006-4112.yml', ['1.1.0..1.1.6']],
    // several comparators in one requirement, one requirement a line of releases
    [
      'gems/actionpack/CVE-2022-23633.yml',
      ['5.0.0..5.2.6.2', '5.3.a..6.0.4.6', '6.1.a..6.1.4.6', '6.2.a..7.0.2.2'],
    ],
    ['gems/jruby-openssl/CVE-2025-46551.yml', ['>0.12.1..0.15.4']],
    // nothing is patched
    ['gems/rd_searchlogic/CVE-2011-10026.yml', ['..']],
  ] as const) {
    assert.deepEqual(ranges(readAdvisory(`ruby-advisory-db/${path}`)), expected, path);
  }
});

test('names: CVE, GHSA and OSVDB; severities are scores without vectors', () => {
  const advisory = readAdvisory('ruby-advisory-db/gems/actionpack/CVE-2022-23633.yml');
  assert.equal(advisory.id, 'CVE-2022-23633');
  assert.deepEqual(advisory.aliases, ['GHSA-wh98-p28r-vrc9']);
  assert.deepEqual(advisory.severities, [{ kind: 'word', word: '7.4', level: 'high' }]);
  assert.equal(readAdvisory('ruby-advisory-db/gems/cap-strap/OSVDB-108575.yml').id, 'OSVDB-108575');
});

test('interpreters go by their CPE names, in the order of RubyGems', () => {
  for (const [path, name] of [
    ['rubies/ruby/CVE-2021-31810.yml', 'ruby-lang:ruby'],
    ['rubies/jruby/CVE-2022-25857.yml', 'jruby:jruby'],
  ] as const) {
    const [entry] = readAdvisory(`ruby-advisory-db/${path}`).affected;
    assert.deepEqual([entry?.ecosystem, entry?.name, entry?.scheme], ['CPE', name, 'gem']);
  }
});

test('a flaw of another interpreter, of no version or of an unknown interpreter is passed over', () => {
  for (const [lines, reason] of [
    ['gem: nokogiri\nplatform: jruby', 'a flaw of a gem on another interpreter only'],
    ['engine: rbx', 'a flaw of no version, or of an interpreter without a CPE name'],
    [
      'gem: a\nunaffected_versions:\n- ">= 0.a"\n- "< 0.a"',
      'a flaw of no version, or of an interpreter without a CPE name',
    ],
  ] as const) {
    const yaml = `---\n${lines}\ntitle: t\ncve: 2022-1\nghsa: aaaa-bbbb-cccc\n`.replace(
      '2022-1',
      '2022-1000',
    );
    assert.deepEqual(readFeed('gems/a/b.yml', Buffer.from(yaml)), [{ kind: 'skipped', reason }]);
  }
});

test('a requirement that is none makes the record a rejected one', () => {
  const yaml = 'gem: a\ntitle: t\ncve: 2022-1000\npatched_versions:\n- "newer"\n';
  assert.equal(readFeed('gems/a/b.yml', Buffer.from(yaml))[0]?.kind, 'rejected');
});
