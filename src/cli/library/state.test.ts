/** What commands of a programme say of a state that cannot be used, or not by this user. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test, type TestContext } from 'node:test';
import { commandLine, type Outcome } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { newPem } from '../../../test/library/publishing.ts';
import {
  entry,
  IMPORTED,
  ROOT,
  surroundings,
  writeTinyProgramme,
} from '../../../test/library/tiny-programme.ts';
import { publication, retirement } from '../../../test/library/small-ledger.ts';
import type { Attempt } from '../../library/state/programme-state.ts';
import { openState, stateFile } from '../../library/state/open-state.ts';
import type { BuildId, RecipeId } from '../../library/builds/build.ts';
import type { SourceId } from '../../library/sources/source.ts';

const ATTEMPT: Omit<Attempt, 'id' | 'endedAt' | 'outcome'> = {
  buildId: 'a'.repeat(64) as BuildId,
  generation: 1,
  sourceId: 'b'.repeat(64) as SourceId,
  architecture: 'amd64',
  tags: ['redis:8', 'redis:latest'],
  parents: [],
  recipeId: 'c'.repeat(64) as RecipeId,
  engine: { name: 'buildah', version: '1', parts: {} },
  arguments: {},
  reasons: [{ kind: 'new' }],
  startedAt: 1,
  log: 'logs/1.log',
};

/** A programme of one image whose commit nobody has, with a state in which there is something of everything. */
function programme(t: TestContext) {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'library'));
  writeFileSync(
    join(folder, 'library/redis'),
    `Maintainers: Ann Author (@ann)\nGitRepo: ${join(folder, 'none')}\nGitCommit: ${'a'.repeat(40)}\n\nTags: 8, latest\n`,
  );
  for (const role of ['verifier', 'publisher'])
    writeFileSync(join(folder, `${role}.key`), newPem(), { mode: 0o600 });
  writeFileSync(
    join(folder, 'programme.yaml'),
    `schema: hallmark.programme/1
name: test
registry: { quarantine: 127.0.0.1:1/quarantine, public: 127.0.0.1:1/library, plainHttp: true }
roles: { verifier: { key: verifier.key }, publisher: { key: publisher.key } }
`,
  );
  const state = openState(join(folder, '.hallmark'));
  const { id } = state.beginAttempt(ATTEMPT);
  state.endAttempt(id, { kind: 'failed', code: 'BUILD_FAILED', because: 'exit 1' }, 2);
  for (const event of [publication('redis', ['8', 'latest']), retirement('redis', ['7'], '8')])
    state.completePublication('', event, '2026-11-01T00:00:00Z');
  state.close();
  const hallmark = commandLine(t);
  return {
    folder,
    file: stateFile(join(folder, '.hallmark')),
    run: (...args: readonly string[]) => hallmark(['library', ...args], { workingDirectory: folder }),
  };
}

/** Commands that only look. */
const LOOKING: readonly (readonly string[])[] = [
  ['status', '--no-db'],
  ['plan', '--no-db'],
  ['ledger'],
  ['log', 'redis', '--all'],
  ['docs', '--output', 'pages'],
  ['tags', 'redis'],
];

const ACTING: readonly (readonly string[])[] = [
  ['run', '--no-db'],
  ['build', '--no-db'],
  ['publish'],
  ['publish', '--dry-run'],
  ['verify', '--no-db'],
  ['verify', '--no-db', '--read-only'],
  ['reproduce'],
];

/** Everything but what the first page has: the header and the tables' definitions. */
function spoil(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, bytes.readUInt16BE(16));
  writeFileSync(file, bytes);
}

const DAMAGES: Readonly<Record<string, (file: string) => void>> = {
  'with garbage in it': spoil,
  'that is no database': (file) => writeFileSync(file, 'no database, but of some length'.repeat(999)),
  'that was cut off': (file) => truncateSync(file, 10_000),
  'of a later version'(file) {
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
  },
};

suite('a state that cannot be used is told as such by every command, with what to do', () => {
  for (const [damage, make] of Object.entries(DAMAGES)) {
    test(`one ${damage}`, async (t) => {
      const { file, run } = programme(t);
      make(file);
      const before = readFileSync(file);
      for (const args of [...LOOKING, ...ACTING]) {
        const { status, stderr } = await run(...args);
        const told = `${args.join(' ')}: ${stderr}`;
        assert.equal(status, 1, told);
        assert.match(stderr, /STATE_UNREADABLE/, told);
        assert.match(stderr, /backup|move the file away|version of Hallmark/, told);
      }
      assert.ok(before.equals(readFileSync(file)), 'nothing is written to it');
    });
  }
});

