/** `hallmark copy` and `hallmark pull`: nothing is written that was not verified, and what is written brings its evidence along. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine, type CommandLine } from '../../test/cli/command-line.ts';
import {
  buildBlob,
  buildImage,
  buildIndex,
  buildLayer,
  descriptorOf,
  type BuiltRoot,
} from '../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../test/registry/memory-registry.ts';
import { addImage } from '../../test/registry/memory-repository.ts';
import { digestHex } from '../model/digest.ts';
import { formatJson } from '../report/json.ts';
import { copyOutcomeJsonSchema, CopyOutcomeSchema } from '../report/copy-schema.ts';

const layer = buildLayer([{ path: 'etc/os-release', content: 'ID=test\n' }]);
const HERE = buildImage({
  layers: [layer],
  platform: { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch },
});
const ELSEWHERE = buildImage({ layers: [layer], platform: { os: 'linux', architecture: 's390x' } });
const INDEX = buildIndex([HERE, ELSEWHERE]);
const KEYS = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const OTHER_KEYS = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A signature in cosign's older form, of a key. */
function addSignature(registry: MemoryRegistry, name: string, root: BuiltRoot, key: KeyObject): string {
  const reference = `${registry.host}/${name}`;
  const payload = buildBlob(
    {
      critical: {
        identity: { 'docker-reference': reference },
        image: { 'docker-manifest-digest': root.digest },
        type: 'cosign container image signature',
      },
      optional: null,
    },
    'application/vnd.dev.cosign.simplesigning.v1+json',
  );
  const signature = sign('sha256', payload.bytes, key).toString('base64');
  const configuration = buildBlob({}, 'application/vnd.oci.image.config.v1+json');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const layers = [
    descriptorOf(payload, { annotations: { 'dev.cosignproject.cosign/signature': signature } }),
  ];
  const manifest = buildBlob(
    { schemaVersion: 2, mediaType, config: descriptorOf(configuration), layers },
    mediaType,
  );
  const blobs = new Map([manifest, configuration, payload].map((blob) => [String(blob.digest), blob]));
  const tag = `sha256-${digestHex(root.digest)}.sig`;
  addImage(registry.repository(name), { ...manifest, blobs }, tag);
  return tag;
}

interface Scene {
  readonly hallmark: CommandLine;
  readonly registry: MemoryRegistry;
  readonly directory: string;
  /** The image, signed. */
  readonly source: string;
  readonly tag: string;
  readonly key: string;
}

async function withScene(t: TestContext, use: (scene: Scene) => Promise<void>): Promise<void> {
  await using registry = await startMemoryRegistry();
  const directory = temporaryDirectory(t);
  addImage(registry.repository('team/app'), INDEX, '1');
  const tag = addSignature(registry, 'team/app', INDEX, KEYS.privateKey);
  const key = join(directory, 'release.pub');
  writeFileSync(key, KEYS.publicKey.export({ type: 'spki', format: 'pem' }));
  await use({
    hallmark: commandLine(t),
    registry,
    directory,
    source: `${registry.host}/team/app:1`,
    tag,
    key,
  });
}

test('a trusted image is copied by its digest, with its signature, and is trusted there', async (t) => {
  await withScene(t, async ({ hallmark, registry, source, tag, key }) => {
    const target = `${registry.host}/mirror/app`;
    const { status, stdout, stderr } = await hallmark(['copy', '--key', key, source, target]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^Copied .* as 1\n {2}index sha256:[0-9a-f]{64}\n {2}trusted by rule/);
    assert.match(stdout, /evidence: 1 copied, 0 there already, 0 not copied/);
    const { tags } = registry.repository('mirror/app');
    assert.deepEqual([tags.get('1'), tags.has(tag)], [INDEX.digest, true]);
    const again = await hallmark(['verify', '--key', key, '--as', source, `${target}:1`]);
    assert.equal(again.status, 0, again.stdout);
  });
});

test('what moves the tag after the verdict does not change what is copied', async (t) => {
  await using registry = await startMemoryRegistry({
    intercept: ({ url }) => {
      // the evil image takes the tag as soon as it was looked up once
      if (url.endsWith('/manifests/1')) lookUps += 1;
      if (lookUps > 0 && url.includes('/manifests/sha256'))
        registry.repository('team/app').tags.set('1', ELSEWHERE.digest);
      return false;
    },
  });
  let lookUps = 0;
  addImage(registry.repository('team/app'), INDEX, '1');
  addSignature(registry, 'team/app', INDEX, KEYS.privateKey);
  const directory = temporaryDirectory(t);
  const key = join(directory, 'release.pub');
  writeFileSync(key, KEYS.publicKey.export({ type: 'spki', format: 'pem' }));
  const layout = join(directory, 'layout');
  const asked = ['copy', '--key', key, `${registry.host}/team/app:1`, `oci-dir:${layout}`];
  const { status, stderr } = await commandLine(t)(asked);
  assert.equal(status, 0, stderr);
  assert.equal(registry.repository('team/app').tags.get('1'), ELSEWHERE.digest);
  assert.equal(
    JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests[0].digest,
    INDEX.digest,
  );
});

