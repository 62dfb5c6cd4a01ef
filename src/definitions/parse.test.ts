import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { officialDefinitions } from '../../test/library/official-definitions.ts';
import { DEFAULTS, type Definition, inputsFor } from './definition.ts';
import { DefinitionError } from './errors.ts';
import { findEntries } from './find-entries.ts';
import { formatBlock, formatDefinition, formatEntries } from './format.ts';
import { parseDefinition } from './parse.ts';
import { sharedTagGroups } from './shared-tags.ts';

const parse = (text: string) => parseDefinition(text, { name: 'thing' });

/** Comments, continued lines, merged entries, fields of architectures, groups of shared tags. */
const EXAMPLE = `# who
Maintainers: Ann Author <ann@example.org> (@ann),
# a comment within a value
	     Ben (@ben/team)
SharedTags: newest
GitRepo: https://example.org/thing.git
s390x-GitRepo: https://example.org/thing-z.git

  # an entry
Tags: 3.1, 3
Architectures: s390x, amd64, s390x
GitCommit: ${'3'.repeat(40)}
Directory: ./3//
s390x-Directory: 3/z/
Builder: buildkit


Tags: 2.9
SharedTags: old,
  older
GitFetch: refs/tags/v2.9
GitCommit: ${'2'.repeat(40)}
amd64-GitCommit: ${'1'.repeat(40)}
File: Dockerfile.two
Constraints: slow, !new

Tags: 3.1-again
SharedTags: again
Directory: 3
GitCommit: ${'3'.repeat(40)}
Architectures: amd64, s390x
s390x-Directory: 3/z
Builder: buildkit
`;

test('an example is printed as bashbrew prints it', () => {
  assert.equal(
    formatDefinition(parse(EXAMPLE)),
    `Maintainers: Ann Author <ann@example.org> (@ann), Ben (@ben/team)
SharedTags: newest
GitRepo: https://example.org/thing.git
s390x-GitRepo: https://example.org/thing-z.git

Tags: 3.1, 3, 3.1-again
SharedTags: newest, again
Architectures: amd64, s390x
GitCommit: ${'3'.repeat(40)}
Directory: 3
Builder: buildkit
s390x-Directory: 3/z

Tags: 2.9
SharedTags: old, older
GitFetch: refs/tags/v2.9
GitCommit: ${'2'.repeat(40)}
File: Dockerfile.two
amd64-GitCommit: ${'1'.repeat(40)}
Constraints: slow, !new`,
  );
  const groups = sharedTagGroups(parse(EXAMPLE).entries).map(({ tags, entries }) => [
    tags,
    entries.map((entry) => entry.tags[0]),
  ]);
  assert.deepEqual(groups, [
    [['newest', 'again'], ['3.1']],
    [['old', 'older'], ['2.9']],
  ]);
});

test('an entry is printed without what is usual everywhere', () => {
  const [entry] = findEntries(parse(EXAMPLE), 'older');
  assert.ok(entry);
  assert.match(
    formatBlock(entry, DEFAULTS),
    /^Maintainers: Ann [^\n]*\nTags: 2\.9\nSharedTags: old, older\nGitRepo: /,
  );
  assert.doesNotMatch(formatBlock(entry, DEFAULTS), /Architectures|Directory/);
});

test('official definitions are printed as bashbrew prints them, and read back as the same', () => {
  const { written, printed } = officialDefinitions();
  assert.equal(written.size, 25);
  for (const [name, text] of written) {
    const once = formatDefinition(parseDefinition(text, { name }));
    assert.equal(once, printed.get(name), name);
    assert.equal(formatDefinition(parseDefinition(once, { name })), once, name);
  }
});

test('an entry is printed with all that it inherits', () => {
  const definition = parse(file('Tags: 1\nDirectory: a'));
  assert.equal(
    formatEntries(definition.entries),
    `Maintainers: A (@a)
Tags: 1
Architectures: amd64
GitRepo: https://example.org/a.git
GitFetch: refs/heads/master
GitCommit: ${COMMIT}
Directory: a
File: Dockerfile`,
  );
});

const COMMIT = 'a'.repeat(40);
const GLOBAL = `Maintainers: A (@a)\nGitRepo: https://example.org/a.git\nGitCommit: ${COMMIT}`;
const file = (...paragraphs: readonly string[]) => [GLOBAL, ...paragraphs].join('\n\n');