/** What the superuser may do says nothing of others: then it is another user's process that looks. */
const NOBODY = { uid: 65_534, gid: 65_534, env: {}, encoding: 'utf8' } as const;
const isRoot = process.getuid?.() === 0;
const MAIN = join(import.meta.dirname, '../main.ts');
/** Runs commands one after the other, and prints the outcomes as JSON. */
const SCRIPT = `
const { run } = await import(${JSON.stringify(MAIN)});
const outcomes = [];
for (const args of JSON.parse(process.argv[1])) {
  const outcome = { stdout: '', stderr: '' };
  const to = (stream) => ({ write(text) { outcome[stream] += text; } });
  const terminal = { environment: ${JSON.stringify({ PATH: process.env['PATH'] ?? '' })}, workingDirectory: '/', stdout: to('stdout'), stderr: to('stderr') };
  outcome.status = await run(args, { ...terminal, signal: new AbortController().signal, now: Date.now });
  outcomes.push(outcome);
}
console.log(JSON.stringify(outcomes));
`;

function whyNoOtherUser(): string | false {
  if (!isRoot) return false;
  const { status } = spawnSync(process.execPath, ['--version'], { ...NOBODY, cwd: import.meta.dirname });
  return status === 0 ? false : 'another user cannot run this program here';
}

test('a state that may be read and not written, or not even read', { skip: whyNoOtherUser() }, async (t) => {
  const closed = programme(t);
  const open = programme(t);
  const secret = programme(t);
  const shut = programme(t);
  const stateOf = ({ folder }: typeof closed) => join(folder, '.hallmark');
  // a commit that is here, and nobody has looked into yet
  const unread = temporaryDirectory(t);
  writeTinyProgramme(unread, '127.0.0.1:1', {
    images: { 'base/rootfs.tar': ROOT },
    definitions: { base: entry('1', 'base', IMPORTED) },
    settings: { engines: '{}' },
  });
  const environment = surroundings();
  const fetched = await commandLine(t)(['library', 'fetch', '--programme', unread], { environment });
  assert.equal(fetched.status, 0, fetched.stderr);
  rmSync(join(unread, 'state/contents.jsonl'));
  const writer = openState(stateOf(open));
  writer.remember('a value', 'so that there is a log of what was written');
  const looked = [closed, open].flatMap(({ folder }) =>
    LOOKING.map((args) => ({ folder, args, refused: false })),
  );
  const refused = [secret, shut].flatMap(({ folder }) =>
    LOOKING.slice(2, 4).map((args) => ({ folder, args, refused: true })),
  );
  const planned = { folder: unread, args: ['plan', '--no-db'], refused: false };
  const refusedPlan = { folder: shut.folder, args: ['plan', '--no-db'], refused: true };
  const cases = [...looked, ...refused, refusedPlan, planned];
  const pages = temporaryDirectory(t);
  chmodSync(pages, 0o777);
  const commands = cases.map(({ folder, args }) =>
    ['library', ...args, '--programme', folder].map((arg) => (arg === 'pages' ? pages : arg)),
  );
  const files = [closed, open].map((one) => readdirSync(stateOf(one)));
  assert.deepEqual(
    files.map(({ length }) => length),
    [1, 3],
  );
  for (const one of [closed, open, secret, shut]) {
    chmodSync(one.folder, 0o755);
    for (const name of readdirSync(stateOf(one))) chmodSync(join(stateOf(one), name), 0o444);
    chmodSync(stateOf(one), 0o555);
  }
  for (const path of [unread, join(unread, 'state')]) chmodSync(path, 0o555);
  chmodSync(secret.file, 0);
  chmodSync(stateOf(shut), 0);
  try {
    const outcomes = isRoot
      ? (JSON.parse(
          spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT, JSON.stringify(commands)], NOBODY)
            .stdout,
        ) as readonly Outcome[])
      : await Promise.all(commands.map((args) => commandLine(t)(args, { environment })));
    for (const [index, { folder, args, refused: isRefused }] of cases.entries()) {
      const { status, stdout, stderr } = outcomes[index] ?? { status: null, stdout: '', stderr: '' };
      const told = `${args.join(' ')}: ${stderr}`;
      if (folder === shut.folder && args[0] === 'plan') {
        // it is read before the state
        assert.match(stderr, /CONTENTS_INVALID.*permission denied[^]*permission to read it/, told);
        continue;
      }
      if (isRefused) {
        assert.match(stderr, /STATE_UNREADABLE.*permission denied.*programme\.sqlite/, told);
        assert.match(stderr, /permission to read/, told);
      } else assert.doesNotMatch(stderr, /STATE_|INTERNAL/, told);
      // the commit of the only image is nowhere
      assert.equal(status, isRefused || (args[0] === 'plan' && folder !== unread) ? 1 : 0, told);
      if (args[0] === 'ledger' && !isRefused) assert.match(stdout, /latest/);
    }
    assert.deepEqual(
      [closed, open].map((one) => readdirSync(stateOf(one))),
      files,
    );
  } finally {
    for (const path of [unread, join(unread, 'state')]) chmodSync(path, 0o755);
    for (const one of [closed, open, secret, shut]) chmodSync(stateOf(one), 0o755);
    writer.close();
  }
});
