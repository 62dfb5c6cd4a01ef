import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Repository } from '../programme/programme.ts';
import { parseDefinition } from '../../definitions/parse.ts';
import type { Digest } from '../../model/digest.ts';
import type { Contents, ContextChecksum } from '../contents/contents.ts';
import { buildOrder } from './build-order.ts';
import { makeSources } from './make-sources.ts';
import { sourceIdOf } from './source-id.ts';
import { formatSources, parseSources } from './sources-document.ts';

const COMMITS = { a: 'a'.repeat(40), b: 'b'.repeat(40), c: 'c'.repeat(40) } as const;

/** An entry in few words: what it is called, which directory it is built from, and where. */
function repository(name: string, ...entries: readonly Readonly<Record<string, string>>[]): Repository {
  const global = `Maintainers: A (@a)\nGitRepo: https://example.org/a.git\nGitCommit: ${COMMITS.a}\n`;
  const text = [
    global,
    ...entries.map((entry) =>
      Object.entries(entry)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(''),
    ),
  ];
  return { name, file: name, definition: parseDefinition(text.join('\n'), { name }) };
}

/** What is in a directory: its own name and what it is built on. Directories that end in the same letters are the same. */
function contentsOf(
  froms: Readonly<Record<string, readonly string[]>>,
  epochs: Readonly<Record<string, number>> = {},
): Contents {
  return {
    factsOf({ gitCommit, directory }) {
      const its = froms[directory];
      if (its === undefined) return null;
      const checksum = Buffer.from(directory.replace(/^.*\//, ''))
        .toString('hex')
        .padStart(64, '0') as ContextChecksum;
      return { checksum, froms: its, lastStageFrom: its.at(-1) ?? '', epoch: epochs[gitCommit] ?? 1 };
    },
  };
}

const idOf = (directory: string, file = 'Dockerfile', builder = '') =>
  sourceIdOf(Buffer.from(directory).toString('hex').padStart(64, '0') as ContextChecksum, file, builder);

const PIN = `sha256:${'1'.repeat(64)}` as Digest;

test('a source identifies content, file and builder, and nothing else', () => {
  // printf '%s\nDockerfile\n\n' CHECKSUM | sha256sum
  assert.equal(
    sourceIdOf(
      '6da35142a59b3c471f07d1fe3f816766fa4e1f6f4a28afef365febc9cfa4a665' as ContextChecksum,
      'Dockerfile',
      '',
    ),
    '29ff504cfda46692aab2817fe6683578b4983f66fc5154cca59cb71366bfd52d',
  );
});

test('each architecture has its tags, images and parents', () => {
  const { sources, problems } = makeSources(
    [
      repository('app', {
        Tags: '1.0, 1',
        SharedTags: 'latest',
        Architectures: 'arm64v8, amd64',
        Directory: 'app',
        'arm64v8-Builder': 'buildkit',
      }),
      repository('base', { Tags: '2', Architectures: 'amd64', Directory: 'base' }),
    ],
    contentsOf({ app: ['base:2', 'tool:1', 'base:2'], base: ['scratch'] }),
    new Map([['tool:1', PIN]]),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual([...sources.keys()], [idOf('base'), idOf('app'), idOf('app', 'Dockerfile', 'buildkit')]);
  const amd64 = sources.get(idOf('app'))?.architectures.get('amd64');
  assert.deepEqual(amd64?.tags, ['app:1.0', 'app:1', 'app:latest']);
  assert.deepEqual(amd64.archTags, ['amd64/app:1.0', 'amd64/app:1', 'amd64/app:latest']);
  assert.deepEqual(amd64.froms, ['base:2', 'tool:1', 'base:2']);
  assert.deepEqual(
    [...amd64.parents],
    [
      ['base:2', { sourceId: idOf('base'), pin: null }],
      ['tool:1', { sourceId: null, pin: PIN }],
    ],
  );
  const arm64 = sources.get(idOf('app', 'Dockerfile', 'buildkit'))?.architectures.get('arm64v8');
  assert.deepEqual(
    arm64?.parents.get('base:2'),
    { sourceId: null, pin: null },
    'base is not there for arm64v8',
  );
});

test('the same content at two commits is one source, built from the older', () => {
  const contents = contentsOf(
    { 'x/same': ['scratch'], 'y/same': ['scratch'], 'z/same': ['scratch'] },
    { [COMMITS.a]: 5, [COMMITS.b]: 3, [COMMITS.c]: 5 },
  );
  const { sources, problems } = makeSources(
    [
      repository(
        'app',
        { Tags: '1, one', Directory: 'x/same' },
        { Tags: '2', Directory: 'y/same', GitCommit: COMMITS.b, Architectures: 'amd64, i386' },
        { Tags: '3', Directory: 'z/same', GitCommit: COMMITS.c },
      ),
      repository('other', { Tags: '1', Directory: 'x/same' }),
    ],
    contents,
    new Map(),
  );
  assert.deepEqual(problems, []);
  const [[, source] = assert.fail(), ...others] = sources;
  assert.deepEqual(others, []);
  assert.deepEqual(
    source.entries.map(({ directory, epoch }) => [directory, epoch]),
    [
      ['y/same', 3],
      ['x/same', 5],
      ['z/same', 5],
    ],
  );
  assert.deepEqual(source.architectures.get('amd64')?.tags, [
    'app:1',
    'app:one',
    'app:2',
    'app:3',
    'other:1',
  ]);
  assert.deepEqual(source.architectures.get('i386')?.tags, ['app:2']);
});

test('the same content that is built on different images is a problem that names both', () => {
  const { sources, problems } = makeSources(
    [repository('app', { Tags: '1', Directory: 'x/same' }, { Tags: '2', Directory: 'y/same' })],
    contentsOf({ 'x/same': ['a:1'], 'y/same': ['b:1'] }),
    new Map(),
  );
  assert.deepEqual(sources.get(idOf('same'))?.architectures.get('amd64')?.tags, ['app:1']);
  const [problem] = problems;
  assert.equal(problem?.code, 'SOURCE_CONFLICT');
  assert.match(problem.message, /app:2 and app:1 .*amd64.* built on b:1 and on a:1/);
});

test('a parent whose tag means two sources is none, and a problem', () => {
  const { sources, problems } = makeSources(
    [
      repository(
        'base',
        { Tags: 'x', SharedTags: 'latest', Directory: 'x' },
        { Tags: 'y', SharedTags: 'latest', Directory: 'y', Architectures: 'amd64, i386' },
      ),
      repository(
        'app',
        { Tags: '1', Directory: 'app', Architectures: 'amd64, i386' },
        { Tags: '2', Directory: 'app2' },
      ),
    ],
    contentsOf({ x: ['scratch'], y: ['scratch'], app: ['base:latest'], app2: ['base:latest'] }),
    new Map(),
  );
  const parentOn = (architecture: 'amd64' | 'i386') =>
    sources.get(idOf('app'))?.architectures.get(architecture)?.parents.get('base:latest')?.sourceId;
  assert.equal(parentOn('amd64'), null);
  assert.equal(parentOn('i386'), idOf('y'));
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['TAG_AMBIGUOUS'],
  );
  assert.match(problems[0]?.message ?? '', /app:1 is built on base:latest, .* amd64: base:x and base:y/);
});

test('what has no facts is left out, and the others go on', () => {
  const { sources, problems } = makeSources(
    [repository('app', { Tags: '1', Directory: 'unknown' }, { Tags: '2', Directory: 'app' })],
    contentsOf({ app: ['app:1'] }),
    new Map(),
  );
  assert.deepEqual([...sources.keys()], [idOf('app')]);
  assert.deepEqual(problems, []);
});

const orderOf = (repositories: readonly Repository[], froms: Readonly<Record<string, readonly string[]>>) => {
  const { entries, cycles } = buildOrder(repositories, contentsOf(froms));
  const name = ({ repository: { name: own }, entry }: (typeof entries)[number]) => `${own}:${entry.tags[0]}`;
  return { order: entries.map(name).join(' '), cycles: cycles.map((cycle) => cycle.map(name).join(' ')) };
};

const entry = (tags: string, shared = '') => ({
  Tags: tags,
  ...(shared === '' ? {} : { SharedTags: shared }),
  Directory: tags,
});

for (const [what, repositories, froms, order, cycles] of [
  [
    'repositories and entries come after what they build on',
    [repository('a', entry('a2'), entry('a1')), repository('b', entry('b1')), repository('c', entry('c1'))],
    { a1: ['scratch'], a2: ['a:a1', 'b:b1'], b1: ['c:c1'], c1: ['outside:1'] },
    'c:c1 b:b1 a:a1 a:a2',
    [],
  ],
  [
    'within a round what was taken counts at once',
    [repository('a', entry('a1')), repository('b', entry('b1')), repository('c', entry('c1'))],
    { a1: ['c:c1'], b1: ['scratch'], c1: ['b:b1'] },
    'b:b1 c:c1 a:a1',
    [],
  ],
  [
    'the first that shares a tag waits with the others, as upstream has it',
    [repository('a', entry('a1', 's'), entry('a2'), entry('a3', 's'))],
    { a1: ['scratch'], a2: ['scratch'], a3: ['a:a2'] },
    'a:a2 a:a3 a:a1',
    [],
  ],
  [
    'where that cannot be, it does not',
    [repository('a', entry('a1', 's'), entry('a2'), entry('a3', 's'))],
    { a1: ['scratch'], a2: ['a:a1'], a3: ['a:a2'] },
    'a:a1 a:a2 a:a3',
    [],
  ],
  [
    'repositories that build on each other without a circle of images',
    [repository('a', entry('a2'), entry('a1')), repository('b', entry('b1')), repository('c', entry('c1'))],
    { a1: ['scratch'], b1: ['a:a1'], a2: ['b:b1'], c1: ['scratch'] },
    'c:c1 a:a1 b:b1 a:a2',
    [],
  ],
  [
    'images in a circle, and what is built on them',
    [
      repository('a', entry('a1'), entry('a2')),
      repository('b', entry('b1')),
      repository('c', entry('c1')),
      repository('d', entry('d1')),
    ],
    { a1: ['b:b1'], b1: ['a:a1'], a2: ['a:a1'], c1: ['c:c1'], d1: ['scratch'] },
    'c:c1 d:d1 a:a1 a:a2 b:b1',
    ['a:a1 b:b1'],
  ],
] as const) {
  test(`build order: ${what}`, () => {
    assert.deepEqual(orderOf(repositories, froms), { order, cycles });
  });
}

test('images in a circle are a problem that names the circle', () => {
  const { problems } = makeSources(
    [repository('a', entry('a1')), repository('b', entry('b1'))],
    contentsOf({ a1: ['b:b1'], b1: ['a:a1'] }),
    new Map(),
  );
  assert.deepEqual(
    problems.map(({ code, message }) => [code, message]),
    [['PARENTS_CYCLIC', 'a:a1 is built on b:b1 is built on a:a1']],
  );
});

test('the document is read as it was written', () => {
  const { sources } = makeSources(
    [
      repository('app', {
        Tags: '1',
        Architectures: 'arm32v7, windows-amd64',
        Directory: 'app',
        File: 'a\u007fb',
      }),
    ],
    contentsOf({ app: ['scratch'] }),
    new Map(),
  );
  const text = formatSources(sources);
  assert.ok(text.includes('"File": "a\\u007fb"'), 'as jq writes it');
  assert.ok(
    text.includes(
      '\n\t\t\t\t"platformString": "linux/arm/v7",\n\t\t\t\t"platform": {\n\t\t\t\t\t"architecture": "arm",\n',
    ),
  );
  assert.deepEqual(parseSources(text, 'sources.json'), sources);
});

for (const [what, change] of [
  ['is no JSON', () => '{'],
  ['is a list', () => '[]'],
  ['has another checksum', (text: string) => text.replace(/(?<=Checksum": ")0/, '1')],
  ['has an unknown architecture', (text: string) => text.replaceAll('"amd64": {', '"z80": {')],
  ['has a source without entries', (text: string) => text.replace(/"entries": \[[^\]]*\]/, '"entries": []')],
  ['has a pin that is no digest', (text: string) => text.replace('"pin": null', '"pin": "latest"')],
] as const) {
  test(`a document that ${what} is refused`, () => {
    const { sources } = makeSources(
      [repository('app', entry('app'))],
      contentsOf({ app: ['scratch'] }),
      new Map(),
    );
    assert.throws(() => parseSources(change(formatSources(sources)), 'sources.json'), {
      code: 'DOCUMENT_INVALID',
      message: /^sources\.json: /,
    });
  });
}
