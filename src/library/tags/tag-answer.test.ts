import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDefinition } from '../../definitions/parse.ts';
import { chooseTags } from './choose-tag.ts';
import { describeEntry, nameEntry } from './entry-name.ts';
import { answerTag, newestOf } from './tag-answer.ts';

const NOW = Date.UTC(2026, 7, 21);

const PYTHON = `Maintainers: Ann (@ann)
GitRepo: https://example.org/python.git
GitCommit: ${'1'.repeat(40)}

Tags: 3.15.0rc1-trixie, 3.15-rc-trixie
SharedTags: 3.15.0rc1, 3.15-rc
Directory: 3.15-rc

Tags: 3.14.0-trixie, 3.14-trixie, 3-trixie, trixie
SharedTags: 3.14.0, 3.14, 3, latest
Architectures: amd64, arm64v8
Directory: 3.14

Tags: 3.14.0-windowsservercore-ltsc2025, windowsservercore-ltsc2025
SharedTags: 3.14.0, 3.14, 3, latest
Architectures: windows-amd64
Constraints: windowsservercore-ltsc2025
Directory: 3.14-windows

Tags: 3.14.0-slim-trixie, 3.14-slim-trixie, slim-trixie, 3.14.0-slim, 3.14-slim, 3-slim, slim
Architectures: amd64, arm64v8
Directory: 3.14-slim

Tags: 3.14.0-alpine3.24, 3.14-alpine3.24, alpine3.24, 3.14.0-alpine, 3.14-alpine, 3-alpine, alpine
Architectures: amd64, arm64v8
Directory: 3.14-alpine

Tags: 3.13.9-buster, 3.13-buster
Directory: 3.13
`;

const entries = parseDefinition(PYTHON, { name: 'python' }).entries.map(nameEntry);
const ask = (tag: string) =>
  answerTag({
    repository: 'python',
    tag,
    entries,
    history: null,
    spans: new Map(),
    baseOf: () => 'debian:trixie',
    nowMs: NOW,
  });

test('a shared tag has the aliases of its group, and the images of all its entries', () => {
  const answer = ask('3');
  assert.deepEqual(answer.aliases, ['3.14.0', '3.14', '3', 'latest']);
  assert.equal(answer.mostSpecific, '3.14.0');
  assert.deepEqual(
    answer.images.map(({ entry, architectures }) => `${entry} ${architectures.join()}`),
    ['3.14.0-trixie amd64,arm64v8', '3.14.0-windowsservercore-ltsc2025 windows-amd64'],
  );
});

test('slimmer ones are of the same version and system family, the leanest first', () => {
  assert.deepEqual(ask('3-trixie').slimmer, ['3.14.0-alpine3.24', '3.14.0-slim-trixie']);
  assert.deepEqual(ask('alpine').slimmer, []);
});

test('the newest is of the same kind, and a pre-release stands apart', () => {
  const { newest, newestPreRelease, endOfLife } = ask('3.13-buster');
  assert.equal(newest, '3.14.0-trixie');
  assert.equal(newestPreRelease, '3.15.0rc1-trixie');
  assert.deepEqual([endOfLife?.lastDay, endOfLife?.isOver], ['2024-06-30', true]);
  assert.equal(ask('slim').newestPreRelease, null);
});

test('a tag that is not there has no images, and no invented neighbours', () => {
  const { images, aliases, newest, variants, slimmer } = ask('2.7');
  assert.deepEqual(
    { images, aliases, newest, variants, slimmer },
    { images: [], aliases: [], newest: null, variants: [], slimmer: [] },
  );
});

const choose = (like: string, lean = false, architecture: 'arm64v8' | null = null) =>
  chooseTags(entries, { like, lean, architecture }, NOW).map(({ exact, line }) => `${exact} ${line}`);

test('the usual image of the newest release is recommended, with its line; what is over or unfinished comes last', () => {
  const choices = choose('latest');
  assert.equal(choices[0], '3.14.0-trixie 3.14-trixie');
  assert.deepEqual(choices.slice(-2), ['3.13.9-buster 3.13-buster', '3.15.0rc1-trixie 3.15.0rc1-trixie']);
});

test('a wish for less, and for an architecture, is heard', () => {
  assert.equal(choose('3', true)[0], '3.14.0-alpine3.24 3.14-alpine3.24');
  assert.deepEqual(choose('3-slim', false, 'arm64v8'), ['3.14.0-slim-trixie 3.14-slim-trixie']);
  assert.deepEqual(choose('windowsservercore', false, 'arm64v8'), []);
});

