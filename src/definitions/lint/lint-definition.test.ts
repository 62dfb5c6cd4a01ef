import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { officialDefinitions } from '../../../test/library/official-definitions.ts';
import { DefinitionError } from '../errors.ts';
import { parseDefinition } from '../parse.ts';
import { lintDefinition } from './lint-definition.ts';
import { LINT_RULES, type LintRule } from './rules.ts';

const COMMIT = 'a'.repeat(40);
const GLOBAL = `Maintainers: A (@a)\nGitRepo: https://example.org/a.git\nGitCommit: ${COMMIT}`;
const file = (...paragraphs: readonly string[]) => [GLOBAL, ...paragraphs].join('\n\n');
const lint = (text: string, name = 'thing') => lintDefinition(text, { name });

type Row = readonly [
  rule: LintRule,
  text: string,
  place: `${number}:${number}`,
  message: RegExp,
  remedy?: RegExp,
];

const rows: readonly Row[] = [
  ['bad-line', file('Tags: 1\noops\nFile: a'), '6:1', /"oops" has no colon/],
  ['signature', '-----BEGIN PGP SIGNED MESSAGE-----\noops', '1:1', /Invalid clearsigned input/],
  ['too-large', file(`Tags: ${'a,'.repeat(2_000)}`), '5:1', /Tags has 2001 elements/],
  ['missing-maintainers', 'GitRepo: https://example.org/a.git', '1:1', /no Maintainers/],
  ['missing-maintainers', '# nothing', '1:1', /EOF/],
  ['invalid-maintainer', `Maintainers: A (@a),\n  B <b>(@b)`, '2:3', /"B <b>\(@b\)" is not of the form/],
  ['global-tags', `${GLOBAL}\nTags: 1`, '4:1', /has Tags/],
  ['missing-tags', file('File: a'), '5:1', /no Tags/],
  ['missing-git-repo', `Maintainers: A (@a)\nGitCommit: ${COMMIT}\n\nTags: 1`, '4:1', /no GitRepo/],
  [
    'invalid-git-commit',
    'Maintainers: A (@a)\nGitRepo: https://a/b\n\nTags: 1',
    '4:1',
    /required even where/,
  ],
  ['invalid-tag', file('Tags: 1, .2'), '5:10', /"\.2" cannot be a tag/],
  ['invalid-tag', file('Tags: 1,\n  , 2'), '5:9', /a tag is empty/],
  ['invalid-tag', file('Tags: 1\nSharedTags:'), '6:12', /a tag is empty/],
  ['duplicate-tag', file('Tags: 1, 2, 1'), '5:13', /"1" stands twice/],
  ['duplicate-tag', file('Tags: 1', 'Tags: 2, 1\nFile: a'), '7:10', /"1" is a tag of "1" \(line 5\) too/],
  ['duplicate-tag', file('Tags: 1\nSharedTags: a', 'Tags: 2, a\nFile: a'), '8:10', /is a shared tag of "1"/],
  ['duplicate-tag', file('Tags: 1', 'Tags: 2\nSharedTags: 1\nFile: a'), '8:13', /a tag of "1" \(line 5\)/],
  [
    'invalid-architecture',
    file('Tags: 1\nArchitectures: amd64, arm64v7'),
    '6:23',
    /"arm64v7" is no/,
    /arm64v8/,
  ],
  ['invalid-git-commit', file('Tags: 1\nGitCommit: main'), '6:12', /"main", which is no id/],
  ['invalid-git-commit', file('Tags: 1\namd64-GitCommit: main'), '6:18', /amd64-GitCommit is "main"/],
  ['invalid-git-fetch', file('Tags: 1\nGitFetch: main'), '6:11', /no branch and no tag/],
  ['invalid-git-fetch', file('Tags: 1\namd64-GitFetch: refs/heads/a..b'), '6:17', /a\.\.b/],
  ['invalid-git-fetch', file('Tags: 1\nGitFetch: refs/heads/a.lock'), '6:11', /a\.lock/],
  [
    'unknown-field',
    file('Tags: 1\nArchitecture: s390x'),
    '6:1',
    /"Architecture" is no field/,
    /Write Architectures/,
  ],
  ['unknown-field', file('Tags: 1\narm64v8-Gitcommit: x'), '6:1', /is ignored/, /Write arm64v8-GitCommit/],
  ['unknown-field', file('Tags: 1\nFirstSeenInTheWild: x'), '6:1', /is ignored/, /capitals/],
  ['unknown-field', file('Tags: 1\nValues: x'), '6:1', /"Values" is no field/],
  ['duplicate-field', file('Tags: 1\nFile: a\nFile: b'), '7:1', /"File" stands in line 6 already/],
  ['stray-continuation', file(' Tags: 1', 'Tags: 2'), '5:1', /"Tags: 1" continues a field/],
  ['multi-line-value', file('Tags: 1\nFile: a\n \nBuilder: classic'), '7:1', /File goes on in line 7/],
  ['control-character', file('Tags: 1\nFile: a\u202eb'), '6:7', /"a\\u202eb"/],
  ['control-character', file('Tags: 1\nConstraints: a, b\u0007'), '6:17', /cannot be seen/],
  ['unknown-prefix', file('Tags: 1\narm64-File: a'), '6:1', /"arm64" in "arm64-File"/, /Write arm64v8/],
  [
    'shadowed-field',
    `${GLOBAL}\namd64-GitCommit: ${COMMIT}\n\nTags: 1\nGitCommit: ${COMMIT}`,
    '7:1',
    /has amd64-GitCommit \(line 4\)/,
  ],
  ['insecure-repository', file('Tags: 1\nGitRepo: git://example.org/a.git'), '6:10', /is fetched by git$/],
  ['insecure-repository', file('Tags: 1\namd64-GitRepo: git@example.org:a.git'), '6:16', /no address/],
  [
    'invalid-repository',
    file('Tags: 1\nGitRepo: https://me:secret@example.org/a'),
    '6:10',
    /^GitRepo has a user or a password/,
  ],
  ['invalid-repository', file('Tags: 1\nGitRepo: example.org/a'), '6:10', /no address/],
  [
    'invalid-repository',
    file('Tags: 1\nGitRepo: https://example.org/'),
    '6:10',
    /no address of a repository/,
  ],
  ['unknown-builder', file('Tags: 1\nBuilder: buildx'), '6:10', /"buildx"/, /buildkit/],
  ['empty-constraint', file('Tags: 1\nConstraints: a,'), '6:16', /a constraint is empty/],
  ['empty-constraint', file('Tags: 1\nConstraints: !'), '6:14', /a constraint is empty/],
  ['path-outside', file('Tags: 1\nDirectory: a/../../b'), '6:12', /leads outside/],
  ['path-outside', file('Tags: 1\namd64-File: /etc/passwd'), '6:13', /leads outside/],
  [
    'shared-tag-architecture',
    file('Tags: 1\nSharedTags: s', 'Tags: 2\nFile: a\nSharedTags: t, s\nArchitectures: s390x, amd64'),
    '10:16',
    /"s" is shared with "1" \(line 5\), which has amd64 too/,
  ],
  [
    'shared-tag-architecture',
    `${GLOBAL}\nSharedTags: s\n\nTags: 1\n\nTags: 2\nFile: a`,
    '8:1',
    /"s" is shared with "1"/,
  ],
  ['unused-prefix', file('Tags: 1\ns390x-File: a'), '6:1', /s390x, which the entry is not built for/],
  ['unused-prefix', `${GLOBAL}\ns390x-File: a\n\nTags: 1`, '4:1', /s390x, which no entry is built for/],
  ['repeated-element', file('Tags: 1\nArchitectures: amd64, amd64'), '6:23', /"amd64" twice/],
  ['repeated-element', file('Tags: 1\nMaintainers: A (@a)'), '6:14', /from the first paragraph already/],
  ['empty-value', file('Tags: 1\nFile:'), '6:6', /File has no value/],
  ['blank-line-with-spaces', file('File: a\nTags: 1\n \t\nBuilder: classic'), '7:1', /continues Tags/],
  ['trailing-comment', file('Tags: 1\nFile: a # b'), '6:7', /part of File/],
  ['same-inputs', file('Tags: 1', 'Tags: 2'), '7:1', /the same as "1" \(line 5\)/],
  [
    'unverified-signature',
    `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${file('Tags: 1')}\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n`,
    '1:1',
    /nobody verifies/,
  ],
];
for (const [rule, text, place, message, remedy = /./] of rows) {
  test(`${rule} at ${place}: ${message.source}`, () => {
    const found = lint(text).filter((diagnostic) => diagnostic.rule === rule);
    const at = found.find(({ line, column }) => `${line}:${column}` === place);
    assert.ok(at, `found: ${JSON.stringify(lint(text))}`);
    assert.match(at.message, message);
    assert.match(at.remedy, remedy);
    assert.equal(at.severity, LINT_RULES[rule].severity);
  });
}

