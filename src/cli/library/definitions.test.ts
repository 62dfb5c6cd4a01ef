import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { officialDefinitions } from '../../../test/library/official-definitions.ts';
import { DefinitionsDocument, ListDocument } from '../../library/listing/definition-documents.ts';
import type { ContextChecksum } from '../../library/contents/contents.ts';
import {
  contentKey,
  type RecordedFacts,
  writeRecordedContents,
} from '../../library/contents/recorded-contents.ts';
import { LintDocument } from '../../library/listing/lint-document.ts';
import { openSettings } from '../../library/programme/open-programme.ts';
import { contentsFile } from '../../library/running/programme-folders.ts';

const COMMIT = 'a'.repeat(40);
const FILES = {
  app: `Maintainers: A (@a)
GitRepo: https://example.org/app.git
GitCommit: ${COMMIT}

Tags: 2-linux, linux
SharedTags: 2, latest
Architectures: amd64, arm64v8

Tags: 2-core
SharedTags: 2, latest
Architectures: windows-amd64
Constraints: ltsc2025, !old
Directory: core
`,
  base: `Maintainers: A (@a)
GitRepo: https://example.org/base.git
GitCommit: ${COMMIT}
Architectures: arm64v8

Tags: 1
amd64-Directory: x
`,
};

/** Runs `hallmark library` in a folder with definitions. */
function setUp(
  t: TestContext,
  files: Readonly<Record<string, string>> = FILES,
  folder = temporaryDirectory(t),
) {
  mkdirSync(join(folder, 'library'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'library', name), text);
  const hallmark = commandLine(t);
  return async (...args: readonly string[]) => hallmark(['library', ...args], { workingDirectory: folder });
}

const lists: readonly (readonly [args: readonly string[], expected: readonly string[]])[] = [
  [[], ['app:2-linux', 'app:linux', 'app:2', 'app:latest', 'app:2-core', 'app:2', 'app:latest', 'base:1']],
  [['app:linux'], ['app:2-linux', 'app:linux', 'app:2', 'app:latest']],
  [
    ['--uniq', 'app:latest', './library/base'],
    ['app:2-linux', 'app:2-core', 'base:1'],
  ],
  [
    ['--uniq', '--all'],
    ['app:2-linux', 'app:2-core', 'base:1'],
  ],
  [
    ['--uniq', '--all', 'base:1'],
    ['app:2-linux', 'app:2-core', 'base:1', 'base:1'],
  ],
  [['--repos'], ['app', 'base']],
  [
    ['--repos', 'base', 'app:latest'],
    ['base', 'app:2-linux', 'app:linux', 'app:2', 'app:latest'],
  ],
  [['--repos', '--uniq', 'app:latest'], ['app:2-linux']],
  [['--uniq', '--arch-filter'], ['app:2-linux']],
  [
    ['--uniq', '--arch', 'arm64v8'],
    ['app:2-linux', 'base:1'],
  ],
  [['--uniq', '--apply-constraints'], ['app:2-linux']],
  [['--uniq', '--apply-constraints', '--exclusive-constraints'], []],
  [['--uniq', '--apply-constraints', '--arch', 'windows-amd64', '--constraint', 'ltsc2025'], ['app:2-core']],
  [
    [
      '--uniq',
      '--apply-constraints',
      '--arch',
      'windows-amd64',
      '--constraint',
      'ltsc2025',
      '--constraint',
      'old',
    ],
    [],
  ],
];
for (const [args, expected] of lists) {
  test(`library list ${args.join(' ')}`, async (t) => {
    const { status, stdout } = await setUp(t)('list', ...args);
    assert.deepEqual(stdout.split('\n').slice(0, -1), expected);
    assert.equal(status, 0);
  });
}

test('what a host does not build is told on standard error, with the reason', async (t) => {
  const args = ['--apply-constraints', '--arch', 'windows-amd64', '--constraint', 'old'];
  const { stderr } = await setUp(t)('list', ...args);
  assert.match(stderr, /^app:2-linux is left out: it is for amd64, arm64v8, not for windows-amd64$/m);
  assert.match(stderr, /^app:2-core is left out: its constraints are not met: ltsc2025, !old$/m);
});

