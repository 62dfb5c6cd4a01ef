import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { commandLine, TODAY } from '../../test/cli/command-line.ts';
import { BUNDLE, buildReferrer } from '../../test/images/evidence-builder.ts';
import { buildImage, buildIndex, buildLayer, type BuiltRoot } from '../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../test/registry/memory-registry.ts';
import { addImage } from '../../test/registry/memory-repository.ts';
import { statementAbout } from '../../test/trust/evidence.ts';
import { ANN, makeBundle, WORKFLOW } from '../../test/trust/services/bundles.ts';
import { createSigstore, type Sigstore } from '../../test/trust/services/deployment.ts';
import type { TrustReport } from '../model/trust-report.ts';
import { formatJson } from '../report/json.ts';
import { trustReportJsonSchema } from '../report/trust-report-schema.ts';

const SCHEMA = new URL('../../docs/schema/trust-1.schema.json', import.meta.url);

const image = (content: string, architecture = 'amd64') =>
  buildImage({
    layers: [buildLayer([{ path: 'a', content }])],
    platform: { os: 'linux', architecture },
  });
const APP = buildIndex([image('app'), image('app', 'arm64')]);
const OTHER = image('other');

const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';
const PROVENANCE = {
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: {
      workflow: {
        ref: 'refs/tags/v1.2.3',
        repository: 'https://github.com/acme/app',
        path: '.github/workflows/release.yml',
      },
    },
    resolvedDependencies: [
      {
        uri: 'git+https://github.com/acme/app@refs/tags/v1.2.3',
        digest: { gitCommit: '5d7a0c3d1f9a4ef6b1c89b6f1f35d1f53c7f9a1e' },
      },
    ],
  },
  runDetails: { builder: { id: WORKFLOW.subject.value } },
};

/** A registry with an index that a workflow signed, and said how it was built; a file with the trust root. */
async function setUp(t: TestContext) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const sigstore = createSigstore({ now: () => new Date(TODAY) });
  const folder = temporaryDirectory(t);
  const root = join(folder, 'trusted_root.json');
  writeFileSync(root, JSON.stringify(sigstore.trustedRoot()));
  addImage(registry.repository('team/app'), APP, '1.2.3');
  attach(registry, sigstore, APP, statementAbout(APP.digest));
  attach(registry, sigstore, APP, statementAbout(APP.digest, PROVENANCE_TYPE, PROVENANCE));
  const trusting = [
    '--trusted-root',
    root,
    '--certificate-issuer',
    WORKFLOW.issuer,
    '--certificate-repository',
    'https://github.com/acme/app',
  ];
  return { registry, sigstore, folder, root, trusting, reference: `${registry.host}/team/app:1.2.3` };
}

function attach(
  registry: MemoryRegistry,
  sigstore: Sigstore,
  to: BuiltRoot,
  statement: object,
  repository = 'team/app',
): void {
  const { bundle } = makeBundle(sigstore, {
    signer: { kind: 'certificate', identity: WORKFLOW },
    statement,
  });
  const referrer = buildReferrer(to, { layers: [{ content: bundle, mediaType: BUNDLE }] });
  addImage(registry.repository(repository), referrer);
}

test('what the right workflow signed is trusted, and the report says who, from what and what was not checked', async (t) => {
  const { reference, trusting } = await setUp(t);
  const { status, stdout, stderr } = await commandLine(t)([
    'verify',
    ...trusting,
    '--source',
    'https://github.com/acme/app',
    reference,
  ]);
  assert.equal(status, 0, stderr + stdout);
  for (const line of [
    /trusted +everything that the rule asks for holds/,
    /signed by +GitHub Actions workflow release\.yml of acme\/app at refs\/tags\/v1\.2\.3 \(verified\)/,
    /source +https:\/\/github\.com\/acme\/app at refs\/tags\/v1\.2\.3, commit 5d7a0c3d1f9a/,
    /Not checked\n/,
    /tag\.signed\n +nobody whom the rule names says/,
    /key\.revocation/,
  ]) {
    assert.match(stdout, line);
  }
});