for (const name of ['Redis', '../redis', 'a b', '-a', 'a__', '.git', '']) {
  test(`repository-name: ${JSON.stringify(name)}`, () => {
    assert.deepEqual(
      lint(file('Tags: 1'), name).map(({ rule }) => rule),
      ['repository-name'],
    );
  });
}

test('every rule is shown to find something', () => {
  // files that cannot be read are for those who read files
  const shown = new Set<string>(['unreadable', 'repository-name', ...rows.map(([rule]) => rule)]);
  assert.deepEqual(
    Object.keys(LINT_RULES).filter((rule) => !shown.has(rule)),
    [],
  );
});

test('what upstream refuses is told once, with the entry', () => {
  const found = lint(file('Tags: 1', 'Tags: 2, 1\nFile: a'));
  assert.deepEqual(
    found.map(({ rule, entry }) => [rule, entry]),
    [['duplicate-tag', '2']],
  );
});

test('everything is told at once, in the order of the file', () => {
  const found = lint(file('Tags: 1\nGitCommit: x', 'Tags: 2,\nBuilder: y', 'oops'));
  assert.deepEqual(
    found.map(({ rule, line }) => `${line} ${rule}`),
    ['6 invalid-git-commit', '8 invalid-tag', '9 unknown-builder', '11 bad-line', '11 missing-tags'],
  );
});