// each of them is what upstream does; none can be told from its documentation
const traps: readonly (readonly [
  what: string,
  text: string,
  find: (definition: Definition) => unknown,
  expected: unknown,
])[] = [
  [
    'comments go before continuations are looked at, indented ones too',
    file('Tags: 1,\n# one\n  # two\n  2'),
    ({ entries }) => entries[0]?.tags,
    ['1', '2'],
  ],
  [
    'a comment behind a value is part of it',
    file('Tags: 1\nDirectory: a # b'),
    ({ entries }) => entries[0]?.directory,
    'a # b',
  ],
  [
    'a line of spaces ends no paragraph, and leaves a line feed on a single value',
    file('Tags: 1\nFile: a\n \nBuilder: b'),
    ({ entries }) => [entries[0]?.file, entries[0]?.builder],
    ['a\n\n', 'b'],
  ],
  [
    'a value that goes on ends with a line feed, and a lone dot is an empty line',
    file('Tags: 1\nFile: a\n .\n  b  '),
    ({ entries }) => entries[0]?.file,
    'a\n\n b\n',
  ],
  [
    'a value that begins in the next line has no line feed in front',
    file('Tags:\n  1'),
    ({ entries }) => entries[0]?.tags,
    ['1'],
  ],
  [
    'of fields that stand there twice the last one counts',
    file('Tags: 1\nTags: 2'),
    ({ entries }) => entries[0]?.tags,
    ['2'],
  ],
  [
    'capitals count, and fields that are not known are ignored',
    file('Tags: 1\narchitectures: s390x\nArchitecture: s390x\ns390x-Tags: 3'),
    ({ entries }) => [entries[0]?.architectures, entries[0]?.perArchitecture.size],
    [['amd64'], 0],
  ],
  [
    'carriage returns and empty lines anywhere',
    `\r\n\n${file('Tags: 1', 'Tags: 2\nFile: a').replaceAll('\n', '\r\n')}\r\n\r\n\r\n`,
    ({ entries }) => entries.map(({ tags, file: name }) => [...tags, name]),
    [
      ['1', 'Dockerfile'],
      ['2', 'a'],
    ],
  ],
  ['a last line without its end', file('Tags: 1, 2'), ({ entries }) => entries[0]?.tags, ['1', '2']],
  ['a file with nothing but its first paragraph', GLOBAL, ({ entries }) => entries, []],
  [
    'maintainers and constraints are added, shared tags and architectures replaced',
    `${GLOBAL}\nConstraints: c\nSharedTags: s\nArchitectures: s390x\n\nTags: 1\nMaintainers: B (@b)\nConstraints: d\nSharedTags: t\nArchitectures: i386, amd64, i386`,
    ({ entries: [entry] }) => [
      entry?.maintainers.length,
      entry?.constraints,
      entry?.sharedTags,
      entry?.architectures,
    ],
    [2, ['c', 'd'], ['t'], ['amd64', 'i386']],
  ],
  [
    'an empty element of the constraints',
    file('Tags: 1\nConstraints:'),
    ({ entries }) => entries[0]?.constraints,
    [''],
  ],
  [
    'the directory of an entry is cleaned, that of the first paragraph and files are not',
    `${GLOBAL}\nDirectory: a/\ns390x-Directory: b//c/\n\nTags: 1\nFile: ./x`,
    ({ global, entries: [entry] }) => [
      global.directory,
      entry?.directory,
      global.perArchitecture.get('s390x-Directory'),
      entry?.perArchitecture.get('s390x-Directory'),
      entry?.file,
    ],
    ['a/', 'a', 'b//c/', 'b/c', './x'],
  ],
  [
    'prefixes and values of single architectures are not checked',
    file('Tags: 1\nx-y-GitCommit: none\n-File: z'),
    ({ entries }) => [...(entries[0]?.perArchitecture ?? [])],
    [
      ['x-y-GitCommit', 'none'],
      ['-File', 'z'],
    ],
  ],
  [
    'the field of an architecture in the first paragraph beats that of the entry',
    `${GLOBAL}\namd64-GitFetch: refs/heads/old\n\nTags: 1\nGitFetch: refs/heads/new`,
    ({ entries: [entry] }) => entry && inputsFor(entry, 'amd64').gitFetch,
    'refs/heads/old',
  ],
  [
    'an empty field of an architecture takes the inherited one away',
    `${GLOBAL}\namd64-File: old\n\nTags: 1\namd64-File:`,
    ({ entries: [entry] }) => entry && inputsFor(entry, 'amd64').file,
    'Dockerfile',
  ],
  [
    'entries of the same inputs become the first of them, without the maintainers of the other',
    file('Tags: 1\nSharedTags: s', 'Tags: 2\nDirectory: b', 'Tags: 3\nSharedTags: t, s\nMaintainers: B (@b)'),
    ({ entries }) =>
      entries.map(({ tags, sharedTags, maintainers }) => [tags, sharedTags, maintainers.length]),
    [
      [['1', '3'], ['s', 't'], 1],
      [['2'], [], 1],
    ],
  ],
  [
    'a file inside of a signature, which is not verified',
    `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${file('- Tags: 1', 'Tags: 2\nFile: a').replace('- Tags', 'Tags')}\n- # note\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\nTags: 3\n`,
    ({ entries }) => entries.map(({ tags, line }) => [tags[0], line]),
    [
      ['1', 8],
      ['2', 10],
    ],
  ],
  [
    'the lines of entries',
    file('# c\nTags: 1', 'File: a\nTags: 2'),
    ({ entries }) => entries.map(({ line }) => line),
    [6, 8],
  ],
];
for (const [what, text, find, expected] of traps) {
  test(`as upstream: ${what}`, () => assert.deepEqual(find(parse(text)), expected));
}

