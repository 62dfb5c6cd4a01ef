/** A programme of images by the functions of the package. What the functions do is tested beside each; this is about what programs are given. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  formatDefinition,
  HallmarkError,
  lintDefinition,
  openProgramme,
  parseDefinition,
  planProgramme,
  programmeDocuments,
  programmeLedger,
  programmeStatus,
  programmeTags,
  publishProgramme,
  reproduceProgramme,
  reviewProgramme,
  runProgramme,
  verifyLedger,
  verifyProgramme,
} from 'hallmark';
import { openState } from '../src/library/state/open-state.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';
import { publication } from './library/small-ledger.ts';

const REDIS = (commit: string) => `Maintainers: Ann Author (@ann)
GitRepo: https://git.example/redis.git
GitFetch: refs/heads/main
GitCommit: ${commit}

Tags: 8.0.1, 8, latest
Architectures: amd64, arm64v8
`;

/** A programme without engines, whose sources are in a folder of this machine. */
function programme(t: TestContext) {
  const root = temporaryDirectory(t);
  const sources = join(root, 'sources', 'redis');
  mkdirSync(sources, { recursive: true });
  writeFileSync(join(sources, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      cwd: sources,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=first');
  const folder = join(root, 'programme');
  mkdirSync(join(folder, 'library'), { recursive: true });
  writeFileSync(
    join(folder, 'programme.yaml'),
    `schema: hallmark.programme/1
name: ours
registry: { quarantine: 127.0.0.1:1/quarantine, public: 127.0.0.1:1/library, plainHttp: true }
git: { rewrites: [{ from: https://git.example/redis.git, to: ../sources/redis }] }
`,
  );
  writeFileSync(join(folder, 'library', 'redis'), REDIS(git('rev-parse', 'HEAD')));
  const options = {
    environment: { HOME: root, PATH: process.env['PATH'] },
    now: () => new Date('2026-11-21T00:00:00Z'),
    database: null,
  };
  return { folder, options };
}

test('definitions are read, checked and printed', () => {
  const text = REDIS('a'.repeat(40));
  const definition = parseDefinition(text, { name: 'redis' });
  assert.deepEqual(definition.entries[0]?.tags, ['8.0.1', '8', 'latest']);
  assert.equal(`${formatDefinition(definition)}\n`, text);
  const [fault] = lintDefinition(text.replace('Tags:', 'Tgas:'), { name: 'redis' });
  assert.deepEqual([fault?.line, fault?.severity], [6, 'error']);
  assert.throws(() => parseDefinition('no colon', { name: 'redis' }), HallmarkError);
});

test('a programme is opened, run and planned', async (t) => {
  const { folder, options } = programme(t);
  const { settings, repositories, broken } = openProgramme(folder);
  assert.deepEqual([settings.name, [...repositories.keys()], broken], ['ours', ['redis'], []]);

  const unknown = await planProgramme(folder, options);
  assert.match(unknown.problems.join(), /COMMIT_NOT_FOUND/);

  const { work, done, events } = await runProgramme(folder, { ...options, roles: ['build'] });
  assert.deepEqual([done, work.map(({ architecture }) => architecture)], [0, ['amd64', 'arm64v8']]);
  assert.deepEqual(events, []);
  const plan = await planProgramme(folder, {
    ...options,
    references: ['redis:8'],
    architectures: ['arm64v8'],
  });
  assert.equal(plan.at, '2026-11-21T00:00:00Z');
  assert.deepEqual(
    [plan.counts.work, plan.work.map(({ image }) => image), plan.problems],
    [2, ['redis:8.0.1'], []],
  );
  await assert.rejects(planProgramme(folder, { ...options, references: ['redis:7'] }), {
    code: 'DEFINITION_NOT_FOUND',
  });

  const { counts, programme: name } = await programmeStatus(folder, options);
  assert.deepEqual([name, counts.images, counts.built], ['ours', 2, 0]);
  const { images, at } = await reproduceProgramme(folder, options);
  assert.deepEqual([images, at], [[], '2026-11-21T00:00:00Z']);
});

test('verifier and publisher say what they miss', async (t) => {
  const { folder, options } = programme(t);
  await assert.rejects(verifyProgramme(folder, options), {
    code: 'PROGRAMME_INVALID',
    message: /roles\.verifier\.key/,
  });
  await assert.rejects(publishProgramme(folder, options), { code: 'PROGRAMME_INVALID' });
  const { published, isDryRun } = await publishProgramme(folder, { ...options, dryRun: true });
  assert.deepEqual([published, isDryRun], [[], true]);
});

test('tags, pages, the ledger and a review', async (t) => {
  const { folder, options } = programme(t);
  const tags = await programmeTags(folder, 'redis', options);
  assert.equal(tags.newest, '8.0.1');

  assert.deepEqual(await programmeLedger(folder), []);
  const state = openState(join(folder, '.hallmark'));
  const event = publication('redis', ['8.0.1', '8', 'latest']);
  state.beginPublication({ id: '1', event, index: '', at: '2026-11-20T00:00:00Z' });
  state.completePublication('1', event, '2026-11-20T00:00:00Z');
  state.close();
  const ledger = await programmeLedger(folder);
  assert.equal(verifyLedger(ledger).entries, 1);

  const { files, problems } = await programmeDocuments(folder, { repositories: ['redis'] });
  assert.deepEqual(
    [problems, files.map(({ path }) => path)],
    [[], ['redis/repository.json', 'redis/README.md']],
  );
  assert.match(String(files[0]?.content), new RegExp(ledger[0]?.event.digest ?? '-'));

  const after = join(temporaryDirectory(t), 'after');
  mkdirSync(join(after, 'library'), { recursive: true });
  writeFileSync(join(after, 'library', 'redis'), REDIS('b'.repeat(40)).replace(', latest', ''));
  const lost = async (changes: Parameters<typeof reviewProgramme>[2]) => {
    const { findings } = await reviewProgramme(folder, folder, { ...options, head: after, ...changes });
    return findings.flatMap(({ check, subject, acknowledged }) =>
      check === 'tags.lost' ? [[subject, acknowledged]] : [],
    );
  };
  assert.deepEqual(await lost({}), [['redis:latest', false]]);
  const acknowledged = [{ check: 'tags.lost', subject: 'redis:latest' }] as const;
  assert.deepEqual(await lost({ acknowledged }), [['redis:latest', true]]);
});