test('entries as JSON', async (t) => {
  const { stdout } = await setUp(t)('list', '--format', 'json', 'app:2-core');
  assert.deepEqual(ListDocument.parse(JSON.parse(stdout)).entries, [
    {
      repository: 'app',
      tags: ['2-core'],
      sharedTags: ['2', 'latest'],
      architectures: ['windows-amd64'],
      constraints: ['ltsc2025', '!old'],
    },
  ]);
});

/** The entries of `app` are built on `base`, and that on nothing. */
function recordContents(folder: string): void {
  const facts = ['.', 'core', 'base'].map((directory): RecordedFacts => {
    const froms = directory === 'base' ? ['scratch'] : ['base:1'];
    return {
      gitCommit: COMMIT,
      directory,
      file: 'Dockerfile',
      builder: '',
      checksum: 'c'.repeat(64) as ContextChecksum,
      froms,
      lastStageFrom: froms[0] ?? '',
      epoch: 0,
    };
  });
  const { state } = openSettings(folder);
  mkdirSync(state, { recursive: true });
  writeRecordedContents(contentsFile({ state }), new Map(facts.map((each) => [contentKey(each), each])));
}

test('in build order parents come before their children', async (t) => {
  const folder = temporaryDirectory(t);
  const run = setUp(t, { ...FILES, base: FILES.base.replace('Tags: 1', 'Tags: 1\nDirectory: base') }, folder);
  recordContents(folder);
  const listed = await run('list', '--build-order', '--uniq');
  assert.equal(listed.stdout, 'base:1\napp:2-linux\napp:2-core\n');
  assert.equal(listed.status, 0);
  assert.equal((await run('list', '--build-order', '--repos')).stdout, 'base\napp\n');
  const named = await run('list', '--build-order', '--uniq', 'app:latest', 'base', 'app:latest');
  assert.equal(named.stdout, 'base:1\napp:2-linux\napp:2-core\n');
});

test('where commits are not at hand the order is not known, and that is told', async (t) => {
  const { status, stdout, stderr } = await setUp(t)('list', '--build-order', '--uniq');
  assert.equal(stdout, 'app:2-linux\napp:2-core\nbase:1\n');
  assert.match(stderr, /COMMIT_NOT_FOUND: .*app/);
  assert.equal(status, 1);
});

test('official definitions are printed as by bashbrew, one after the other', async (t) => {
  const { written, printed } = officialDefinitions();
  const names = ['redis', 'debian', 'clearlinux'];
  const run = setUp(t, Object.fromEntries(names.map((name) => [name, written.get(name) ?? ''])));
  const { status, stdout } = await run('cat', ...names);
  assert.equal(stdout, names.map((name) => `${printed.get(name)}\n`).join('\n\n'));
  assert.equal(status, 0);
});

test('a definition that ends with a line feed gets no second one, as by bashbrew', async (t) => {
  const { stdout } = await setUp(t, { app: `${FILES.app}Builder: x\n y\n` })('cat', 'app', 'app:2-linux');
  assert.match(stdout, /\nBuilder: x\ny\n\nConstraints: ltsc2025, !old\n\n\nMaintainers: A/);
  const { stdout: last } = await setUp(t, { app: FILES.app.replace(/SharedTags[^]*/, 'File: x\n y\n') })(
    'cat',
    'app',
  );
  assert.match(last, /\nFile: x\ny\n$/);
});

test('a tag is printed with all that its entries inherit', async (t) => {
  const { stdout } = await setUp(t)('cat', 'app:latest');
  const entries = stdout.split('\n\n');
  assert.equal(entries.length, 2);
  for (const entry of entries)
    assert.match(entry, /^Maintainers: A \(@a\)\nTags: .*\nSharedTags: 2, latest\n/);
});

