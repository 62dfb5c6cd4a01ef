/** `hallmark library plan`, `parents` and `children`: over a programme in a folder, as a user has it. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine, TODAY } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { smallProgramme, writeSmallProgramme } from '../../../test/library/small-programme.ts';
import { digestOf } from '../../model/digest.ts';
import { formatSources, parseSources } from '../../library/sources/sources-document.ts';
import { readBuilds } from '../../library/builds/builds-document.ts';
import { PlanSchema } from '../../library/plan/plan-document.ts';
import { openState } from '../../library/state/open-state.ts';

const LINES = `
  debian:12,bookworm amd64,arm64v8
  python:3.13,3 amd64 < debian:bookworm
  app:1 amd64 < python:3
  web:1 amd64 < example.com/base:1
`;

/** A programme in a folder, and the command line in it. */
function programmeIn(t: TestContext, lines = LINES) {
  const folder = temporaryDirectory(t);
  const small = smallProgramme(lines);
  writeSmallProgramme(folder, small);
  const run = commandLine(t);
  return {
    folder,
    small,
    library: (...args: readonly string[]) =>
      run(['library', ...args, '--programme', folder], { environment: { HALLMARK_DB: '/nonexistent' } }),
  };
}

test('the plan says what is built, what waits for what, and what is blocked by what', async (t) => {
  const { library } = programmeIn(t);
  const { status, stdout, stderr } = await library('plan');
  assert.equal(stderr, '');
  assert.equal(
    stdout,
    `small: 5 images, 2 to build, 2 waiting, 1 blocked, 0 done

To build now
  IMAGE      ARCHITECTURE  DUE  WHY
  debian:12  amd64              it is new
  debian:12  arm64v8            it is new

Waiting for other images
  IMAGE        ARCHITECTURE  FOR
  python:3.13  amd64         debian:12
  app:1        amd64         python:3.13

Blocked
  IMAGE  ARCHITECTURE  BECAUSE
  web:1  amd64         example.com/base:1 has not been looked up on amd64 yet
`,
  );
  assert.equal(status, 1);
});

test('a commit that is not at hand is told, and how to fetch it', async (t) => {
  const { folder, library } = programmeIn(t, 'debian:12');
  rmSync(join(folder, 'state', 'contents.jsonl'));
  const { status, stdout } = await library('plan');
  assert.match(
    stdout,
    /^! COMMIT_NOT_FOUND: debian:12 on amd64: .* has not been fetched\n {2}"hallmark library fetch" fetches commits/m,
  );
  assert.equal(status, 1);
});

test('settings of repositories that are not there are told, and a programme without definitions', async (t) => {
  const { folder, library } = programmeIn(t, 'debian:12');
  const settings =
    'repositories: { debain: { maximumAge: 1d } }\ngate: { toleratedTests: { debian: [utc], x: [utc] } }';
  appendFileSync(join(folder, 'programme.yaml'), settings);
  const { status, stdout } = await library('plan');
  assert.equal(status, 1);
  assert.deepEqual(
    stdout.split('\n').filter((line) => line.startsWith('!')),
    ['repositories.debain', 'gate.toleratedTests.x'].map(
      (field) => `! programme.yaml: ${field}: the programme has no repository of this name`,
    ),
  );
  rmSync(join(folder, 'library', 'debian'));
  const empty = await library('plan');
  assert.match(empty.stdout, /\n! there is no definition in .*library: nothing is built or retired\n$/);
  assert.equal(empty.status, 1);
});

test('the JSON follows its schema, and is of what was asked for; counts are of all', async (t) => {
  const { library } = programmeIn(t);
  const { status, stdout } = await library('plan', '--format', 'json', '--arch', 'amd64', 'debian', 'app:1');
  const plan = PlanSchema.parse(JSON.parse(stdout));
  assert.equal(status, 0);
  assert.equal(plan.at, new Date(TODAY).toISOString().replace('.000', ''));
  assert.deepEqual(plan.counts, {
    targets: 5,
    work: 2,
    deferred: 0,
    waiting: 2,
    blocked: 1,
    unexamined: 0,
    done: 0,
  });
  assert.deepEqual(
    plan.work.map(({ image, architecture, reasons }) => [image, architecture, reasons]),
    [['debian:12', 'amd64', [{ kind: 'new' }]]],
  );
  assert.deepEqual(
    plan.waiting.map(({ image, for: others }) => [image, ...others.map((other) => other.image)]),
    [['app:1', 'python:3.13']],
  );
});