test('Windows may stand twice in a shared tag, and git may be fetched from anywhere by https', () => {
  const windows = 'SharedTags: s\nArchitectures: windows-amd64';
  const other = 'GitRepo: https://git.example.org/~me/a\nGitFetch: refs/tags/v1.2/a-b_c';
  assert.deepEqual(
    lint(file(`Tags: 1\n${windows}`, `Tags: 2\n${windows}\nFile: a`, `Tags: 3\n${other}`)),
    [],
  );
});

test('official definitions have no errors', () => {
  for (const [name, text] of officialDefinitions().written) {
    const found = lint(text, name).map(({ rule, line }) => `${rule} ${line}`);
    assert.deepEqual(found, name === 'rockylinux' ? ['unused-prefix 33'] : [], name);
  }
});

const LINES = [
  ...GLOBAL.split('\n'),
  'Tags: 1, 2',
  'Tags: 3,',
  'SharedTags: 1, s',
  'Directory: ../x',
  'amd64-File: /y',
  'Architectures: s390x, amd64, z',
  'Constraints:',
  '',
  ' ',
  'oops',
  '-----BEGIN PGP SIGNED MESSAGE-----',
];

test('what upstream refuses has an error, whatever the file says; places are places of the file', () => {
  const text = fc.oneof(
    fc.array(fc.constantFrom(...LINES), { maxLength: 30 }).map((lines) => lines.join('\n')),
    fc.array(fc.constantFrom(...LINES), { maxLength: 20 }).map((lines) => `${GLOBAL}\n\n${lines.join('\n')}`),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (given) => {
      const found = lint(given);
      const lines = given.split('\n');
      for (const { line, column } of found) {
        assert.ok(line >= 1 && line <= lines.length, `line ${line}`);
        assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1, `column ${column}`);
      }
      if (isRefused(given)) assert.ok(found.some(({ severity }) => severity === 'error'));
    }),
    { numRuns: 1_000 },
  );
});

function isRefused(text: string): boolean {
  try {
    parseDefinition(text, { name: 'thing' });
    return false;
  } catch (error) {
    if (error instanceof DefinitionError) return true;
    throw error;
  }
}

for (const [what, text] of [
  ['lines that are none', 'a\n'.repeat(500_000)],
  ['unknown fields', 'nobody-knows: a\n'.repeat(50_000)],
  ['unknown fields in many paragraphs', `${GLOBAL}\n\n${'Unheard: a\nOf: b\n\n'.repeat(4_000)}`],
  [
    'shared tags that everybody inherits',
    `${GLOBAL}\nSharedTags: ${Array.from({ length: 100 }, (_, n) => `s${n}`).join(',')}\n\n${'Tags: a\n\n'.repeat(4_000)}`,
  ],
  ['lines and elements of one list', `${GLOBAL}\n\nTags: ${',\n .'.repeat(990)}${'\n .'.repeat(300_000)}`],
  ['spaces', `Maintainers: A${' '.repeat(900_000)}<`],
] as const) {
  test(`many faults are bounded: ${what}`, () => assert.ok(lint(text).length <= 1_000));
}