test('the report follows the published schema', async (t) => {
  const { reference, trusting } = await setUp(t);
  const published = readFileSync(SCHEMA, 'utf8');
  assert.equal(published, formatJson(trustReportJsonSchema()), 'run npm run make:docs');
  const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(published) as object);
  const run = commandLine(t);
  for (const arguments_ of [
    [...trusting, reference],
    ['--no-policy', reference],
    ['--no-policy', reference.replace('1.2.3', 'gone')],
  ]) {
    const { stdout } = await run(['verify', '--format', 'json', ...arguments_]);
    const report = JSON.parse(stdout) as TrustReport;
    assert.ok(validate(report), JSON.stringify(validate.errors));
    for (const check of [...report.checks, ...report.notChecked])
      assert.match(check.specification, /^https:/);
    assert.ok(report.checks.every(({ outcome }) => outcome !== 'not-checked'));
  }
});

test('exit statuses tell no evidence, evidence that does not hold, nobody named and nothing readable apart', async (t) => {
  const { registry, reference, trusting, root } = await setUp(t);
  addImage(registry.repository('team/plain'), OTHER, '1');
  const plain = `${registry.host}/team/plain:1`;
  const wrong = trusting.map((word) => word.replace('acme/app', 'acme/app-evil'));
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [[...trusting, reference], 0, 'REQUIREMENTS_MET'],
    [[...wrong, reference], 2, 'REQUIREMENT_NOT_MET'],
    [['--trusted-root', root, reference], 4, 'NO_RULE'],
    [[...trusting, plain], 4, 'NO_EVIDENCE'],
    [[...trusting, '--attestation', 'spdx', reference], 2, 'REQUIREMENT_NOT_MET'],
    [[...trusting, `${registry.host}/team/gone:1`], 1, 'IMAGE_UNREADABLE'],
  ];
  const run = commandLine(t);
  for (const [words, status, code] of cases) {
    const outcome = await run(['verify', '--no-memory', '--format', 'json', ...words]);
    assert.equal(outcome.status, status, `${words.join(' ')}\n${outcome.stderr}${outcome.stdout}`);
    assert.equal((JSON.parse(outcome.stdout) as TrustReport).code, code);
  }
  for (const words of [
    ['verify'],
    ['verify', '--certificate-issuer', 'https://a.example', reference],
    ['verify', '--source', 'https://github.com/acme/app', reference],
    ['verify', '--key', 'gone.pub', reference],
    ['verify', 'docker:app'],
  ]) {
    assert.equal((await run(words)).status, 3, words.join(' '));
  }
});

test('every image that a file names is verified, and what it does not tell is said', async (t) => {
  const { registry, reference, folder, trusting } = await setUp(t);
  addImage(registry.repository('team/plain'), OTHER, '1');
  const file = join(folder, 'Dockerfile');
  writeFileSync(
    file,
    `FROM ${registry.host}/team/plain:1 AS base\nFROM $APP\nFROM ${reference}\nCOPY --from=base /a /a\n`,
  );
  const { status, stdout } = await commandLine(t)(['verify', ...trusting, '--all', file]);
  assert.equal(status, 4, stdout);
  assert.match(stdout, /^unknown +\S+team\/plain:1 sha256:/m);
  assert.match(stdout, /^trusted +\S+team\/app:1\.2\.3 sha256:/m);
  assert.match(stdout, /^unknown +\S+Dockerfile:2:6 +it depends on the build argument APP/m);
  assert.match(stdout, /2 images: 1 trusted, 1 unknown/);
});

test('a tag that moves back is an alarm, until the user accepts it', async (t) => {
  const { registry, sigstore, trusting, reference } = await setUp(t);
  const run = commandLine(t);
  const verify = async () =>
    (await run(['verify', ...trusting, reference.replace('1.2.3', 'latest')])).status;
  const repository = registry.repository('team/app');
  const newer = buildIndex([image('newer')]);
  addImage(repository, newer);
  attach(registry, sigstore, newer, statementAbout(newer.digest));
  attach(registry, sigstore, newer, statementAbout(newer.digest, PROVENANCE_TYPE, PROVENANCE));
  repository.tags.set('latest', APP.digest);
  assert.equal(await verify(), 0);
  repository.tags.set('latest', newer.digest);
  assert.equal(await verify(), 0, 'it may move on');
  repository.tags.set('latest', APP.digest);
  assert.equal(await verify(), 2, 'but not back');
  assert.equal((await run(['trust', 'accept', reference.replace('1.2.3', 'latest')])).status, 0);
  assert.equal(await verify(), 0);
});

