import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory } from '../../../../test/advisories/feed-fixtures.ts';

test('what is neither patched nor unaffected is affected (CVE-2017-1000052 of plug, phoenix_html)', () => {
  const plug = readAdvisory('elixir-advisories/packages/plug/2017-02-28.yml');
  assert.deepEqual(plug.aliases, ['CVE-2017-1000052']);
  assert.deepEqual(
    plug.affected[0]?.intervals.map(({ introduced, fixed }) => [introduced, fixed]),
    [
      [null, '1.0.4'],
      ['1.1.0-0', '1.1.7'],
      ['1.2.0-0', '1.2.3'],
      ['1.3.0-0', '1.3.2'],
    ],
  );
  const html = readAdvisory('elixir-advisories/packages/phoenix_html/2021-09-23.yml');
  assert.deepEqual(html.aliases, []);
  assert.deepEqual(html.affected[0]?.intervals, [
    { introduced: '3.0.0', fixed: '3.1.0', lastAffected: null },
  ]);
});
