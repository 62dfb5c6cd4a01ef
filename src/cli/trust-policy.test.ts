/** `hallmark trust policy`, from files to what is printed. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine } from '../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { endorsement, GITHUB, signedBy } from '../../test/trust/policy/facts.ts';
import { recordedReport } from '../../test/trust/policy/recorded.ts';

const POLICY = `schema: hallmark.trust-policy/1
authorities:
  ci: { certificate: { issuer: ${GITHUB}, owner: https://github.com/acme, ownerId: '42' } }
rules:
  - name: team
    repositories: ['registry.example.com/team/**']
    require: [{ signature: { by: ci } }]
`;

/** A command line in a folder with these files. */
function commandLineWith(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = temporaryDirectory(t);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const hallmark = commandLine(t);
  const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    hallmark(['trust', 'policy', ...args], { workingDirectory: folder, environment });
  return { folder, run };
}

const named = (rule: string) => POLICY.replace('name: team', `name: ${rule}`);

test('the policy is the one that is named, else of the environment, of the folder, of the user', async (t) => {
  const { folder, run } = commandLineWith(t, {
    'given.yaml': named('given'),
    'environment.yaml': named('environment'),
    'hallmark-trust.yaml': named('folder'),
    'configuration/hallmark/trust.yaml': named('user'),
  });
  const user = { XDG_CONFIG_HOME: join(folder, 'configuration') };
  const environment = { ...user, HALLMARK_TRUST_POLICY: join(folder, 'environment.yaml') };
  assert.match((await run(['show', '--policy', 'given.yaml'], environment)).stdout, /\ngiven {2}/);
  assert.match((await run(['show'], environment)).stdout, /\nenvironment {2}/);
  assert.match((await run(['show'], user)).stdout, /\nfolder {2}/);
  const elsewhere = commandLineWith(t, {});
  assert.match((await elsewhere.run(['show'], user)).stdout, /\nuser {2}/);
  const { status, stderr } = await elsewhere.run(['show']);
  assert.equal(status, 3);
  assert.match(stderr, /POLICY_ABSENT/);
  assert.match((await run(['show', '--policy', 'absent.yaml'])).stderr, /POLICY_UNREADABLE/);
});

test('explain says which rule decides, and lint what is loose', async (t) => {
  const { run } = commandLineWith(t, { 'hallmark-trust.yaml': POLICY });
  const explained = await run(['explain', 'Registry.example.com:443/team/app:1']);
  assert.equal(explained.status, 0);
  assert.match(
    explained.stdout,
    /^registry\.example\.com\/team\/app: everything .*\n\nrule team, .*hallmark-trust\.yaml:5/,
  );
  assert.match((await run(['explain', 'debian'])).stdout, /no rule speaks of it/);
  const json = await run(['explain', 'registry.example.com/team/app', '--format', 'json']);
  assert.equal((JSON.parse(json.stdout) as { rule: { name: string } }).rule.name, 'team');
  const tight = await run(['lint']);
  assert.equal(tight.status, 0, tight.stdout);
  assert.match(tight.stdout, /^hint /);
});

test('lint exits with 2 when a stranger gets in', async (t) => {
  const { run } = commandLineWith(t, { 'hallmark-trust.yaml': `${POLICY}default: allow\n` });
  const { status, stdout } = await run(['lint']);
  assert.equal(status, 2);
  assert.match(stdout, /^warning policy: default: allow/);
});

const CASES = (expect: string, rule = 'team') => `schema: hallmark.trust-policy-test/1
cases:
  - { name: signed, report: reports/app.json, expect: ${expect}, rule: ${rule} }
`;