test('without a trusted verdict nothing is written, and the exit status says why', async (t) => {
  await withScene(t, async ({ hallmark, registry, directory, source, key }) => {
    const other = join(directory, 'other.pub');
    writeFileSync(other, OTHER_KEYS.publicKey.export({ type: 'spki', format: 'pem' }));
    addImage(registry.repository('team/unsigned'), INDEX, '1');
    addImage(registry.repository('team/replayed'), ELSEWHERE, '1');
    const moved = addSignature(registry, 'team/replayed', INDEX, KEYS.privateKey);
    const behind = registry.repository('team/replayed').tags;
    const signature = behind.get(moved);
    if (signature !== undefined) behind.set(`sha256-${digestHex(ELSEWHERE.digest)}.sig`, signature);
    const cases = [
      [['--key', other, source], 2],
      [['--key', key, `${registry.host}/team/replayed:1`], 2],
      [['--key', key, `${registry.host}/team/unsigned:1`], 4],
      [['--key', key, `${registry.host}/team/none:1`], 1],
    ] as const;
    for (const [args, expected] of cases) {
      for (const command of ['copy', 'pull']) {
        const layout = join(directory, 'layout');
        const { status, stdout } = await hallmark([command, ...args, `oci-dir:${layout}`]);
        assert.equal(status, expected, `${args.join(' ')}: ${stdout}`);
        assert.match(stdout, /^Not copied: .*\n.*\n {2}Nothing was written/);
        assert.equal(existsSync(layout), false);
      }
      const { status } = await hallmark(['copy', ...args, `${registry.host}/mirror/app:1`]);
      assert.equal(status, expected);
    }
    assert.equal(registry.repository('mirror/app').manifests.size, 0);
  });
});

test('pull fetches what runs here, with the verdict beside it, and says what it leaves', async (t) => {
  await withScene(t, async ({ hallmark, registry, directory, source, key }) => {
    const ofHere = addSignature(registry, 'team/app', HERE, KEYS.privateKey);
    addSignature(registry, 'team/app', ELSEWHERE, KEYS.privateKey);
    const layout = join(directory, 'layout');
    const { status, stdout, stderr } = await hallmark(['pull', '--key', key, source, `oci-dir:${layout}`]);
    assert.equal(status, 0, stderr + stdout);
    assert.match(stdout, new RegExp(`image ${HERE.digest}`));
    assert.match(
      stdout,
      /evidence: 1 copied, 0 there already, 1 not copied\n {4}left-behind sha256:.* about the index/,
    );
    const verdict = JSON.parse(
      readFileSync(join(layout, 'hallmark', `${INDEX.digest.replace(':', '-')}.verdict.json`), 'utf8'),
    );
    assert.deepEqual(
      [verdict.schema, verdict.verdict, verdict.digest],
      ['hallmark.trust/1', 'trusted', INDEX.digest],
    );
    const { manifests } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
    const names = manifests.map((entry: { annotations: object }) => Object.values(entry.annotations)[0]);
    assert.deepEqual(names, ['1', ofHere]);
    const packages = await hallmark(['packages', `oci-dir:${layout}`]);
    assert.equal(packages.status, 0, packages.stderr);
    const verified = await hallmark(['verify', '--key', key, '--as', source, `oci-dir:${layout}`]);
    assert.equal(verified.status, 0, verified.stdout);
  });
});

test('everything goes into an archive, and is verified from there', async (t) => {
  await withScene(t, async ({ hallmark, directory, source, key }) => {
    const archive = `oci-archive:${join(directory, 'app.tar')}`;
    const { status, stdout } = await hallmark([
      'pull',
      '--all-platforms',
      '--format',
      'json',
      '--key',
      key,
      source,
      archive,
    ]);
    const outcome = CopyOutcomeSchema.parse(JSON.parse(stdout));
    assert.equal(status, 0);
    assert.deepEqual(
      [outcome.schema, outcome.tag, outcome.copy?.digest],
      ['hallmark.copy/1', '1', INDEX.digest],
    );
    assert.equal(outcome.verification?.['verdict'], 'trusted');
    const verified = await hallmark(['verify', '--offline', '--key', key, '--as', source, archive]);
    assert.equal(verified.status, 0, verified.stdout);
  });
});

test('the published schema of the document is the one that it is checked by', () => {
  const published = new URL('../../docs/schema/copy-1.schema.json', import.meta.url);
  assert.equal(readFileSync(published, 'utf8'), formatJson(copyOutcomeJsonSchema()), 'run npm run make:docs');
});

test('not to verify has to be asked for, and is said', async (t) => {
  await withScene(t, async ({ hallmark, registry, source }) => {
    const { status, stdout } = await hallmark([
      'copy',
      '--no-verify',
      source,
      `${registry.host}/mirror/app:2`,
    ]);
    assert.equal(status, 0);
    assert.match(stdout, /not verified, as was asked/);
    assert.equal(registry.repository('mirror/app').tags.get('2'), INDEX.digest);
  });
});

test('wrong usage', async (t) => {
  await withScene(t, async ({ hallmark, registry, source, key }) => {
    const named = `${registry.host}/mirror/app@${HERE.digest}`;
    const cases = [
      [['pull', '--key', key, source, named], 3, /neither a layout nor an archive/],
      [['copy', '--no-verify', '--key', key, source, named], 3, /USAGE: whom to trust is said/],
      [['copy', '--key', key, source, './app.tar'], 3, /DESTINATION_INVALID/],
      [['copy', '--key', key, source, named], 1, /COPY_UNEXPECTED/],
      [['copy', '--no-verify', 'docker:app', named], 3, /SOURCE_UNKNOWN/],
      [['copy', '--no-verify', `${registry.host}/team/none:1`, named], 1, /MANIFEST_UNKNOWN/],
      [['copy', '--platform', 'linux/amd64', '--all-platforms', source, named], 3, /cannot be used/],
    ] as const;
    for (const [args, expected, message] of cases) {
      const { status, stderr } = await hallmark(args);
      assert.equal(status, expected, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, message);
    }
  });
});
