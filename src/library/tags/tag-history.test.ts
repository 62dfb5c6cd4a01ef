import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDefinition } from '../../definitions/parse.ts';
import { nameEntry } from './entry-name.ts';
import { makeTagHistory, tagMeanings, type DefinitionVersion } from './tag-history.ts';
import { standingOf } from './tag-state.ts';

/** Each entry is its tags, with shared tags behind a bar. */
function definition(...entries: readonly string[]) {
  const paragraphs = entries.map((entry, index) => {
    const [tags = '', shared] = entry.split(' | ');
    const sharing = shared === undefined ? '' : `SharedTags: ${shared}\n`;
    return `\nTags: ${tags}\n${sharing}Directory: ${index}\n`;
  });
  const text = `Maintainers: Ann (@ann)\nGitRepo: https://example.org/a.git\nGitCommit: ${'1'.repeat(40)}\n${paragraphs.join('')}`;
  return parseDefinition(text, { name: 'app' });
}

function history(...versions: readonly (readonly string[] | 'absent' | 'unreadable')[]) {
  return makeTagHistory(
    versions.map((version, index): DefinitionVersion => ({
      point: { commit: `c${index + 1}`, at: (index + 1) * 100 },
      meanings: typeof version === 'string' ? version : tagMeanings(definition(...version)),
    })),
  );
}

const line = (text: string) =>
  history(['1.0.0, 1.0, 1, latest'], ['1.0.1, 1.0, 1, latest'], 'unreadable', text.split('; '));

test('a tag that moves has one interval with its meanings', () => {
  const { tags, versions, unreadable, from } = line('2.0.0, 2.0, 2, latest; 1.0.1, 1.0, 1');
  assert.deepEqual(
    tags
      .get('latest')
      ?.map(({ meanings, until }) => [
        meanings.map(({ since, entries }) => `${since.commit} ${entries.join()}`),
        until,
      ]),
    [[['c1 1.0.0', 'c2 1.0.1', 'c4 2.0.0'], null]],
  );
  assert.deepEqual(
    tags.get('1.0.0')?.map(({ until }) => until?.commit),
    ['c2'],
  );
  assert.deepEqual({ versions, unreadable, from: from?.commit }, { versions: 4, unreadable: 1, from: 'c1' });
});

test('a tag that comes back has two intervals', () => {
  const { tags } = history(['1.0.0, latest'], ['1.0.0'], 'absent', ['1.0.0, latest']);
  assert.deepEqual(
    tags.get('latest')?.map(({ meanings, until }) => `${meanings[0].since.commit} ${until?.commit ?? ''}`),
    ['c1 c2', 'c4 '],
  );
});

test('a shared tag means all entries that have it', () => {
  const { tags } = history(['1.0.0-linux | 1.0.0, latest', '1.0.0-windowsservercore | 1.0.0, latest']);
  const [interval] = tags.get('latest') ?? [];
  assert.deepEqual(interval?.meanings[0].entries, ['1.0.0-linux', '1.0.0-windowsservercore']);
});

for (const [tag, now, state, successor] of [
  ['1.0.1', ['2.0.0, 2.0, 2, latest', '1.0.1, 1.0, 1'], 'supported', null],
  ['1.0.0', ['1.0.2, 1.0, 1, latest'], 'superseded', '1.0.2'],
  ['1.0', ['2.0.0, 2.0, 2, latest'], 'superseded', '2.0.0'],
  ['1.0', ['2.0.0, 2.0, 2'], 'retired', null],
  ['latest', ['2.0.0, 2.0, 2'], 'orphaned', '2.0.0'],
  ['1', ['1.1.0, 1.1, latest'], 'orphaned', '1.1.0'],
  ['latest', ['2.0.0-rc1, 2.0-rc'], 'retired', null],
  ['latest', ['0.9.0, 0.9'], 'retired', null],
  ['latest', [], 'retired', null],
  ['3', ['2.0.0, latest'], 'unknown', null],
] as const) {
  test(`${tag} is ${state} when there is ${now.join('; ') || 'nothing'}`, () => {
    const known = history(['1.0.0, 1.0, 1, latest'], ['1.0.1, 1.0, 1, latest'], now);
    const standing = standingOf(tag, definition(...now).entries.map(nameEntry), known);
    assert.deepEqual({ state: standing.state, successor: standing.successor }, { state, successor });
  });
}

test('without a history nothing is known of a tag that is not there', () => {
  const { state, because } = standingOf('1', definition('2.0.0').entries.map(nameEntry), null);
  assert.deepEqual({ state, because }, { state: 'unknown', because: 'the definition does not have it' });
});
