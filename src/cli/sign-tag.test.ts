/** Signed tags through the command line: what is said of a tag, and every way in which an older or another image gets behind it. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine, TODAY } from '../../test/cli/command-line.ts';
import { buildReferrer, IN_TOTO } from '../../test/images/evidence-builder.ts';
import { buildImage, buildIndex, buildLayer, type BuiltRoot } from '../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { startMemoryRegistry } from '../../test/registry/memory-registry.ts';
import { addImage } from '../../test/registry/memory-repository.ts';
import { workflowClaims } from '../../test/trust/services/oidc-issuer.ts';
import { startSigstore } from '../../test/trust/services/server.ts';
import { statementAbout } from '../../test/trust/evidence.ts';
import type { TrustReport } from '../model/trust-report.ts';
import { SigningOutcomeSchema } from '../report/signing-schema.ts';
import { TAG_TYPE } from '../trust/statements/predicate-types.ts';

const DAY = 86_400_000;

const image = (content: string, architecture: string) =>
  buildImage({ layers: [buildLayer([{ path: 'a', content }])], platform: { os: 'linux', architecture } });
const built = (content: string) => buildIndex([image(content, 'amd64'), image(content, 'arm64')]);
const OLD = built('old');
const NEW = built('new');

/** A registry whose images carry signatures of one key, and a command line with a clock. */
async function setUp(t: TestContext) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const folder = temporaryDirectory(t);
  const run = commandLine(t);
  const hallmark = (args: readonly string[], day = 0) =>
    run(args, {
      environment: { HALLMARK_DATA_DIR: join(folder, 'data') },
      now: () => TODAY + day * DAY,
    });
  const succeed = async (args: readonly string[], day = 0) => {
    const { status, stdout, stderr } = await hallmark(args, day);
    assert.equal(status, 0, `${args.join(' ')}\n${stderr}${stdout}`);
    return stdout;
  };
  for (const name of ['release', 'stranger']) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    writeFileSync(join(folder, `${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(join(folder, `${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
  }
  const key = join(folder, 'release.key');
  const trusting = ['--no-policy', '--key', join(folder, 'release.pub')];
  const repository = registry.repository('team/app');
  const reference = `${registry.host}/team/app:1.4`;
  /** Makes the tag lead to an image, which is signed, and so is the tag. */
  const publish = async (root: BuiltRoot, day = 0, ...more: readonly string[]) => {
    addImage(repository, root, '1.4');
    await succeed(['sign', '--key', key, '--tag-valid', '30d', ...more, reference], day);
  };
  /** The report; `asked` are the options before the reference. */
  const verify = async (what: string, asked: readonly string[] = trusting, day = 0) => {
    const { status, stdout, stderr } = await hallmark(['verify', '--format', 'json', ...asked, what], day);
    assert.notEqual(stdout, '', stderr);
    const report = JSON.parse(stdout) as TrustReport;
    const outcomes = [...report.checks, ...report.notChecked]
      .filter(({ id }) => /^tag\.(?:signed|version|statement|rollback)$/.test(id))
      .map(({ id, outcome }) => `${id} ${outcome}`);
    return { status, report, outcomes };
  };
  return { registry, repository, folder, key, trusting, reference, hallmark, succeed, publish, verify };
}

const REQUIRED = ['--attestation', 'tag'];

test('what the tag means is signed with the image, verified, and said', async (t) => {
  const { reference, hallmark, trusting, key, verify, repository } = await setUp(t);
  addImage(repository, NEW, '1.4');
  const sign = ['sign', '--key', key, '--tag-valid', '30d', '--format', 'json', reference];
  const { stdout } = await hallmark(sign);
  const signed = SigningOutcomeSchema.parse(JSON.parse(stdout));
  assert.deepEqual(
    signed.targets.map(({ role, predicateType }) => `${role} ${predicateType ?? 'signature'}`),
    ['index signature', 'image signature', 'image signature', `index ${TAG_TYPE}`],
  );
  assert.deepEqual(signed.tag, {
    repository: reference.slice(0, -':1.4'.length),
    tags: ['1.4'],
    version: TODAY / 1000,
    issued: '2026-11-21T00:00:00Z',
    expires: '2026-12-21T00:00:00Z',
  });
  const { status, report, outcomes } = await verify(reference, [...trusting, ...REQUIRED]);
  assert.equal(status, 0, report.because);
  assert.deepEqual(outcomes, ['tag.signed passed', 'tag.version not-checked']);
  const claim = report.claims.find(({ statement }) => statement.startsWith('1.4 means'));
  assert.match(claim?.statement ?? '', /^1\.4 means this digest until 2026-12-21T00:00:00Z, says .*release/);
  assert.equal(claim?.basis, 'verified');
  const shown = await hallmark(['verify', ...trusting, reference]);
  assert.match(shown.stdout, /1\.4 means this digest until 2026-12-21/);
  const again = (await verify(reference)).outcomes.toSorted();
  assert.deepEqual(again, ['tag.rollback passed', 'tag.signed passed', 'tag.version passed']);
});

test('without a statement about it a tag is not checked, unless somebody asks for one', async (t) => {
  const { reference, repository, key, succeed, verify, trusting } = await setUp(t);
  addImage(repository, NEW, '1.4');
  await succeed(['sign', '--key', key, reference]);
  assert.deepEqual((await verify(reference)).outcomes, ['tag.signed not-checked']);
  const { status, report } = await verify(reference, [...trusting, ...REQUIRED]);
  assert.equal(status, 2);
  assert.equal(report.code, 'REQUIREMENT_NOT_MET');
  assert.match(report.because, /asks for a signed tag of .*release\.pub, and there is none/);
});

test('a statement that has expired is a tag that stands still, until it is signed again', async (t) => {
  const { reference, key, succeed, publish, verify, trusting } = await setUp(t);
  await publish(NEW);
  assert.equal((await verify(reference, trusting, 29)).status, 0);
  for (const asked of [trusting, [...trusting, ...REQUIRED]]) {
    const { status, report } = await verify(reference, asked, 30);
    assert.equal(status, 2);
    assert.match(report.because, /expired at 2026-12-21T00:00:00Z/);
  }
  // whoever names the digest asks nothing of the tag
  const pinned = `${reference}@${NEW.digest}`;
  for (const asked of [trusting, [...trusting, ...REQUIRED]]) {
    const found = await verify(pinned, asked, 30);
    assert.equal(found.status, 0, found.report.because);
    assert.deepEqual(found.outcomes, ['tag.signed not-checked']);
  }
  await succeed(['sign-tag', '--key', key, '--valid', '12h', reference], 30);
  const { status, outcomes } = await verify(reference, [...trusting, ...REQUIRED], 30);
  assert.equal(status, 0);
  assert.ok(outcomes.includes('tag.signed passed'));
  assert.equal((await verify(reference, trusting, 30.5)).status, 2);
});

test('a job that signs every day signs only when too little time is left', async (t) => {
  const { reference, key, hallmark, publish } = await setUp(t);
  await publish(NEW);
  const signAgain = async (what: string, day: number) => {
    const args = ['sign-tag', '--key', key, '--unless-valid', '15d', '--format', 'json', what];
    const { stdout } = await hallmark(args, day);
    const { targets, tag } = SigningOutcomeSchema.parse(JSON.parse(stdout));
    return `${targets[0]?.outcome ?? ''} ${tag?.expires ?? 'nothing'}`;
  };
  assert.equal(await signAgain(reference, 1), 'present nothing');
  assert.equal(await signAgain(reference, 15), 'present nothing');
  assert.equal(await signAgain(`${reference}.1@${NEW.digest}`, 15), 'attached 2027-01-05T00:00:00Z');
  assert.equal(await signAgain(reference, 16), 'attached 2027-01-06T00:00:00Z');
});

test('without a key, what is said of a tag is logged and timestamped like the signatures', async (t) => {
  const { reference, repository, folder, hallmark, verify } = await setUp(t);
  await using sigstore = await startSigstore({ now: () => new Date(TODAY) });
  addImage(repository, NEW, '1.4');
  const [config, root, token] = ['config.json', 'root.json', 'token'].map((name) => join(folder, name));
  assert.ok(config !== undefined && root !== undefined && token !== undefined);
  writeFileSync(config, JSON.stringify(sigstore.signingConfig(1)));
  writeFileSync(root, JSON.stringify(sigstore.trustedRoot()));
  writeFileSync(token, sigstore.token(workflowClaims('acme/app', 'release.yml', 'refs/tags/v1')));
  const services = ['--signing-config', config, '--trusted-root', root, '--identity-token', token];
  const sign = ['sign', ...services, '--tag-valid', '30d', '--yes', '--format', 'json', reference];
  const { status, stdout, stderr } = await hallmark(sign);
  assert.equal(status, 0, stderr);
  const { targets, disclosures } = SigningOutcomeSchema.parse(JSON.parse(stdout));
  assert.ok(targets.every(({ logIndexes }) => logIndexes.length === 1));
  assert.deepEqual(
    disclosures.map(({ service }) => service),
    [...new Set(disclosures.map(({ service }) => service))],
    'each service once',
  );
  assert.ok(disclosures.some(({ facts }) => facts.some(({ name }) => name.includes(TAG_TYPE))));
  const holder = [
    '--certificate-issuer',
    sigstore.issuerUrl,
    '--certificate-repository',
    'https://github.com/acme/app',
  ];
  const asked = ['--no-policy', '--trusted-root', root, ...holder, ...REQUIRED, '--require-log'];
  const found = await verify(reference, asked);
  assert.equal(found.status, 0, found.report.because);
  assert.ok(found.outcomes.includes('tag.signed passed'));
});

test("what is said of a tag in cosign's older format counts as well", async (t) => {
  const { reference, publish, verify, trusting } = await setUp(t);
  await publish(NEW, 0, '--legacy', 'tags');
  const { status, outcomes, report } = await verify(reference, [...trusting, ...REQUIRED]);
  assert.equal(status, 0, report.because);
  assert.ok(outcomes.includes('tag.signed passed'));
});

test('the statement about one tag or repository says nothing of another', async (t) => {
  const { registry, reference, repository, publish, succeed, verify, trusting } = await setUp(t);
  await publish(NEW);
  repository.tags.set('1.5', NEW.digest);
  const elsewhere = `${registry.host}/team/other:1.4`;
  await succeed(['copy', '--no-verify', reference, elsewhere]);
  for (const other of [reference.replace('1.4', '1.5'), elsewhere]) {
    const found = await verify(other);
    assert.equal(found.status, 0, found.report.because);
    assert.deepEqual(found.outcomes, ['tag.signed not-checked']);
    const { status, report } = await verify(other, [...trusting, ...REQUIRED]);
    assert.equal(status, 2);
    assert.match(report.because, /nearest: .*team\/app/);
  }
});

test('an older image that comes back with its own statement', async (t) => {
  const { reference, repository, publish, verify, trusting, succeed } = await setUp(t);
  await publish(OLD);
  await publish(NEW, 10);
  assert.equal((await verify(reference, trusting, 10)).status, 0);
  repository.tags.set('1.4', OLD.digest);
  const noticed = await verify(reference, trusting, 11);
  assert.equal(noticed.status, 2, 'who saw the newer one notices at once');
  assert.equal(noticed.report.code, 'ALARM');
  assert.match(noticed.report.because, /version \d+, and version \d+ was seen on .*: it was moved back/);
  const fresh = [...trusting, '--no-memory'];
  assert.equal((await verify(reference, fresh, 29)).status, 0, 'who saw none can only wait until it expires');
  assert.equal((await verify(reference, fresh, 30)).status, 2);
  assert.match(await succeed(['trust', 'history', reference]), /Signed of it: version \d+ for sha256:/);
  await succeed(['trust', 'accept', reference]);
  assert.equal((await verify(reference, trusting, 12)).status, 0);
});

test('who signs may move a tag back; an image of the time before tags were signed may not come back', async (t) => {
  const { reference, repository, key, succeed, publish, verify, trusting } = await setUp(t);
  addImage(repository, OLD, '1.4');
  await succeed(['sign', '--key', key, reference]);
  assert.equal((await verify(reference)).status, 0);
  await publish(NEW, 1);
  assert.equal((await verify(reference, trusting, 1)).status, 0);
  repository.tags.set('1.4', OLD.digest);
  const { status, outcomes } = await verify(reference, trusting, 2);
  assert.equal(status, 2);
  assert.ok(outcomes.includes('tag.version failed'), outcomes.join());
  await succeed(['sign-tag', '--key', key, reference], 2);
  const back = await verify(reference, trusting, 2);
  assert.equal(back.status, 0, back.report.because);
  assert.ok(back.outcomes.includes('tag.rollback passed'), back.outcomes.join());
});

test('one version for two images', async (t) => {
  const { reference, folder, key, publish, succeed, verify } = await setUp(t);
  await publish(NEW);
  const predicate = join(folder, 'tag.json');
  writeFileSync(
    predicate,
    JSON.stringify({
      repository: reference.slice(0, -':1.4'.length),
      tags: ['1.4'],
      version: TODAY / 1000,
      issued: '2026-11-21T00:00:00Z',
      expires: '2026-12-21T00:00:00Z',
    }),
  );
  const attest = ['attest', '--key', key, '--type', 'tag', '--predicate', predicate];
  await succeed([...attest, '--platform', 'linux/amd64', reference]);
  const { status, report } = await verify(reference);
  assert.equal(status, 2);
  assert.match(report.because, /is signed for sha256:\w+ and for sha256:/);
});

test('what nobody signed, or somebody else, says nothing of a tag', async (t) => {
  const { reference, repository, folder, key, succeed, verify, trusting } = await setUp(t);
  addImage(repository, NEW, '1.4');
  await succeed(['sign', '--key', key, reference]);
  const predicate = {
    repository: reference.slice(0, -':1.4'.length),
    tags: ['1.4'],
    version: 2 ** 53 - 1,
    issued: '2026-11-21T00:00:00Z',
    expires: '2036-12-21T00:00:00Z',
  };
  const content = statementAbout(NEW.digest, TAG_TYPE, predicate);
  addImage(repository, buildReferrer(NEW, { layers: [{ content, mediaType: IN_TOTO }] }));
  await succeed(['sign-tag', '--key', join(folder, 'stranger.key'), reference]);
  const found = await verify(reference);
  assert.equal(found.status, 0, found.report.because);
  assert.deepEqual(found.outcomes, ['tag.signed not-checked']);
  assert.equal((await verify(reference, [...trusting, ...REQUIRED])).status, 2);
  const { report } = await verify(reference, ['--no-policy']);
  const unasked = report.notChecked.find(({ id }) => id === 'tag.signed');
  assert.match(unasked?.reason ?? '', /^no rule names anybody who could say what the tag 1\.4 means/);
});

test('a mirror, and a layout, of what was signed under its own name', async (t) => {
  const { registry, reference, folder, publish, succeed, verify, trusting } = await setUp(t);
  await publish(NEW);
  const mirror = `${registry.host}/mirror/app:1.4`;
  const layout = `oci-dir:${join(folder, 'layout')}`;
  await succeed(['copy', '--no-verify', reference, mirror]);
  await succeed(['copy', '--no-verify', reference, layout]);
  const policy = join(folder, 'policy.yaml');
  writeFileSync(
    policy,
    `schema: hallmark.trust-policy/1
authorities: { release: { key: release.pub } }
rules:
  - repositories: ['${registry.host}/mirror/**']
    signedAs: ${registry.host}/team/**
    require: [{ signature: { by: release } }, { attestation: { type: tag, by: release } }]
`,
  );
  const mirrored = await verify(mirror, ['--policy', policy]);
  assert.equal(mirrored.status, 0, mirrored.report.because);
  assert.ok(mirrored.outcomes.includes('tag.signed passed'));
  for (const [as, status, outcome] of [
    [reference, 0, 'tag.signed passed'],
    [reference.replace('1.4', '1.5'), 2, 'tag.signed not-checked'],
    [reference.replace('app', 'other'), 2, 'tag.signed not-checked'],
  ] as const) {
    const asked = [...trusting, ...REQUIRED, '--no-memory', '--as', as];
    for (const place of [layout, mirror]) {
      const found = await verify(place, asked);
      assert.equal(found.status, status, found.report.because);
      assert.ok(found.outcomes.includes(outcome), `${place} as ${as}: ${found.outcomes.join()}`);
    }
  }
});

test('a policy that asks for signed tags names who may sign them, and asks for more than that', async (t) => {
  const { reference, registry, folder, publish, hallmark, verify, succeed } = await setUp(t);
  await publish(NEW);
  const policy = join(folder, 'policy.yaml');
  const write = (require: string) =>
    writeFileSync(
      policy,
      `schema: hallmark.trust-policy/1
authorities: { release: { key: release.pub }, manager: { key: stranger.pub } }
rules: [{ repositories: ['${registry.host}/team/**'], require: [${require}] }]
`,
    );
  write('{ signature: { by: release } }, { attestation: { type: tag, by: manager } }');
  const before = await verify(reference, ['--policy', policy]);
  assert.equal(before.status, 2);
  assert.match(before.report.because, /a signed tag of manager/);
  await succeed(['sign-tag', '--key', join(folder, 'stranger.key'), reference], 1);
  assert.equal((await verify(reference, ['--policy', policy], 1)).status, 0);
  write('{ attestation: { type: tag, by: manager } }');
  const alone = await hallmark(['verify', '--policy', policy, reference]);
  assert.equal(alone.status, 3);
  assert.match(alone.stderr, /POLICY_INVALID.*\n?.*asks for signed tags alone/);
});

test('a layout is signed under the name that it will have, and a tag before it is moved', async (t) => {
  const { registry, repository, reference, folder, key, trusting, publish, succeed, verify } = await setUp(t);
  await publish(OLD);
  addImage(repository, NEW);
  await succeed(['sign', '--key', key, `${reference}@${NEW.digest}`], 1);
  await succeed(['sign-tag', '--key', key, `${reference}@${NEW.digest}`], 1);
  repository.tags.set('1.4', NEW.digest);
  assert.deepEqual((await verify(reference, [...trusting, ...REQUIRED], 1)).status, 0);
  const layout = `oci-dir:${join(folder, 'layout')}`;
  await succeed(['copy', '--no-verify', `${registry.host}/team/app@${NEW.digest}`, layout]);
  const as = 'docker.io/library/app:2';
  await succeed(['sign', '--key', key, '--renew', '--tag-valid', '1d', '--as', 'app:2', layout]);
  const found = await verify(layout, [...trusting, ...REQUIRED, '--no-memory', '--as', as]);
  assert.equal(found.status, 0, found.report.because);
});

test('what cannot be signed of a tag is refused, and a dry run signs nothing', async (t) => {
  const { registry, repository, folder, reference, key, hallmark, succeed, verify } = await setUp(t);
  addImage(repository, NEW, '1.4');
  const layout = `oci-dir:${join(folder, 'layout')}`;
  await succeed(['copy', '--no-verify', reference, layout]);
  for (const [args, message] of [
    [['sign-tag', `${registry.host}/team/app@${NEW.digest}`], /SIGNING_TAG_MISSING/],
    [['sign', '--tag-valid', '1d', layout], /SIGNING_TAG_MISSING/],
    [['sign-tag', '--valid', '0d', reference], /Use at least 1h/],
    [['sign-tag', '--valid', '1y', reference], /Write it as 30d or 12h/],
    [['sign', '--as', reference, layout], /USAGE/],
    [['sign-tag', '--as', 'Bad Name', layout], /REFERENCE_INVALID/],
  ] as const) {
    const { status, stderr } = await hallmark([...args, '--key', key]);
    assert.equal(status, 3, `${args.join(' ')}\n${stderr}`);
    assert.match(stderr, message);
  }
  const shown = await succeed(['sign', '--tag-valid', '1d', '--dry-run', '--key', key, reference]);
  assert.match(shown, /would be signed +index, its tag/);
  assert.match(shown, /team\/app:1\.4 means this digest until 2026-11-22T00:00:00Z \(version \d+\)/);
  assert.equal((await verify(reference)).report.evidence.length, 0);
});
