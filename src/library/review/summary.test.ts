import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDefinition } from '../../definitions/parse.ts';
import { compareDefinitions } from './definition-change.ts';
import { summarise } from './summary.ts';

const HEAD = `Maintainers: Ann (@ann)\nGitRepo: https://example.org/app.git\nGitCommit: ${'1'.repeat(40)}\n`;

/** Entries by their tags, each from a directory of its own. */
function definition(entries: readonly string[], more = '') {
  const text = entries.map((tags) => `\nTags: ${tags}\nDirectory: ${tags.split(',')[0] ?? ''}\n${more}`);
  return parseDefinition(`${HEAD}${text.join('')}`, { name: 'app' });
}

for (const [title, base, head, expected] of [
  [
    'a release moves the tags of all its variants in one line',
    ['1.0.0, 1.0, 1', '1.0.0-slim, 1.0-slim, 1-slim'],
    ['1.0.1, 1.0, 1', '1.0.1-slim, 1.0-slim, 1-slim'],
    [
      'tags superseded 1.0.0, 1.0.0-slim',
      'tags gained 1.0.1, 1.0.1-slim',
      'tags moved forwards 1.0, 1, 1.0-slim, 1-slim: 1.0.0 → 1.0.1',
      'source changed 1.0.1, 1.0.1-slim',
    ],
  ],
  [
    'another variant of the same version is named',
    ['1.0.0-bookworm, latest', '1.0.0-trixie, trixie'],
    ['1.0.0-bookworm', '1.0.0-trixie, latest, trixie'],
    ['tags moved sideways latest: 1.0.0-bookworm → 1.0.0-trixie'],
  ],
  [
    'entries that come and go',
    ['2.0.0, 2', '1.0.0, 1'],
    ['3.0.0, 3', '2.0.0, 2'],
    ['entries gone 1.0.0', 'entries new 3.0.0', 'tags retired 1.0.0, 1', 'tags gained 3.0.0, 3'],
  ],
] as const) {
  test(title, () => {
    const change = compareDefinitions('app', definition(base), definition(head));
    const lines = summarise({ change, definition: null, files: [], bases: [] });
    assert.deepEqual(
      lines.map(({ about, names, what }) => `${about} ${names.join(', ')}${what === '' ? '' : `: ${what}`}`),
      expected,
    );
  });
}

test('an architecture that is lost or gained is no changed source', () => {
  const [few, many] = ['amd64', 'amd64, s390x'].map((names) =>
    definition(['1.0.0'], `Architectures: ${names}\n`),
  );
  assert.ok(few !== undefined && many !== undefined);
  for (const [base, head, expected] of [
    [few, many, 'gained s390x'],
    [many, few, 'lost s390x'],
  ] as const) {
    const change = compareDefinitions('app', base, head);
    assert.deepEqual(summarise({ change, definition: null, files: [], bases: [] }), [
      { about: 'architectures', names: ['1.0.0'], what: expected },
    ]);
  }
});
