import assert from 'node:assert/strict';
import { test } from 'node:test';
import { officialDefinitions } from '../../../test/library/official-definitions.ts';
import { parseDefinition } from '../../definitions/parse.ts';
import { checkTagChanges, checkTags } from './checks/tag-checks.ts';
import { compareDefinitions } from './definition-change.ts';

const HEAD = `Maintainers: Ann (@ann)
GitRepo: https://example.org/app.git
GitCommit: ${'1'.repeat(40)}
`;

const parse = (entries: string) => parseDefinition(`${HEAD}${entries}`, { name: 'app' });
const compare = (base: string, head: string) => compareDefinitions('app', parse(base), parse(head));

test('docker-library/mongo #768: latest and 13 more floating tags were lost', () => {
  const before = officialDefinitions().written.get('mongo') ?? '';
  // the line 8.2 came to its end, and nobody gave its tags to 8.3
  const after = before
    .split('\n\n')
    .filter((paragraph) => !paragraph.includes('Directory: 8.2'))
    .join('\n\n');
  const [base, head] = [before, after].map((text) => parseDefinition(text, { name: 'mongo' }));
  assert.ok(base !== undefined && head !== undefined);
  const change = compareDefinitions('mongo', base, head);
  const findings = checkTagChanges(change);
  assert.equal(findings.length, 14);
  assert.deepEqual(new Set(findings.map(({ check }) => check)), new Set(['tags.lost']));
  const subjects = findings.map(({ subject }) => subject);
  for (const tag of ['latest', '8', 'noble', 'windowsservercore', 'nanoserver']) {
    assert.ok(subjects.includes(`mongo:${tag}`), tag);
  }
  // their line has come to an end, as lines do
  for (const tag of ['8.2.12', '8.2', '8.2-noble']) assert.ok(!subjects.includes(`mongo:${tag}`), tag);
  const latest = change.lost.find(({ tag }) => tag === 'latest');
  assert.equal(latest?.carrier, '8.3.7-noble');
});

for (const [title, base, head, lost] of [
  ['an ordinary release', 'Tags: 1.0.0, 1.0, 1, latest', 'Tags: 1.0.1, 1.0, 1, latest', []],
  [
    'an end of a line',
    'Tags: 2.0.0, 2, latest\n\nTags: 1.0.0, 1\nDirectory: 1',
    'Tags: 2.0.0, 2, latest',
    [],
  ],
  ['a longer version', 'Tags: 26.0.2, 26, latest', 'Tags: 26.0.2.0.1, 26, latest', []],
  [
    'a system that is given up',
    'Tags: 1.0.0-bookworm, bookworm, 1.0.0',
    'Tags: 1.0.0-trixie, trixie, 1.0.0',
    [],
  ],
  [
    'a release that was a candidate',
    'Tags: 2.0-rc1, rc\n\nTags: 1.0, latest\nDirectory: 1',
    'Tags: 2.0, latest',
    [],
  ],
  ['latest forgotten', 'Tags: 1.0.0, 1, latest', 'Tags: 1.0.1, 1', ['latest']],
  ['a word forgotten', 'Tags: 1.0.0-slim, 1-slim, slim', 'Tags: 1.0.1-slim, 1-slim', ['slim']],
  ['the whole version forgotten', 'Tags: 1.0.0, 1.0.0-trixie', 'Tags: 1.0.0-trixie', ['1.0.0']],
  [
    'another kind is no carrier',
    'Tags: 1.0.0-jdk, jdk\n\nTags: 1.0.0-jdk-graal\nDirectory: graal',
    'Tags: 1.0.0-jdk-graal',
    [],
  ],
] as const) {
  test(`${title}: ${lost.length === 0 ? 'nothing' : lost.join()} is left behind`, () => {
    const change = compare(`\n${base}\n`, `\n${head}\n`);
    assert.deepEqual(
      change.lost.filter(({ carrier }) => carrier !== null).map(({ tag }) => tag),
      lost,
    );
  });
}

for (const [from, to, direction] of [
  ['1.0.0', '1.0.1', 'forwards'],
  ['1.10.0', '1.9.0', 'backwards'],
  ['1.0.0-bookworm', '1.0.0-trixie', 'sideways'],
  ['2.0.0-rc1', '2.0.0', 'forwards'],
] as const) {
  test(`from ${from} to ${to} is ${direction}`, () => {
    const change = compare(`\nTags: ${from}, latest\n`, `\nTags: ${to}, latest\n`);
    assert.deepEqual(change.moved, [{ tag: 'latest', from: [from], to: [to], direction }]);
    const checks = checkTagChanges(change).map(({ check }) => check);
    assert.deepEqual(
      checks.filter((check) => check === 'tags.backwards').length,
      direction === 'backwards' ? 1 : 0,
    );
  });
}