test('definitions as JSON say what each architecture is built from', async (t) => {
  const { stdout } = await setUp(t)('cat', '--format', 'json', 'app');
  const [app] = DefinitionsDocument.parse(JSON.parse(stdout)).repositories;
  assert.deepEqual(
    app?.entries.map(({ line, architectures }) => [line, Object.keys(architectures)]),
    [
      [5, ['amd64', 'arm64v8']],
      [9, ['windows-amd64']],
    ],
  );
  assert.equal(app?.entries[1]?.architectures['windows-amd64']?.directory, 'core');
});

for (const [what, reference, message] of [
  ['a repository', 'redis', /DEFINITION_NOT_FOUND: unable to find a manifest named "redis"/],
  ['a path', './library/redis:1', /unable to find a manifest named ".\/library\/redis"/],
  ['a folder', '..', /unable to find a manifest named ".."/],
  ['a tag', 'app:3', /DEFINITION_NOT_FOUND: tag not found in manifest for "app": "3"/],
] as const) {
  test(`${what} that is not there`, async (t) => {
    const run = setUp(t);
    for (const command of ['list', 'cat', 'lint']) {
      const { status, stderr } = await run(command, reference);
      assert.match(stderr, message);
      assert.equal(status, 3);
    }
  });
}

const BROKEN = { ...FILES, broken: `Maintainers: A (@a)\n\noops\u001b[31m\n` };

test('a definition that cannot be read does not keep others from being printed', async (t) => {
  const run = setUp(t, BROKEN);
  for (const command of ['list', 'cat']) {
    const { status, stdout, stderr } = await run(command);
    assert.match(stdout, /base|Tags: 1/);
    assert.match(stderr, /^broken: Bad line: 'oops\\u\{1b\}\[31m' has no ':' \(broken, line 3\)$/m);
    assert.equal(status, 3);
  }
});

test('lint: place, rule and what to do, and how many there are', async (t) => {
  const { status, stdout } = await setUp(t, { ...BROKEN, bytes: '' })('lint');
  assert.match(
    stdout,
    /^library\/base:7:1 warning amd64-Directory is for amd64, .* \[unused-prefix\]\n  Add the/m,
  );
  assert.match(stdout, /^library\/broken:3:1 error "oops\\x1b\[31m" has no colon \[bad-line\]$/m);
  assert.match(stdout, /^4 definitions: \d errors, 1 warning\n$/m);
  assert.equal(status, 2);
});

test('lint: warnings alone are no failure, and a tag is looked at alone', async (t) => {
  const run = setUp(t, { base: `${FILES.base}\nTags: 2\nBuilder: x\n` });
  assert.equal((await run('lint', 'base:1')).status, 0);
  const { status, stdout } = await run('lint', 'base:2');
  assert.match(stdout, /unknown-builder/);
  assert.doesNotMatch(stdout, /unused-prefix/);
  assert.equal(status, 2);
});

test('lint as JSON', async (t) => {
  const { stdout, status } = await setUp(t, BROKEN)('lint', '--format', 'json', 'app', 'broken');
  const { errors, files } = LintDocument.parse(JSON.parse(stdout));
  assert.deepEqual(
    files.map(({ repository, diagnostics }) => [
      repository,
      diagnostics.map(({ rule, line }) => `${rule} ${line}`),
    ]),
    [
      ['app', []],
      ['broken', ['bad-line 3', 'missing-tags 3', 'missing-git-repo 3', 'invalid-git-commit 3']],
    ],
  );
  assert.equal(errors, 4);
  assert.equal(status, 2);
});

test('lint as annotations: one line each, and nothing in it that is a command', async (t) => {
  const { stdout } = await setUp(t, { app: `${FILES.app}File: 100%\u2028::error::x\n` })(
    'lint',
    '--format',
    'github',
  );
  assert.equal(
    stdout,
    '::error file=library/app,line=14,col=7,title=control-character::File has characters that cannot be seen: "100%25\\u2028::error::x". Take them away.\n',
  );
});

test('lint: a file that is no text', async (t) => {
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'app'), Buffer.from([0x4d, 0xff]));
  const { status, stdout } = await setUp(t)('lint', join(folder, 'app'));
  assert.match(stdout, /app:1:1 error the file is not UTF-8 \[unreadable\]/);
  assert.equal(status, 2);
});