/** Beginnings of messages, which are upstream's, with the line of ours. */
const refused: readonly (readonly [text: string, message: string, line: number])[] = [
  ['this is no definition', "Bad line: 'this is no definition' has no ':'", 1],
  [`${GLOBAL}\n\nTags: 1\noops`, "Bad line: 'oops' has no ':'", 6],
  ['', 'EOF', 1],
  [' a\n\n b\n', 'EOF', 1],
  ['-----BEGIN PGP SIGNED MESSAGE-----\n\nMaintainers: A (@a)\n', 'Invalid clearsigned input', 1],
  ['GitRepo: a', 'missing Maintainers', 1],
  ['\ufeffMaintainers: A (@a)', 'missing Maintainers', 1],
  ['Maintainers: A (a)', 'invalid Maintainers: "A (a)" (expected format "Full Name <', 1],
  [
    '\nMaintainers: Ann (@ann), Ben <ben@example.org> (@ben), Cas (cas)',
    'invalid Maintainers: "Cas (cas)"',
    2,
  ],
  [`${GLOBAL}\nTags:`, 'global Tags not permitted', 4],
  [`${GLOBAL}\nArchitectures: amd64, arm64`, 'invalid global Architectures: "arm64"', 4],
  [`${GLOBAL}\nValues: x`, 'Unknown type of field: map[string]string', 4],
  [`${GLOBAL}\nArchValues: x`, 'Unknown type of field: map[string]string', 4],
  [`${GLOBAL}\nParagraph: x`, "Type 'Paragraph' does not implement control.Unmarshallable", 4],
  [file('File: a'), 'missing Tags', 5],
  [file('Tags: 1, 2\nGitRepo:'), 'Tags "1, 2" missing one of GitRepo, GitFetch, or GitCommit', 5],
  [
    file('Tags: 1\nGitFetch: refs/x/y'),
    'Tags "1" has invalid GitFetch (must be "refs/heads/..." or "refs/tags/..."): "refs/x/y"',
    6,
  ],
  [
    file('Tags: 1\nGitCommit: main'),
    'Tags "1" has invalid GitCommit (must be a commit, not a tag or ref): "main"',
    6,
  ],
  [
    file(`Tags: 1\nGitCommit: ${COMMIT}\n \nFile: a`),
    `Tags "1" has invalid GitCommit (must be a commit, not a tag or ref): "${COMMIT}\\n\\n"`,
    6,
  ],
  [file('Tags: 1,'), 'Tags "1, " has invalid (Shared)Tags: ""', 5],
  [file('Tags: 1\nSharedTags: .a, é'), 'Tags "1" has invalid (Shared)Tags: ".a, é"', 6],
  [file(`Tags: ${'a'.repeat(129)}`), `Tags "${'a'.repeat(129)}" has invalid (Shared)Tags`, 5],
  [file('Tags: 1\nArchitectures: amd64,'), 'Tags "1" has invalid Architectures: ""', 6],
  [file('Tags: 1, 1'), 'Tags "1, 1" includes duplicate tag: "1"', 5],
  [file('Tags: 1, 2', 'File: a\nTags: 2'), 'Tags "2" includes duplicate tag: "2" (duplicated in "1, 2")', 7],
  [file('Tags: 1\nSharedTags: 1'), 'Tags "1" includes duplicate tag: "1" (in SharedTags)', 5],
  [
    file('Tags: 1', 'Tags: 2\nSharedTags: 1'),
    'Tags "2" includes conflicting shared tag: "1" (duplicated in "1")',
    7,
  ],
  [
    file('Tags: 1\nSharedTags: 2', 'Tags: 2'),
    'Tags "2" includes tag conflicting with a shared tag: "2" (shared tag in "1")',
    8,
  ],
];
for (const [text, message, line] of refused) {
  test(`refused as upstream: ${message.slice(0, 70)}`, () => {
    assert.throws(
      () => parse(text),
      (error) =>
        error instanceof DefinitionError &&
        error.message.startsWith(message) &&
        error.message.endsWith(`(thing, line ${line})`) &&
        error.fault.line === line,
    );
  });
}