test('test holds a policy to its cases', async (t) => {
  const stranger = endorsement({ signer: signedBy({ issuer: 'https://evil.example' }) });
  const { run } = commandLineWith(t, {
    'hallmark-trust.yaml': POLICY,
    'reports/app.json': JSON.stringify(recordedReport()),
    'good.yaml': CASES('trusted'),
    'bad.yaml': CASES('untrusted'),
    'rule.yaml': CASES('trusted', 'another'),
    'stranger.json': JSON.stringify(recordedReport({ endorsements: [stranger] })),
    'stranger.yaml': CASES('untrusted').replace('reports/app.json', 'stranger.json'),
    'lying.json': JSON.stringify({ ...recordedReport(), surprise: 1 }),
    'lying.yaml': CASES('trusted').replace('reports/app.json', 'lying.json'),
    'twice.json': '{"schema":"hallmark.trust/1","schema":"hallmark.trust/1"}',
    'twice.yaml': CASES('trusted').replace('reports/app.json', 'twice.json'),
  });
  const cases: readonly (readonly [file: string, status: number, says: RegExp])[] = [
    ['good.yaml', 0, /1 case, all as expected/],
    ['stranger.yaml', 0, /signed: untrusted/],
    ['bad.yaml', 2, /different {2}signed: expected untrusted, got trusted/],
    ['rule.yaml', 2, /different {2}signed/],
    ['lying.yaml', 3, /RECORDING_INVALID/],
    ['twice.yaml', 3, /not strict JSON/],
    ['absent.yaml', 3, /POLICY_UNREADABLE/],
  ];
  for (const [file, status, says] of cases) {
    const outcome = await run(['test', file]);
    assert.equal(outcome.status, status, `${file}: ${outcome.stdout}${outcome.stderr}`);
    assert.match(outcome.stdout + outcome.stderr, says, file);
  }
});

test('simulate shows what another policy changes, and nothing else', async (t) => {
  const other = {
    ...recordedReport(),
    reference: 'registry.example.com/other',
    repository: 'registry.example.com/other',
  };
  const { run } = commandLineWith(t, {
    'hallmark-trust.yaml': POLICY,
    'stricter.yaml': POLICY.replace("ownerId: '42'", "ownerId: '43'"),
    'one.json': JSON.stringify(recordedReport()),
    'several.json': JSON.stringify({ schema: 'hallmark.trusts/1', reports: [recordedReport(), other] }),
  });
  const { status, stdout } = await run(['simulate', 'stricter.yaml', 'one.json', 'several.json']);
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^registry\.example\.com\/team\/app:v1\.2\.3: trusted → untrusted\n .*expected sourceRepositoryOwnerId "43", got "42"/,
  );
  assert.match(stdout, /\n3 verifications, 2 of them change\n$/);
  assert.match(
    (await run(['simulate', 'hallmark-trust.yaml', 'several.json'])).stdout,
    /^2 verifications, 0 of them/,
  );
});

test('import writes a policy that can be used, and names what is lost', async (t) => {
  const original =
    '{"default":[{"type":"reject"}],"transports":{"docker":{"ghcr.io/acme":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k.gpg"}],"ghcr.io/acme:1":[{"type":"reject"}]}}}';
  const { folder, run } = commandLineWith(t, { 'policy.json': original });
  const strict = await run(['import', '--from', 'containers-policy', 'policy.json']);
  assert.equal(strict.status, 3);
  assert.match(strict.stderr, /POLICY_NOT_IMPORTED.*ghcr\.io\/acme:1/);
  const args = [
    'import',
    '--from',
    'containers-policy',
    '--allow-weaker',
    '-o',
    join(folder, 'hallmark-trust.yaml'),
  ];
  const { status, stderr } = await run([...args, 'policy.json']);
  assert.equal(status, 0);
  assert.match(stderr, /^stricter transports.*GPG/m);
  assert.match(
    readFileSync(join(folder, 'hallmark-trust.yaml'), 'utf8'),
    /^# Imported from policy\.json\.\n/,
  );
  assert.match((await run(['explain', 'ghcr.io/acme/app'])).stdout, /it is refused/);
});
