import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { z } from 'zod';
import { commandLine } from '../../../test/cli/command-line.ts';
import { buildRepository, git } from '../../../test/git/build-repository.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { ReviewSchema } from '../../library/review/review-schema.ts';
import { TagsSchema } from '../../library/tags/tags-schema.ts';

const DAY = 86_400;
const START = 1_700_000_000;

const KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const DOCKERFILE = 'FROM base:1\nCOPY --chmod=755 entrypoint.sh files/* /\nCMD ["app"]\n';

/** What images are built from: two commits, the second on a branch of its own as well. */
const SOURCES = [
  {
    files: {
      '1/Dockerfile': DOCKERFILE,
      '1/entrypoint.sh': '#!/bin/sh\nexec "$@"\n',
      '1/files/a': 'a\n',
      '1/unused': 'u\n',
    },
  },
  {
    files: {
      '1/Dockerfile': `${DOCKERFILE}RUN wget -O /a.tgz http://example.org/1.1/a.tgz\n`,
      '1/entrypoint.sh': '#!/bin/sh\nexec "$@"\n',
      '1/files/a': KEY,
      '1/unused': 'changed\n',
    },
  },
  { files: { '1/Dockerfile': DOCKERFILE, '1/entrypoint.sh': 'x', '1/files/a': 'a\n' }, branch: 'other' },
] as const;

const definition = (entries: string) =>
  `Maintainers: Ann <ann@example.org> (@ann)\nGitRepo: https://example.org/app.git\nGitFetch: refs/heads/main\n${entries}`;
const entry = (tags: string, commit: string, more = '') =>
  `\nTags: ${tags}\nGitCommit: ${commit}\nDirectory: 1\n${more}`;

/** A programme in git, whose last commit has `app` at 1.0.0 in three kinds of its history. */
function programme(t: TestContext) {
  const folder = temporaryDirectory(t);
  const sources = join(folder, 'sources.git');
  const commits = buildRepository(sources, SOURCES);
  const root = join(folder, 'programme');
  const base = definition(entry('1, latest', commits[0] ?? ''));
  const versions = [
    entry('0.9.0, 0.9, 0, latest', commits[0] ?? ''),
    entry('1.0.0, 1.0, 1, latest', commits[0] ?? ''),
  ];
  buildRepository(
    join(root, '.git'),
    versions.map((text, index) => ({
      files: { 'library/app': definition(text), 'library/base': base },
      authorTime: START + index * DAY,
      committerTime: START + index * DAY,
    })),
  );
  git(join(root, '.git'), ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  git(join(root, '.git'), ['config', 'core.bare', 'false']);
  mkdirSync(join(root, 'library'));
  writeFileSync(
    join(root, 'programme.yaml'),
    `schema: hallmark.programme/1\nname: small\ngit:\n  rewrites:\n    - from: https://example.org/app.git\n      to: ${sources}\n`,
  );
  const write = (entries: string) => writeFileSync(join(root, 'library', 'app'), definition(entries));
  writeFileSync(join(root, 'library', 'base'), base);
  write(versions[1] ?? '');
  const run = commandLine(t);
  return {
    commits,
    write,
    run: (args: readonly string[]) =>
      run(['library', ...args, '--programme', root], { environment: { PATH: process.env['PATH'] ?? '' } }),
  };
}

test('nothing changed is sound', async (t) => {
  const { run } = programme(t);
  const { status, stdout, stderr } = await run(['diff']);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /Nothing changed in the definitions\.\n\nNo rule is broken\./);
});

test('what could not be seen is not taken for good', async (t) => {
  const { run, write, commits } = programme(t);
  write(entry('1.1.0, 1.1, 1, latest', commits[1] ?? ''));
  const { status, stdout } = await run(['diff']);
  assert.equal(status, 4);
  assert.match(stdout, /not checked app:1\.1\.0: .*has not been fetched/);
});

test('a change as reviewers need it: tags, files, and the rules that it breaks', async (t) => {
  const { run, write, commits } = programme(t);
  write(entry('1.1.0, 1.1, 1', commits[1] ?? ''));
  const { status, stdout, stderr } = await run(['diff', '--fetch']);
  assert.equal(status, 2, stderr);
  assert.match(stdout, /tags left behind +latest\n/);
  assert.match(stdout, /tags moved forwards +1: 1\.0\.0 → 1\.1\.0\n/);
  assert.match(stdout, /changed app:1\.1\.0\/Dockerfile\n.*\n.*\n.*\n.*\n\+RUN wget/);
  assert.doesNotMatch(stdout, /unused/, 'what is not copied is no part of the image');
  for (const rule of [
    'tags.lost',
    'context.secret',
    'dockerfile.unverified-download',
    'dockerfile.plain-http',
  ]) {
    assert.ok(stdout.includes(` ${rule}: `), rule);
  }
  assert.doesNotMatch(stdout, /^not checked/m);
  const offline = await run(['diff']);
  assert.match(offline.stdout, /^not checked app:1\.1\.0: whether commits belong to their refs /m);
});