for (const [what, text] of [
  ['a file that is too long', 'a'.repeat(2_000_000)],
  ['too many paragraphs', 'a: b\n\n'.repeat(6_000)],
  ['too many fields', `${GLOBAL}${Array.from({ length: 200 }, (_, n) => `\nx${n}-File: a`).join('')}`],
  ['too many elements', file(`Tags: ${'a,'.repeat(2_000)}b`)],
  [
    'too many shared tags for all',
    `${GLOBAL}\nSharedTags: ${Array.from({ length: 200 }, (_, n) => `s${n}`).join(',')}`,
  ],
  ['too many maintainers for all', `Maintainers: ${Array.from({ length: 200 }, () => 'A (@a)').join(',')}`],
] as const) {
  test(`refused, unlike upstream: ${what}`, () => {
    assert.throws(
      () => parse(text),
      (error) => error instanceof DefinitionError && error.fault.rule === 'too-large',
    );
  });
}

test('messages stay short whatever the file says', () => {
  assert.throws(
    () => parse('x'.repeat(900_000)),
    (error) => error instanceof DefinitionError && error.message.length < 11_000,
  );
});

/** Lines that mean something together, so that most texts get far. */
const LINES = [
  ...GLOBAL.split('\n'),
  'Tags: 1',
  'Tags: 2, 3',
  'SharedTags: s',
  'SharedTags:',
  'Directory: a/../b/',
  'arm64v8-File: b',
  'Architectures: arm64v8, amd64',
  'Constraints: !c',
  '',
  '',
  ' ',
  ' , 4',
  '# c',
  'oops',
];

test('whatever it is given, it reads it or says why not, and no tag is of two entries', () => {
  const text = fc.oneof(
    fc.array(fc.constantFrom(...LINES), { maxLength: 30 }).map((lines) => lines.join('\n')),
    fc.array(fc.constantFrom(...LINES), { maxLength: 20 }).map((lines) => `${GLOBAL}\n\n${lines.join('\n')}`),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (given) => {
      const first = readable(given);
      if (first === null) return;
      const tags = first.entries.flatMap((entry) => entry.tags);
      assert.equal(new Set(tags).size, tags.length);
    }),
    { numRuns: 500 },
  );
});

function readable(text: string): Definition | null {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof DefinitionError) return null;
    throw error;
  }
}

test('the largest definition that is read, with much to inherit', () => {
  const fields = Array.from({ length: 120 }, (_, index) => `\nx${index}-File: a`).join('');
  const entries = Array.from({ length: 4_900 }, (_, index) => `Tags: t${index}\nFile: f${index}\ny-File: b`);
  const definition = parse([`${GLOBAL}${fields}`, ...entries].join('\n\n'));
  assert.equal(definition.entries.length, 4_900);
});
