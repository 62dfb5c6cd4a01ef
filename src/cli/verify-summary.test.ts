/** Verification summaries: what one verified, another accepts without verifying it again. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine } from '../../test/cli/command-line.ts';
import { buildIndex } from '../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { amd64, arm64 } from '../../test/registry/gathering.ts';
import { startMemoryRegistry } from '../../test/registry/memory-registry.ts';
import { addImage } from '../../test/registry/memory-repository.ts';

const INDEX = buildIndex([amd64, arm64]);
const environment = { HALLMARK_KEY_PASSWORD: 'secret' };
const VERIFIER = 'https://acme.example/ingress';

async function setUp(t: TestContext) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  addImage(registry.repository('team/app'), INDEX, '1');
  const folder = temporaryDirectory(t);
  const hallmark = commandLine(t);
  const run = (...args: readonly string[]) => hallmark(args, { environment, workingDirectory: folder });
  for (const name of ['maker', 'ingress'])
    assert.equal((await run('key', 'generate', '--output', join(folder, name))).status, 0);
  const file = (name: string) => join(folder, name);
  return { run, file, repository: `${registry.host}/team/app`, reference: `${registry.host}/team/app:1` };
}

const policyFor = (repository: string, more = '') => `schema: hallmark.trust-policy/1
authorities: { ingress: { key: ingress.pub } }
rules:
  - repositories: [${repository}]
    require:
      - attestation:
          type: vsa
          by: ingress
          summary: { verifier: ${VERIFIER}${more} }
`;

test('a trusted verification becomes a summary, which a policy accepts in place of the evidence', async (t) => {
  const { run, file, repository, reference } = await setUp(t);
  const vsa = file('app.vsa.json');
  const asked = ['--vsa', vsa, '--verifier', VERIFIER, '--key', file('maker.pub'), reference];
  const before = await run('verify', '--no-memory', ...asked);
  assert.equal(before.status, 4);
  assert.match(before.stderr, /No summary was written: the image is not trusted/);
  assert.ok(!existsSync(vsa));

  assert.equal((await run('sign', '--key', file('maker.key'), reference)).status, 0);
  const verified = await run('verify', '--no-memory', ...asked);
  assert.equal(verified.status, 0, verified.stderr);
  assert.ok(verified.stderr.includes(`--predicate ${vsa} … ${repository}@${INDEX.digest}`));
  const predicate = JSON.parse(readFileSync(vsa, 'utf8')) as Record<string, unknown>;
  assert.equal(predicate['resourceUri'], repository);
  assert.equal(predicate['verificationResult'], 'PASSED');
  assert.equal(
    (predicate['inputAttestations'] as readonly unknown[]).length,
    3,
    'of the index and both images',
  );

  const attesting = ['attest', '--type', 'vsa', '--predicate', vsa, '--key', file('ingress.key')];
  const attested = await run(...attesting, `${repository}@${INDEX.digest}`);
  assert.equal(attested.status, 0, attested.stderr);
  for (const [policy, status] of [
    [policyFor(repository), 0],
    [policyFor(repository, ', levels: [SLSA_BUILD_LEVEL_1]'), 2],
    [policyFor(repository, ', resource: registry.example/other'), 2],
    [policyFor(repository).replace(VERIFIER, `${VERIFIER}-evil`), 2],
    [
      policyFor(repository)
        .replace('by: ingress', 'by: maker')
        .replace('ingress: { key: ingress', 'maker: { key: maker'),
      2,
    ],
  ] as const) {
    writeFileSync(file('policy.yaml'), policy);
    const outcome = await run('verify', '--no-memory', '--policy', file('policy.yaml'), reference);
    assert.equal(outcome.status, status, policy + outcome.stdout);
  }
});

test('a summary needs a verifier, one image, and a name', async (t) => {
  const { run, file, reference } = await setUp(t);
  for (const words of [
    ['--vsa', file('x.json'), reference],
    ['--verifier', VERIFIER, reference],
    ['--vsa', file('x.json'), '--verifier', VERIFIER, reference, `${reference}-more`],
  ]) {
    const { status, stderr } = await run('verify', ...words);
    assert.equal(status, 3, words.join(' '));
    assert.match(stderr, /USAGE: a verification summary/);
  }
});