test('each choice says what speaks against it', () => {
  const [buster] = chooseTags(entries, { like: '3.13', lean: false, architecture: null }, NOW);
  assert.deepEqual(
    buster?.reasons.filter(({ speaks }) => speaks === 'against').map(({ because }) => because),
    ['debian 10 has had no public security updates since 2024-06-30'],
  );
});

test('an entry whose first tag has no version is told with it', () => {
  const text = PYTHON.replace('Tags: 3.13.9-buster', 'Tags: old, 3.13.9-buster');
  const last = parseDefinition(text, { name: 'python' }).entries.map(nameEntry).at(-1);
  assert.equal(last && describeEntry(last), 'old (3.13.9)');
});

/** Entries by their tags, of which those behind a bar are shared. */
function entriesOf(...all: readonly string[]) {
  const text = all.map((tags, index) => {
    const [own = '', shared] = tags.split(' | ');
    const system = own.includes('windows') ? 'Architectures: windows-amd64\n' : '';
    return `\nTags: ${own}\n${shared === undefined ? '' : `SharedTags: ${shared}\n`}${system}Directory: ${index}\n`;
  });
  const head = `Maintainers: Ann (@ann)\nGitRepo: https://example.org/app.git\nGitCommit: ${'1'.repeat(40)}\n`;
  return parseDefinition(`${head}${text.join('')}`, { name: 'app' }).entries.map(nameEntry);
}

for (const [title, tags, expected] of [
  [
    'Windows goes by more names and is not what a repository means',
    [
      '2.0-alpine, alpine | 2.0, 2, latest',
      '2.0-windowsservercore, windowsservercore, 2-windowsservercore | 2.0, 2, latest',
    ],
    '2.0-alpine',
  ],
  [
    'without latest, the plainest',
    ['2.0-windowsservercore-ltsc2025, 2-windowsservercore-ltsc2025', '2.0-noble'],
    '2.0-noble',
  ],
  [
    'what is for developers alone is no release',
    ['5.45.2, 5.45, devel, devel-trixie', '5.44.0, 5.44, latest'],
    '5.44.0',
  ],
  ['a system under development', ['45, rawhide', '44, latest'], '44'],
  ['unstable by name, and the default all the same', ['1.38.0, 1.38, unstable, latest', '1.37.0'], '1.38.0'],
  ['the default of a variant', ['1.38.0-musl, unstable-musl, musl', '1.37.0-musl'], '1.38.0-musl'],
] as const) {
  test(`the newest release: ${title}`, () => {
    const released = entriesOf(...tags).filter(({ preRelease }) => !preRelease);
    assert.equal(newestOf(released)?.name, expected);
  });
}

for (const [title, like, tags, expected] of [
  [
    'what the tag means comes before other systems',
    '21',
    [
      '21.0.12_8-jdk-noble, 21-jdk-noble',
      '21.0.12_8-jdk-resolute, 21-jdk-resolute | 21.0.12_8-jdk, 21-jdk, 21',
    ],
    '21.0.12_8-jdk-resolute 21-jdk-resolute',
  ],
  [
    'a release of long support comes before a newer one',
    'latest',
    ['26_35-jdk', '25.0.4_7-jdk, 25-jdk, latest'],
    '25.0.4_7-jdk 25-jdk',
  ],
  [
    'a version of two numbers has a line, too',
    '18',
    ['18.6-trixie, 18-trixie, 18, latest'],
    '18.6-trixie 18-trixie',
  ],
  ['a date is no line', 'latest', ['13.6, 13, trixie-20260803, trixie, latest'], '13.6 13'],
  [
    'what it runs on is kept',
    'latest',
    ['1.20.3-otp-29, 1.20-otp-29, 1.20.3, 1.20, otp-29, latest'],
    '1.20.3-otp-29 1.20-otp-29',
  ],
  [
    'nor is the version of something else',
    'latest',
    ['10.2.0-jre25, 10.1-jre25, latest'],
    '10.2.0-jre25 10.2.0-jre25',
  ],
] as const) {
  test(`which to use: ${title}`, () => {
    const [first] = chooseTags(entriesOf(...tags), { like, lean: false, architecture: null }, NOW);
    assert.equal(`${first?.exact} ${first?.line}`, expected);
  });
}
