/** `hallmark library fetch` and `context`: over a programme in a folder, with a repository beside it. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { buildOddContext } from '../../../test/git/odd-context.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { fetchJsonSchema, FetchSchema } from '../../library/contents/fetch-document.ts';
import { formatJson } from '../../report/json.ts';

const CHECKSUM = '029e6902ff6958a387f96ab94d846242f4b878b750564fd09fe25e7713fd5668';

function programmeIn(t: TestContext) {
  const folder = temporaryDirectory(t);
  const commit = buildOddContext(join(folder, 'odd.git'));
  mkdirSync(join(folder, 'library'));
  writeFileSync(
    join(folder, 'programme.yaml'),
    `schema: hallmark.programme/1\nname: odd\ngit: { rewrites: [{ from: "https://example.org/", to: ${JSON.stringify(`${folder}/`)} }] }\n`,
  );
  writeFileSync(
    join(folder, 'library', 'odd'),
    [
      `Maintainers: A (@a)\nGitRepo: https://example.org/odd.git\nGitFetch: refs/heads/main\n`,
      `Tags: 1.0, 1\nSharedTags: latest\nArchitectures: amd64, arm64v8\nGitCommit: ${commit}\nDirectory: context\n`,
      `Tags: other\nSharedTags: latest\nGitCommit: ${commit}\nDirectory: none\n`,
      `Tags: gone\nGitCommit: ${'a'.repeat(40)}\n`,
    ].join('\n'),
  );
  const run = commandLine(t);
  const path = process.env['PATH'] ?? '';
  return {
    folder,
    library: (...args: readonly string[]) =>
      run(['library', ...args, '--programme', folder], {
        environment: { PATH: path },
        workingDirectory: folder,
      }),
  };
}

test('commits are fetched and read once; what cannot be had is told, and the others are there', async (t) => {
  const { library } = programmeIn(t);
  const first = await library('fetch', '--format', 'json');
  const { asked, read, problems } = FetchSchema.parse(JSON.parse(first.stdout));
  assert.deepEqual([first.status, asked, read], [1, 2, 1]);
  assert.deepEqual(
    problems.map(({ entry, architecture, code }) => [entry, architecture, code]),
    [
      ['gone', 'amd64', 'COMMIT_NOT_FOUND'],
      ['other', 'amd64', 'CONTEXT_INVALID'],
    ],
  );
  assert.match(first.stderr, /^COMMIT_NOT_FOUND: odd:gone on amd64: commit a{40} is neither in https:/);
  const second = await library('fetch', 'odd:1');
  assert.deepEqual(second, { status: 0, stdout: '0 commits asked for, 0 directories read\n', stderr: '' });
});

test('docs/schema/library-fetch-1.schema.json is made from the schema', () => {
  const file = new URL('../../../docs/schema/library-fetch-1.schema.json', import.meta.url);
  assert.equal(readFileSync(file, 'utf8'), formatJson(fetchJsonSchema()));
});

test('a context is told by its checksum, or written whole', async (t) => {
  const { folder, library } = programmeIn(t);
  assert.deepEqual(await library('context', '--arch', 'arm64v8', 'odd:1'), {
    status: 0,
    stdout: `${CHECKSUM}\n`,
    stderr: '',
  });
  const written = await library('context', 'odd:1.0', '--output', 'context.tar');
  assert.deepEqual(written, { status: 0, stdout: '', stderr: '' });
  assert.equal(
    createHash('sha256')
      .update(readFileSync(join(folder, 'context.tar')))
      .digest('hex'),
    CHECKSUM,
  );
  assert.ok(!readdirSync(folder).some((name) => name.endsWith('.partial')));
});

for (const [args, status, message] of [
  [['odd:latest'], 3, /several entries for amd64: odd:1\.0, odd:other/],
  [['odd:1', '--arch', 's390x'], 3, /no entry for s390x/],
  [['odd:other'], 1, /there is no none/],
  [['odd:gone'], 1, /a{40}/],
  [['odd:none'], 3, /none/],
  [['odd:1', '--output', 'no/such/folder.tar'], 1, /folder\.tar/],
] as const) {
  test(`library context ${args.join(' ')} ends with ${status}`, async (t) => {
    const { library } = programmeIn(t);
    const outcome = await library('context', ...args);
    assert.equal(outcome.status, status, outcome.stderr);
    assert.equal(outcome.stdout, '');
    assert.match(outcome.stderr, message);
  });
}