test('evidence from a file needs nothing to be attached, and is refused for another image', async (t) => {
  const { registry, sigstore, folder, trusting } = await setUp(t);
  addImage(registry.repository('team/plain'), OTHER, '1');
  const run = commandLine(t);
  for (const [about, status] of [
    [OTHER.digest, 0],
    [APP.digest, 2],
  ] as const) {
    const { bundle } = makeBundle(sigstore, {
      signer: { kind: 'certificate', identity: WORKFLOW },
      statement: statementAbout(about),
    });
    const file = join(folder, 'bundle.json');
    writeFileSync(file, JSON.stringify(bundle));
    const outcome = await run(['verify', ...trusting, '--evidence', file, `${registry.host}/team/plain:1`]);
    assert.equal(outcome.status, status, outcome.stdout);
  }
});

test('how it was built: in one line, with --provenance as a tree with what the build was told, and as a graph', async (t) => {
  const { registry, sigstore, trusting } = await setUp(t);
  const run = commandLine(t);
  const built = image('built');
  const reference = `${registry.host}/team/app:built`;
  addImage(registry.repository('team/app'), built, 'built');
  attach(registry, sigstore, built, statementAbout(built.digest));
  const { buildDefinition, runDetails } = PROVENANCE;
  const inputs = { CHANNEL: 'stable', API_TOKEN: 'hush', COLOUR: '\u001b[31m', LONG: 'x'.repeat(500) };
  const base = {
    uri: 'pkg:docker/debian@12',
    digest: { sha256: OTHER.digest.slice('sha256:'.length) },
  };
  attach(
    registry,
    sigstore,
    built,
    statementAbout(built.digest, PROVENANCE_TYPE, {
      buildDefinition: {
        ...buildDefinition,
        externalParameters: { ...buildDefinition.externalParameters, inputs },
        resolvedDependencies: [...buildDefinition.resolvedDependencies, base],
      },
      runDetails,
    }),
  );
  const verify = async (...more: readonly string[]) =>
    (await run(['verify', '--no-memory', ...trusting, ...more, reference])).stdout;
  const [short, whole] = [await verify(), await verify('--provenance')];
  assert.match(short, /How it was built\n {2}from 2 materials, with 4 parameters from outside: --provenance/);
  assert.doesNotMatch(short, /CHANNEL/);
  for (const line of [
    new RegExp(`^  ${built.digest}$`, 'm'),
    /^ {2}├─ built by https:\/\/github\.com\/acme\/app\/\.github\/workflows\/release\.yml@refs\/tags\/v1\.2\.3$/m,
    /^ {2}├─ built from https:\/\/github\.com\/acme\/app at 5d7a0c3d1f9a/m,
    /^ {2}└─ uses docker\.io\/library\/debian:12 at sha256:/m,
    /parameter inputs\.CHANNEL = stable$/m,
    /parameter inputs\.API_TOKEN = \[redacted\]$/m,
    /parameter inputs\.COLOUR = \\u\{1b\}\[31m$/m,
    /parameter inputs\.LONG = x{20,}…$/m,
  ]) {
    assert.match(whole, line);
  }
  assert.ok(!whole.includes('hush'));
  const section = whole.slice(whole.indexOf('How it was built'), whole.indexOf('What the rule'));
  assert.ok(section.split('\n').every((line) => line.length <= 120));
  const { graph } = JSON.parse(await verify('--format', 'json')) as TrustReport;
  assert.deepEqual(
    graph.edges.map(({ relation, basis }) => [relation, basis]),
    [
      ['built-by', 'verified'],
      ['built-from', 'verified'],
      ['uses', 'verified'],
    ],
  );
});

const days = (count: number) => () => TODAY + count * 86_400_000;

test('a tag that stands still for longer than the rule allows is said to; one without evidence is only unknown', async (t) => {
  const { registry, reference, trusting } = await setUp(t);
  addImage(registry.repository('team/plain'), OTHER, '1');
  const run = commandLine(t);
  const verify = async (image: string, now: () => number) => {
    const words = ['verify', ...trusting, '--max-age', '30d', '--format', 'json', image];
    const { code, checks } = JSON.parse((await run(words, { now })).stdout) as TrustReport;
    return [code, checks.find(({ id }) => id === 'tag.freeze')?.outcome];
  };
  assert.deepEqual(await verify(reference, days(1)), ['REQUIREMENTS_MET', 'passed']);
  assert.deepEqual(await verify(reference, days(60)), ['REQUIREMENT_NOT_MET', 'failed']);
  assert.deepEqual(await verify(`${registry.host}/team/plain:1`, days(60)), ['NO_EVIDENCE', undefined]);
});

/** The provenance of something that was built from images too. */
const madeOf = (...bases: object[]) => ({
  ...PROVENANCE,
  buildDefinition: {
    ...PROVENANCE.buildDefinition,
    resolvedDependencies: [...PROVENANCE.buildDefinition.resolvedDependencies, ...bases],
  },
});

test('base images of signed provenance are verified by their digests, theirs too, and an untrusted one counts', async (t) => {
  const { registry, sigstore, folder, root, reference } = await setUp(t);
  const policy = join(folder, 'trust.yaml');
  writeFileSync(
    policy,
    `schema: hallmark.trust-policy/1
roots: { test: { trustedRoot: ${JSON.stringify(root)} } }
authorities:
  ci: { certificate: { root: test, issuer: '${WORKFLOW.issuer}', repository: 'https://github.com/acme/app' } }
rules:
  - repositories: ['${registry.host}/team/**']
    require: [{ signature: { by: ci } }]
`,
  );
  const base = (name: string, built: BuiltRoot) => ({
    uri: `pkg:docker/team/${name}?repository_url=${encodeURIComponent(registry.host)}`,
    digest: { sha256: built.digest.slice('sha256:'.length) },
  });
  const [middle, lowest] = [image('middle'), image('lowest')];
  addImage(registry.repository('team/middle'), middle);
  addImage(registry.repository('team/lowest'), lowest);
  const say = (built: BuiltRoot, repository: string, ...bases: object[]) => {
    attach(registry, sigstore, built, statementAbout(built.digest), repository);
    const provenance = statementAbout(built.digest, PROVENANCE_TYPE, madeOf(...bases));
    attach(registry, sigstore, built, provenance, repository);
  };
  say(APP, 'team/app', base('middle', middle));
  say(middle, 'team/middle', base('lowest', lowest));
  const verify = async (...words: string[]) => {
    const words_ = ['verify', '--no-memory', '--policy', policy, '--format', 'json', ...words, reference];
    const { stdout, status } = await commandLine(t)(words_);
    return { status, report: JSON.parse(stdout) as TrustReport };
  };
  const alone = await verify();
  assert.deepEqual([alone.status, alone.report.bases.length], [0, 0]);
  assert.ok(alone.report.notChecked.some(({ id }) => id === 'provenance.bases'));

  const unsigned = await verify('--base-images');
  const [found] = unsigned.report.bases;
  assert.deepEqual([found?.verdict, found?.bases[0]?.verdict], ['trusted', 'unknown']);
  assert.equal(unsigned.status, 0, 'nothing is known of the lowest one, which is said');

  const { bundle } = makeBundle(sigstore, {
    signer: { kind: 'certificate', identity: ANN },
    statement: statementAbout(APP.digest, PROVENANCE_TYPE, madeOf(base('lowest', lowest))),
  });
  const stranger = buildReferrer(APP, { layers: [{ content: bundle, mediaType: BUNDLE }] });
  addImage(registry.repository('team/app'), stranger);
  const { report } = await verify('--base-images');
  assert.equal(report.bases.length, 1, 'a stranger sends nobody to look at what he names');
  assert.ok(report.notChecked.some(({ reason }) => reason.includes('somebody whom no rule names')));

  attach(registry, sigstore, lowest, statementAbout(APP.digest), 'team/lowest');
  const misled = await verify('--base-images');
  assert.deepEqual([misled.status, misled.report.code], [2, 'BASE_NOT_TRUSTED']);
});