test('what is remembered of builds and of outside images counts', async (t) => {
  const { folder, small, library } = programmeIn(t);
  const state = openState(join(folder, 'state'));
  const found = {
    reference: `example.com/base@${digestOf('')}`,
    digest: digestOf(''),
    since: 1,
    checkedAt: 1,
  };
  state.remember('outside example.com/base:1/amd64', JSON.stringify(found));
  const target = small.graph.targets.find(({ place }) => place.tags.includes('debian:12'));
  assert.ok(target);
  state.request({ ...target, by: 'ann', note: 'a test', at: TODAY / 1000 - 60 });
  state.close();
  const { status, stdout } = await library('plan', '--why', 'web', 'debian');
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}web:1 amd64\n {4}why: it is new\n/m);
  assert.match(stdout, /^ {4}build: [0-9a-f]{64}, generation 1\n {4}on: example\.com\/base:1 = sha256:e3b0/m);
  assert.match(stdout, /^ {4}why: it is new; ann asked for it on 2026-11-20: a test\n/m);
  assert.match(stdout, /^ {4}order: depth 0, 2 images built on it\n/m);
});

test('sources and builds are the documents of upstream', async (t) => {
  const { folder, small, library } = programmeIn(t, 'debian:12\npython:3 < debian:12');
  const [sources, builds] = ['sources', 'builds'].map((name) => join(folder, `${name}.json`));
  const outcome = await library('plan', '--format', `sources=${sources}`, '--format', `builds=${builds}`);
  assert.deepEqual(outcome, { status: 0, stdout: '', stderr: '' });
  const text = readFileSync(sources ?? '', 'utf8');
  assert.equal(text, formatSources(small.sources));
  assert.equal(parseSources(text, 'sources.json').size, 2);
  const records = readBuilds(readFileSync(builds ?? '', 'utf8'), 'builds.json');
  const [record, ...others] = records;
  assert.ok(record !== undefined && others.length === 0);
  assert.equal(record.img, `localhost:5000/quarantine/amd64:${record.buildId}`);
  assert.equal(record.resolved, null);
});

test('the commands are those by which upstream would build', async (t) => {
  const { library } = programmeIn(t, 'debian:12\npython:3 < debian:12');
  const { status, stdout } = await library('plan', '--format', 'commands');
  assert.equal(status, 0);
  assert.match(stdout, /^# debian:12 \[amd64\]\n# <pull>\n\n# <\/pull>\n# <build>\ndocker buildx build /);
  assert.match(stdout, /--tag 'localhost:5000\/quarantine\/amd64:[0-9a-f]{64}'/);
});

test('parts of a programme that cannot be read are told, and the rest is planned', async (t) => {
  const { folder, library } = programmeIn(t, 'debian:12\npython:3 < debian:12\napp:1 < python:3');
  writeFileSync(join(folder, 'library', 'python'), 'Maintainers: nobody\n');
  const { status, stdout, stderr } = await library('plan', '--format', 'json');
  const plan = PlanSchema.parse(JSON.parse(stdout));
  assert.equal(status, 1);
  assert.deepEqual(
    plan.work.map(({ image }) => image),
    ['debian:12'],
  );
  assert.deepEqual(
    plan.blocked.map(({ image, because }) => [image, because]),
    [['app:1', 'the definition of python cannot be read']],
  );
  assert.equal(plan.problems.length, 1);
  assert.match(stderr, /python[^]*app:1 on amd64 is blocked: the definition of python cannot be read\n$/);
});

for (const [args, code, status] of [
  [['plan', '--format', 'xml'], /USAGE/, 3],
  [['plan', '--now', 'tomorrow'], /USAGE/, 3],
  [['plan', '--arch', 'arm64'], /Architectures are amd64, /, 3],
  [['plan', 'debain'], /DEFINITION_NOT_FOUND.*is "debian" meant\?/, 3],
  [['parents', 'nothing'], /DEFINITION_NOT_FOUND/, 3],
  [['children', '--depth', 'two', 'debian'], /number of levels/, 3],
] as const) {
  test(`library ${args.join(' ')} is refused`, async (t) => {
    const outcome = await programmeIn(t).library(...args);
    assert.equal(outcome.status, status);
    assert.equal(outcome.stdout, '');
    assert.match(outcome.stderr, code);
  });
}

test('parents and children are names, a line each', async (t) => {
  const { library } = programmeIn(t);
  assert.equal((await library('parents', 'app')).stdout, 'python:3\ndebian:bookworm\n');
  assert.equal((await library('parents', '--depth', '1', 'app')).stdout, 'python:3\n');
  assert.equal((await library('children', 'debian')).stdout, 'python:3.13\napp:1\n');
  assert.equal((await library('children', 'debian', '--arch', 'arm64v8')).stdout, '');
});
