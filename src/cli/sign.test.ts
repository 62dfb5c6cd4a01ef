/** `hallmark sign`, `attest` and `key` as users run them, and that `verify` accepts what they make. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type CommandLine, commandLine, TODAY } from '../../test/cli/command-line.ts';
import { buildIndex } from '../../test/images/image-builder.ts';
import { writeOciLayout } from '../../test/images/layouts.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { amd64, arm64 } from '../../test/registry/gathering.ts';
import { startMemoryRegistry } from '../../test/registry/memory-registry.ts';
import { addImage } from '../../test/registry/memory-repository.ts';
import { workflowClaims } from '../../test/trust/services/oidc-issuer.ts';
import { startSigstore } from '../../test/trust/services/server.ts';
import { formatJson } from '../report/json.ts';
import { signingOutcomeJsonSchema, SigningOutcomeSchema } from '../report/signing-schema.ts';
import { PREDICATE_KINDS } from '../signing/predicate-file.ts';
import { PREDICATE_NAMES } from './sign-command.ts';

const INDEX = buildIndex([amd64, arm64]);
const PASSWORD = { HALLMARK_KEY_PASSWORD: 'secret' };

async function generated(hallmark: CommandLine, folder: string): Promise<string> {
  const { status, stderr } = await hallmark(['key', 'generate', '--output', join(folder, 'k')], {
    environment: PASSWORD,
  });
  assert.equal(status, 0, stderr);
  return join(folder, 'k.key');
}

async function startRegistry(t: TestContext): Promise<string> {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  addImage(registry.repository('team/app'), INDEX, '1');
  return `${registry.host}/team/app:1`;
}

test('help names the types of predicates that are checked', () => {
  assert.equal(PREDICATE_NAMES, PREDICATE_KINDS.join(', '));
});

test('the published schema of the document is the one that it is checked by', () => {
  const published = new URL('../../docs/schema/signing-1.schema.json', import.meta.url);
  assert.equal(
    readFileSync(published, 'utf8'),
    formatJson(signingOutcomeJsonSchema()),
    'run npm run make:docs',
  );
});

test('key generate and key public', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const key = await generated(hallmark, folder);
  const { stdout } = await hallmark(['key', 'public', key], { environment: PASSWORD });
  assert.equal(stdout, readFileSync(join(folder, 'k.pub'), 'utf8'));
  const cases = [
    [
      ['key', 'generate', '--output', join(folder, 'k')],
      PASSWORD,
      3,
      /SIGNING_KEY_EXISTS: .*k\.key is there already/,
    ],
    [
      ['key', 'generate', '--output', join(folder, 'other')],
      {},
      3,
      /SIGNING_KEY_PASSWORD: no password was given/,
    ],
    [['key', 'public', key], {}, 3, /SIGNING_KEY_PASSWORD: .* no password was given/],
    [
      ['key', 'public', key],
      { COSIGN_PASSWORD: 'wrong' },
      3,
      /SIGNING_KEY_PASSWORD: the password of .* is wrong/,
    ],
    [['key', 'public', join(folder, 'k.pub')], {}, 3, /SIGNING_KEY_INVALID: .* is a public key/],
    [
      ['key', 'public', 'nobody://key'],
      { PATH: '/usr/bin' },
      3,
      /SIGNING_PROGRAM_MISSING: sigstore-kms-nobody/,
    ],
  ] as const;
  for (const [args, environment, status, message] of cases) {
    const outcome = await hallmark(args, { environment });
    assert.equal(outcome.status, status, args.join(' '));
    assert.match(outcome.stderr, message);
    assert.doesNotMatch(outcome.stderr, /INTERNAL/);
  }
  assert.ok(!existsSync(join(folder, 'other.key')));
});

test('what sign signs with a key, verify accepts, in a registry and in a layout', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const key = await generated(hallmark, folder);
  const layout = join(folder, 'layout');
  writeOciLayout(layout, [{ root: INDEX }]);
  for (const reference of [await startRegistry(t), `oci-dir:${layout}`]) {
    const signed = await hallmark(['sign', '--key', key, reference], { environment: PASSWORD });
    assert.equal(signed.status, 0, signed.stderr);
    for (const digest of [INDEX.digest, amd64.digest, arm64.digest])
      assert.ok(signed.stdout.includes(digest));
    assert.match(signed.stdout, /signed +index/);
    const verified = await hallmark(['verify', '--no-policy', '--key', join(folder, 'k.pub'), reference]);
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    const again = await hallmark(['sign', '--key', key, '--format', 'json', reference], {
      environment: PASSWORD,
    });
    const report = SigningOutcomeSchema.parse(JSON.parse(again.stdout));
    assert.deepEqual(
      report.targets.map(({ outcome }) => outcome),
      ['present', 'present', 'present'],
    );
  }
});

test('an attestation does not pass for a signature, and verify finds it by its type', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const key = await generated(hallmark, folder);
  const reference = await startRegistry(t);
  const file = join(folder, 'vex.json');
  writeFileSync(file, '{"@context":"https://openvex.dev/ns/v0.2.0","@id":"x","author":"a","statements":[]}');
  const attest = ['attest', '--key', key, '--type', 'openvex', '--predicate', file, reference];
  assert.equal((await hallmark(attest, { environment: PASSWORD })).status, 0);
  const verify = ['verify', '--no-policy', '--key', join(folder, 'k.pub')];
  const alone = await hallmark([...verify, reference]);
  assert.equal(alone.status, 2, alone.stdout + alone.stderr);
  await hallmark(['sign', '--key', key, reference], { environment: PASSWORD });
  const both = await hallmark([...verify, '--attestation', 'openvex', reference]);
  assert.equal(both.status, 0, both.stdout + both.stderr);
});

test('what would become public is shown, and needs somebody to agree', async (t) => {
  await using sigstore = await startSigstore({ now: () => new Date(TODAY) });
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const reference = await startRegistry(t);
  const [config, root] = [join(folder, 'sc.json'), join(folder, 'root.json')];
  writeFileSync(config, JSON.stringify(sigstore.signingConfig(1)));
  writeFileSync(root, JSON.stringify(sigstore.trustedRoot()));
  const claims = workflowClaims('acme/app', 'release.yml', 'refs/tags/v1');
  const environment = { SIGSTORE_ID_TOKEN: sigstore.token(claims) };
  const sign = ['sign', '--signing-config', config, '--trusted-root', root, reference];

  const entries = sigstore.logs[1].entries.size;
  const preview = await hallmark([...sign, '--dry-run'], { environment });
  assert.equal(preview.status, 0, preview.stderr);
  for (const text of [
    'would be signed',
    'Published for everybody',
    'claim repository: "acme/app"',
    INDEX.digest,
  ])
    assert.ok(preview.stdout.includes(text), text);
  const refused = await hallmark(sign, { environment });
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /SIGNING_NOT_CONFIRMED: .*\n.*--dry-run/);
  assert.equal(sigstore.logs[1].entries.size, entries);

  const signed = await hallmark([...sign, '--yes', '--format', 'json'], { environment });
  assert.equal(signed.status, 0, signed.stderr);
  const { targets, disclosures } = SigningOutcomeSchema.parse(JSON.parse(signed.stdout));
  assert.ok(targets.every(({ logIndexes }) => logIndexes.length === 1) && disclosures.length > 0);
  const holder = [
    '--certificate-issuer',
    sigstore.issuerUrl,
    '--certificate-repository',
    'https://github.com/acme/app',
  ];
  const verified = await hallmark(['verify', '--no-policy', '--trusted-root', root, ...holder, reference]);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
});

test('wrong use ends with 3 and says what to give', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const key = await generated(hallmark, folder);
  const reference = await startRegistry(t);
  const file = join(folder, 'predicate.json');
  writeFileSync(file, '{"_type":"https://in-toto.io/Statement/v1","predicateType":"x","predicate":{}}');
  const attest = (type: string, predicate = file) => [
    'attest',
    '--key',
    key,
    '--type',
    type,
    '--predicate',
    predicate,
    reference,
  ];
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['sign', reference], /SIGNING_SERVICES_MISSING: .*\n.*--signing-config public-good/],
    [
      ['sign', '--signing-config', 'public-good', reference],
      /IDENTITY_TOKEN_MISSING: .*\n.*no log-in by browser/,
    ],
    [['sign', '--signing-config', file, reference], /SIGNING_CONFIG_INVALID/],
    [['sign', '--key', key, '--identity-token', file, reference], /cannot be used with option/],
    [['sign', '--key', key, '--only', 'layers', reference], /Use any of index, image, attestation/],
    [['sign', '--key', key, '--legacy', 'both', reference], /Allowed choices are tags, referrers/],
    [['sign', '--key', key, '--legacy', 'tags', '--message', reference], /USAGE: --message/],
    [['sign', '--key', key, 'docker:app'], /DESTINATION_INVALID: .*\n.*oci-dir/],
    [['sign', '--key', key, 'oci-archive:app.tar'], /DESTINATION_INVALID: .*\n.*oci-dir/],
    [attest('spdx'), /PREDICATE_INVALID: .* is a whole statement/],
    [attest('sdpx'), /PREDICATE_INVALID: "sdpx" is not a type/],
    [attest('spdx', '/no/such/file'), /PREDICATE_INVALID: cannot read \/no\/such\/file/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = await hallmark(args, { environment: PASSWORD });
    assert.equal(status, 3, stderr);
    assert.match(stderr, message);
  }
  const unknown = await hallmark(['sign', '--key', key, reference.replace(':1', ':2')], {
    environment: PASSWORD,
  });
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /MANIFEST_UNKNOWN/);
});
