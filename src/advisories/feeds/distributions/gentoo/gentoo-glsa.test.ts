import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../../test/advisories/feed-fixtures.ts';

test('GLSA-202305-02: packages by category and name, flaws from the references', () => {
  const advisory = readAdvisory('gentoo-glsa/glsa-202305-02.xml');
  assert.deepEqual(
    [advisory.id, advisory.source, advisory.covers],
    ['GLSA-202305-02', 'gentoo', ['CVE-2015-20107', 'CVE-2022-45061']],
  );
  assert.equal(advisory.url, 'https://security.gentoo.org/glsa/202305-02');
  assert.deepEqual(advisory.severities, [{ kind: 'word', word: 'high', level: 'high' }]);
  assert.deepEqual(
    advisory.affected.map(({ ecosystem, name, naming, scheme, architectures }) => [
      `${ecosystem} ${naming} ${name} ${scheme}`,
      architectures,
    ]),
    [
      ['Gentoo binary dev-lang/python portage', []],
      ['Gentoo binary dev-python/pypy3 portage', []],
    ],
  );
  const [python, pypy] = advisory.affected;
  assert.deepEqual(
    python?.intervals.map(({ introduced, fixed }) => `${introduced}..${fixed}`),
    ['3.8_alpha..3.8.15_p3', '3.9_alpha..3.9.15_p3', '3.10_alpha..3.10.8_p3', '3.11_alpha..3.11.0_p2'],
  );
  assert.deepEqual(pypy?.intervals, [{ introduced: null, fixed: '7.3.9_p9', lastAffected: null }]);
});

test('dates of every time', () => {
  const advisory = readAdvisory('gentoo-glsa/glsa-200606-11.xml');
  assert.deepEqual([advisory.published, advisory.modified], ['2006-06-11T00:00:00Z', '2006-07-29T00:00:00Z']);
  for (const [announced, expected] of [
    ['May 22, 2006', '2006-05-22T00:00:00Z'],
    ['November 16, 2008: 02', '2008-11-16T00:00:00Z'],
    ['2023-05-03', '2023-05-03T00:00:00Z'],
    ['soon', null],
    ['2033-01-01', null],
  ] as const) {
    const [item] = readFeed('glsa.xml', glsa('<vulnerable range="lt">1</vulnerable>', announced));
    assert.equal(item?.kind === 'advisory' ? item.advisory.published : 'none', expected, announced);
  }
});

test('a reference of the text around which stand spaces, and one that is no flaw', () => {
  assert.deepEqual(readAdvisory('gentoo-glsa/glsa-201709-09.xml').covers, ['CVE-2017-9800']);
  assert.deepEqual(readAdvisory('gentoo-glsa/glsa-202408-02.xml').covers, ['CVE-2024-2609', 'CVE-2024-5702']);
});

function glsa(
  ranges: string,
  announced = '2023-05-03',
  attributes = 'name="dev-libs/x" arch="x86 amd64"',
): Buffer {
  return Buffer.from(
    `<?xml version="1.0"?>\n<glsa id="202305-99"><announced>${announced}</announced><affected>` +
      `<package ${attributes}>${ranges}</package></affected></glsa>`,
  );
}

test('architectures that an advisory is limited to', () => {
  const [item] = readFeed('glsa.xml', glsa('<vulnerable range="lt">1</vulnerable>'));
  assert.deepEqual(item?.kind === 'advisory' ? item.advisory.affected[0]?.architectures : null, [
    'x86',
    'amd64',
  ]);
});

test('what cannot be read is rejected package by package', () => {
  for (const [ranges, attributes, reasons] of [
    ['<vulnerable range="lt">1.2*</vulnerable>', undefined, ['dev-libs/x: a range that cannot be read']],
    ['<vulnerable range="near">1</vulnerable>', undefined, ['dev-libs/x: a range that cannot be read']],
    ['', 'name="x"', ['a package without category and name']],
  ] as const) {
    const items = readFeed('glsa.xml', glsa(ranges, '2023-05-03', attributes));
    const rejected = items.flatMap((item) => (item.kind === 'rejected' ? [item.reason] : []));
    assert.deepEqual(rejected, reasons, ranges);
  }
  assert.deepEqual(
    readFeed('glsa.xml', Buffer.from('<glsa id="202305-99"><affected>')).map(({ kind }) => kind),
    ['rejected'],
  );
});