const sharing = (...architectures: readonly string[]) =>
  architectures
    .map((one) => `\nTags: 1-${one}\nSharedTags: 1\nDirectory: ${one}\nArchitectures: ${one}\n`)
    .join('');

test('in which order entries share a tag means nothing', () => {
  assert.deepEqual(compare(sharing('amd64', 's390x'), sharing('s390x', 'amd64')).moved, []);
});

test('a lost tag is superseded where its entry goes on, and retired where that is gone', () => {
  const { lost } = compare('\nTags: 2.0.0, 2\n\nTags: 1.0.0, 1\nDirectory: 1\n', '\nTags: 2.0.1, 2\n');
  assert.deepEqual(
    lost.map(({ tag, carrier, successor }) => [tag, carrier, successor]),
    [
      ['2.0.0', null, '2.0.1'],
      ['1.0.0', null, null],
      ['1', null, null],
    ],
  );
});

test('an entry is followed by the tags that say most', () => {
  const { pairs } = compare(
    '\nTags: 9.1.0, 9.1, 9, latest\nDirectory: 9\n',
    '\nTags: 10.0.0, 10, latest\nDirectory: 10\n\nTags: 9.1.1, 9.1, 9\nDirectory: 9\n',
  );
  assert.deepEqual(
    pairs.map(({ base, head }) => `${base?.name ?? ''} ${head?.name ?? ''}`),
    [' 10.0.0', '9.1.0 9.1.1'],
  );
});

const two = (architectures: string, own: string) =>
  ['1', '2']
    .map((tag) => `\nTags: ${tag}\nDirectory: ${tag}\nArchitectures: ${architectures}\n${own}`)
    .join('');

test('sources are told for the architectures that changed, and lost architectures once for all entries', () => {
  const change = compare(
    two('amd64, i386, s390x', ''),
    two('amd64, i386', `i386-GitCommit: ${'2'.repeat(40)}\n`),
  );
  assert.deepEqual(
    change.sources.map(({ entry, architectures, from, to }) => [
      entry,
      architectures.join(),
      from?.gitCommit[0],
      to?.gitCommit[0],
    ]),
    ['1', '2'].flatMap((tag) => [
      [tag, 'i386', '1', '2'],
      [tag, 's390x', '1', undefined],
    ]),
  );
  const lost = checkTagChanges(change);
  assert.deepEqual(
    lost.map(({ message }) => message),
    ['no longer built for s390x: 1, 2'],
  );
});

test('new, retired and removed repositories', () => {
  const some = parse('\nTags: 1\n');
  const kinds = [
    compareDefinitions('app', null, some),
    compareDefinitions('app', some, parse('')),
    compareDefinitions('app', some, null),
  ].map(({ kind, gained, lost }) => `${kind} +${gained.length} -${lost.length}`);
  assert.deepEqual(kinds, ['new +1 -0', 'retired +0 -1', 'removed +0 -1']);
});

for (const [title, entries, expected] of [
  [
    'sound',
    '\nTags: 1.0-a\nSharedTags: 1.0, latest\n\nTags: 1.0-b\nSharedTags: 1.0, latest\nArchitectures: s390x\nDirectory: b\n',
    [],
  ],
  ['latest in a name', '\nTags: 1-latest\n', ['tags.latest-in-name']],
  ['a pre-release as latest', '\nTags: 1.0-rc1, latest\n', ['tags.latest-pre-release']],
  [
    'the same architecture twice',
    '\nTags: 1.0-a\nSharedTags: 1.0\n\nTags: 1.0-b\nSharedTags: 1.0\nDirectory: b\n',
    ['tags.shared-architecture'],
  ],
  [
    'mixed versions',
    '\nTags: 1.0-a\nSharedTags: latest\n\nTags: 1.1-b\nSharedTags: latest\nArchitectures: s390x\nDirectory: b\n',
    ['tags.mixed'],
  ],
  [
    'the same Windows twice',
    '\nTags: 1.0-a\nSharedTags: 1.0\nArchitectures: windows-amd64\nConstraints: windowsservercore-ltsc2025\n\nTags: 1.0-b\nSharedTags: 1.0\nArchitectures: windows-amd64\nConstraints: nanoserver-ltsc2025, windowsservercore-ltsc2025\nDirectory: b\n',
    ['tags.shared-windows'],
  ],
] as const) {
  test(`tags: ${title}`, () => {
    const { head } = compareDefinitions('app', null, parse(entries));
    assert.deepEqual(
      checkTags('app', head).map(({ check }) => check),
      expected,
    );
  });
}

test('of official definitions no tag breaks a rule', () => {
  for (const [name, text] of officialDefinitions().written) {
    const { head } = compareDefinitions(name, null, parseDefinition(text, { name }));
    assert.deepEqual(checkTags(name, head), [], name);
  }
});