test('an entry that is new is compared with the one most like it', async (t) => {
  const { run, write, commits } = programme(t);
  write(`${entry('1.0.0, 1.0, 1, latest', commits[0] ?? '')}${entry('2.0.0, 2.0, 2', commits[1] ?? '')}`);
  const added = await run(['diff', '--fetch']);
  assert.match(added.stdout, /^ {2}entries new +2\.0\.0$/m);
  assert.match(
    added.stdout,
    /^copied app:2\.0\.0\/Dockerfile \(from 1\.0\.0\/Dockerfile\)\n@@ .*\n.*\n.*\n.*\n\+RUN wget/m,
  );
  assert.doesNotMatch(added.stdout, /^\w+ app:2\.0\.0\/entrypoint\.sh/m, 'what is the same is no difference');
  write(entry('2.0.0, 2.0, 2, latest', commits[0] ?? ''));
  const replaced = await run(['diff', '--fetch']);
  assert.equal(replaced.status, 0, replaced.stdout);
  assert.match(replaced.stdout, /^ {2}tags superseded +1\.0\.0, 1\.0, 1$/m);
});

test('what is meant is acknowledged, rule by rule', async (t) => {
  const { run, write, commits } = programme(t);
  write(entry('1.0.1, 1.0, 1', commits[0] ?? '', 'File: ./Dockerfile\n').replace('File: ./Dockerfile\n', ''));
  assert.equal((await run(['diff'])).status, 2);
  const other = await run(['diff', '--acknowledge', 'tags.lost:app:other']);
  assert.equal(other.status, 2);
  assert.match(other.stdout, /not needed --acknowledge tags\.lost:app:other/);
  const { status, stdout } = await run(['diff', '--acknowledge', 'tags.lost:app:latest']);
  assert.equal(status, 0);
  assert.match(stdout, /^acknowledged tags\.lost: /m);
  assert.equal((await run(['diff', '--acknowledge', 'tags.nothing'])).status, 3);
});

test('a commit of another branch, and one that is nowhere', async (t) => {
  const { run, write, commits } = programme(t);
  write(entry('1.0.1, 1.0, 1, latest', commits[2] ?? ''));
  assert.match((await run(['diff', '--fetch'])).stdout, /^error commit\.not-in-branch: /m);
  write(entry('1.0.1, 1.0, 1, latest', 'f'.repeat(40)));
  assert.match((await run(['diff', '--fetch'])).stdout, /^error commit\.missing: /m);
  write(entry('1.0.1, 1.0, 1, latest', commits[0] ?? '').replace('Directory: 1', 'Directory: 2'));
  assert.match((await run(['diff', '--fetch'])).stdout, /^error commit\.missing: .*2/m);
});

test('where the commit before is gone, nothing can be compared, and that is told', async (t) => {
  const { run, write, commits } = programme(t);
  const before = temporaryDirectory(t);
  mkdirSync(join(before, 'library'));
  const gone = entry('1.0.0, 1.0, 1, latest', 'f'.repeat(40));
  writeFileSync(join(before, 'library', 'app'), definition(gone));
  write(entry('1.0.1, 1.0, 1, latest', commits[0] ?? ''));
  const { stdout } = await run(['diff', before, '--fetch']);
  assert.match(stdout, /^not checked app:1\.0\.1: its files were not compared: commit f{40} is neither in /m);
  assert.doesNotMatch(stdout, /^(?:added app:|error commit)/m);
});

test('what several entries have in common, or lack, is told of all of them', async (t) => {
  const { run, write, commits } = programme(t);
  const elsewhere = 'File: ./Dockerfile\n';
  const both = (commit: string) =>
    write(`${entry('1.0.1, 1, latest', commit)}${entry('2.0.0', commit, elsewhere)}`);
  both(commits[1] ?? '');
  const found = await run(['diff', '--fetch']);
  assert.match(found.stdout, /^error context\.secret: files\/a .*\): 1\.0\.1, 2\.0\.0 \(files\/a line \d;/m);
  both('f'.repeat(40));
  const unseen = await run(['diff']);
  assert.match(unseen.stdout, /^not checked app:1\.0\.1: commit f{40} .*: 1\.0\.1, 2\.0\.0$/m);
});

test('a base that lacks an architecture, and a definition that cannot be read', async (t) => {
  const { run, write, commits } = programme(t);
  write(entry('1.0.1, 1.0, 1, latest', commits[0] ?? '', 'Architectures: amd64, s390x\n'));
  const { stdout } = await run(['diff', '--fetch']);
  assert.match(
    stdout,
    /^error from\.architecture: built on base:1, which is not there for s390x \(app:1\.0\.1; s390x\)/m,
  );
  write('\nTags: 1\nGitCommit: none\n');
  const broken = await run(['diff']);
  assert.equal(broken.status, 2);
  assert.match(broken.stdout, /^error definition\.unreadable: /m);
});

test('files that are no definitions, and were none before, are no change', async (t) => {
  const folder = temporaryDirectory(t);
  const files = { app: unfetched('1.0.0'), 'app~': unfetched('0.9.0'), 'README.md': 'words\n', bin: '\xff' };
  const write = (name: string, text: string) =>
    writeFileSync(join(folder, 'library', name), text, name === 'bin' ? 'latin1' : 'utf8');
  mkdirSync(join(folder, 'library'));
  for (const [name, text] of Object.entries(files)) write(name, text);
  const repository = join(folder, 'library', '.git');
  const hallmark = commandLine(t);
  const environment = { PATH: process.env['PATH'] ?? '' };
  const run = () => hallmark(['library', 'diff', '--programme', folder], { environment });
  buildRepository(repository, [{ files: { ...files, bin: { mode: '100644', content: Buffer.of(0xff) } } }]);
  git(repository, ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  git(repository, ['config', 'core.bare', 'false']);
  const same = await run();
  assert.match(same.stdout, /Nothing changed in the definitions/);
  assert.equal(same.status, 0);
  write('b c', 'words\n');
  assert.match((await run()).stdout, /^error definition\.unreadable: "b c" cannot be the name of a repo/m);
});

const link = (content: string) => ({ mode: '120000', content }) as const;

test('links are followed alike in a folder and at a commit, and nowhere out of it', async (t) => {
  const folder = temporaryDirectory(t);
  const library = join(folder, 'library');
  mkdirSync(library);
  writeFileSync(join(library, 'app'), unfetched('1.0.0'));
  writeFileSync(join(folder, 'secret'), unfetched('1.0.0'));
  symlinkSync('app', join(library, 'same'));
  symlinkSync('../secret', join(library, 'out'));
  const repository = join(folder, '.git');
  const files = { 'library/app': unfetched('1.0.0'), secret: unfetched('1.0.0') };
  const links = { 'library/same': link('app'), 'library/out': link('../secret') };
  const moved = { 'library/app': unfetched('0.9.0, latest') };
  const [before = '', after = ''] = buildRepository(repository, [
    { files: { ...files, ...links } },
    { files: { ...files, ...links, ...moved } },
  ]);
  git(repository, ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  git(repository, ['config', 'core.bare', 'false']);
  const hallmark = commandLine(t);
  const environment = { PATH: process.env['PATH'] ?? '' };
  const run = (base: string) =>
    hallmark(['library', 'diff', base, '--summary', '--programme', folder], { environment });
  assert.match((await run(before)).stdout, /Nothing changed in the definitions/);
  const { stdout } = await run(after);
  assert.match(stdout, /^error tags\.lost: app:latest /m);
  assert.match(stdout, /^error tags\.lost: same:latest /m);
  assert.doesNotMatch(stdout, /out:latest/);
});

test('where the definition before cannot be read, nobody knows which tags were lost', async (t) => {
  const { run } = programme(t);
  const before = temporaryDirectory(t);
  mkdirSync(join(before, 'library'));
  writeFileSync(join(before, 'library', 'app'), definition('\nTags: 1\nGitCommit: none\n'));
  const { status, stdout } = await run(['diff', before]);
  assert.match(stdout, /^not checked app: what it was before cannot be read: .*GitCommit/m);
  assert.equal(status, 4);
});

const unfetched = (tags: string) => definition(entry(tags, 'a'.repeat(40)));

test('definitions may be at the top of their repository, and say it where they are in none', async (t) => {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'library'));
  writeFileSync(join(folder, 'library', 'app'), unfetched('1.0.0'));
  const hallmark = commandLine(t);
  const run = () =>
    hallmark(['library', 'diff', '--summary', '--programme', folder], {
      environment: { PATH: process.env['PATH'] ?? '' },
    });
  const { stderr } = await run();
  assert.match(stderr, new RegExp(`${RegExp.escape(folder)}/library is in no git repository\n`));
  assert.match(stderr, /"hallmark library diff BEFORE AFTER"/);
  buildRepository(join(folder, 'library', '.git'), [{ files: { app: unfetched('1.0.0, latest') } }]);
  git(join(folder, 'library', '.git'), ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  git(join(folder, 'library', '.git'), ['config', 'core.bare', 'false']);
  const { status, stdout } = await run();
  assert.equal(status, 2);
  assert.match(stdout, /^error tags\.lost: app:latest /m);
  // a byte order mark means the same in a folder and in a commit
  const marked = `\ufeff${unfetched('1.0.0')}`;
  writeFileSync(join(folder, 'library', 'app'), marked);
  buildRepository(join(folder, 'library', '.git'), [{ files: { app: marked }, branch: 'marked' }]);
  git(join(folder, 'library', '.git'), ['symbolic-ref', 'HEAD', 'refs/heads/marked']);
  assert.match((await run()).stdout, /Nothing changed in the definitions/);
});

test('Markdown shows nothing of a definition as markup, and JSON follows its schema', async (t) => {
  const { run, write, commits } = programme(t);
  write(entry('1.1.0, 1.1, 1', commits[1] ?? ''));
  const markdown = await run(['diff', '--fetch', '--format', 'markdown']);
  assert.match(markdown.stdout, /^\*\*Rules are broken\.\*\*/);
  assert.match(markdown.stdout, /### app: changed\n\n- tags left behind: `latest`\n/);
  assert.match(
    markdown.stdout,
    /<details><summary>changed app:1\.1\.0\/Dockerfile \(\+1 −0\)<\/summary>\n\n```diff\n/,
  );
  assert.doesNotMatch(markdown.stdout, /@ann\b(?![\s\S]*```)/);
  const { stdout } = await run(['diff', 'HEAD~1', 'HEAD', '--format', 'json']);
  const review = ReviewSchema.parse(JSON.parse(stdout));
  assert.deepEqual(
    review.repositories.map(({ repository, lost, moved }) => [repository, lost.length, moved.length]),
    [['app', 3, 1]],
  );
  const published = new URL('../../../docs/schema/review-1.schema.json', import.meta.url);
  assert.deepEqual(
    JSON.parse(readFileSync(published, 'utf8')),
    JSON.parse(JSON.stringify({ $id: 'hallmark.review/1', ...z.toJSONSchema(ReviewSchema) })),
  );
});

test('a revision that is not there is an error of its own', async (t) => {
  const { run } = programme(t);
  const { status, stderr } = await run(['diff', '--output=/etc/passwd']);
  assert.equal(status, 3, stderr);
  assert.equal((await run(['diff', 'nothing'])).status, 1);
});

test('a tag, with what it has meant', async (t) => {
  const { run } = programme(t);
  const { status, stdout, stderr } = await run(['tags', 'app:latest', '--history']);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /state +supported: the definition has it\n/);
  assert.match(stdout, /same as +1\.0\.0, 1\.0, 1\n/);
  assert.match(stdout, /History\n {2}2023-11-14 \w{10} {2}0\.9\.0\n {2}2023-11-15 \w{10} {2}1\.0\.0\n/);
  assert.match(stdout, /Which to use\n {2}1\. 1\.0\.0 \(its line: 1\.0\)\n/);
  assert.doesNotMatch((await run(['tags', 'app', '--arch', 's390x'])).stdout, /\d\. 1\.0\.0/);
});

test('a tag that is gone says what to use, and a repository what there is and was', async (t) => {
  const { run } = programme(t);
  const gone = await run(['tags', 'app:0.9', '--format', 'json']);
  assert.equal(gone.status, 1);
  const { tag } = TagsSchema.parse(JSON.parse(gone.stdout));
  assert.deepEqual([tag?.standing.state, tag?.standing.successor], ['superseded', '1.0.0']);
  const whole = await run(['tags', 'app', '--history']);
  assert.equal(whole.status, 0);
  assert.match(whole.stdout, /1\.0\.0 +1\.0\.0 +- +- +- +1\.0 1 latest\n/);
  assert.match(whole.stdout, /0\.9 +superseded +2023-11-15 +1\.0\.0\n/);
  assert.equal((await run(['tags', 'nothing'])).status, 3);
});
