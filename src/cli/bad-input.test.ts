/** Whatever is wrong with what the command line is given: one clear error with a code, or a gap that the report names. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { commandLine, type Outcome, SAMPLE } from '../../test/cli/command-line.ts';
import {
  buildBlob,
  buildImage,
  buildIndex,
  buildLayer,
  type BuiltImage,
  type BuiltLayer,
  sha256,
} from '../../test/images/image-builder.ts';
import { dockerArchive, ociArchive, writeOciLayout } from '../../test/images/layouts.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { sendError, sendBlob, startFakeRegistry } from '../../test/registry/fake-registry.ts';
import { digestHex } from '../model/digest.ts';
import type { AssessmentDocument } from '../report/json.ts';

/** One error: its code first, nothing on standard output, no stack trace. */
function assertError({ status, stdout, stderr }: Outcome, code: string, expected: number): void {
  assert.match(stderr, new RegExp(`^hallmark: ${code}: [^\n]+\n(?: {2}cause: [^\n]+\n)? {2}[^\n]+\n$`));
  assert.equal(status, expected, stderr);
  assert.equal(stdout, '');
}

const layer = buildLayer([{ path: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.1\n' }]);
const image = buildImage({ layers: [layer] });

/** A layout in which a test can break something. */
function layoutOf(t: TestContext, root: BuiltImage = image) {
  const folder = join(temporaryDirectory(t), 'layout');
  writeOciLayout(folder, [{ root, name: '1.0' }]);
  const blob = ({ digest }: { digest: BuiltLayer['digest'] }) =>
    join(folder, 'blobs', 'sha256', digestHex(digest));
  return { folder, reference: `oci-dir:${folder}`, blob };
}

test('what cannot be found or opened', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'text'), 'not an image');
  mkdirSync(join(folder, 'empty'));
  const { reference } = layoutOf(t);
  const archive = join(folder, 'image.tar');
  writeFileSync(archive, dockerArchive([{ root: image, name: 'app:1.0' }]));
  const cases: readonly (readonly [reference: string, code: string, status: number])[] = [
    ['', 'REFERENCE_INVALID', 3],
    ['ftp://example.com/image', 'REFERENCE_INVALID', 3],
    ['library/UPPER', 'REFERENCE_INVALID', 3],
    ['app@sha256:123', 'REFERENCE_INVALID', 3],
    ['dir:', 'REFERENCE_INVALID', 3],
    [`oci-dir:${folder}/none`, 'SOURCE_UNREADABLE', 1],
    [`oci-dir:${folder}/empty`, 'SOURCE_UNREADABLE', 1],
    [`oci-dir:${folder}/text`, 'SOURCE_UNREADABLE', 1],
    [`oci-archive:${folder}/none.tar`, 'SOURCE_UNREADABLE', 1],
    [`docker-archive:${folder}/none.tar`, 'SOURCE_UNREADABLE', 1],
    [`dir:${folder}/none`, 'ROOT_UNREADABLE', 1],
    [`dir:${folder}/text`, 'ROOT_UNREADABLE', 1],
    [`${reference}:2.0`, 'IMAGE_NOT_FOUND', 1],
    [`docker-archive:${archive}:app:2.0`, 'IMAGE_NOT_FOUND', 1],
    [`oci-archive:${folder}/text`, 'LAYER_TRUNCATED', 1],
  ];
  for (const [given, code, status] of cases) {
    await t.test(`${given.replace(folder, '')} is ${code}`, async () => {
      assertError(await hallmark(['scan', given, '--offline']), code, status);
    });
  }
});

/** Other bytes of the same length. */
function altered(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 5] = (copy.at(-5) ?? 0) ^ 1;
  return copy;
}

test('a layout that was changed or damaged', async (t) => {
  const hallmark = commandLine(t);
  const cases: readonly (readonly [
    what: string,
    code: string,
    damage: (layout: ReturnType<typeof layoutOf>) => void,
  ])[] = [
    [
      'a byte of a layer',
      'LAYER_DIGEST_MISMATCH',
      ({ blob }) => writeFileSync(blob(layer), altered(layer.bytes)),
    ],
    ['the end of a layer', 'BLOB_SIZE_MISMATCH', ({ blob }) => truncateSync(blob(layer), 40)],
    [
      'something behind a layer',
      'BLOB_SIZE_MISMATCH',
      ({ blob }) => writeFileSync(blob(layer), Buffer.concat([layer.bytes, layer.bytes])),
    ],
    ['a missing layer', 'BLOB_UNKNOWN', ({ blob }) => rmSync(blob(layer))],
    [
      'a byte of the manifest',
      'MANIFEST_DIGEST_MISMATCH',
      ({ blob }) => writeFileSync(blob(image), altered(image.bytes)),
    ],
    [
      'a byte of the configuration',
      'BLOB_DIGEST_MISMATCH',
      ({ blob }) => writeFileSync(blob(image.configuration), altered(image.configuration.bytes)),
    ],
    [
      'an index that is no JSON',
      'MANIFEST_INVALID',
      ({ folder }) => writeFileSync(join(folder, 'index.json'), '{"manifests":'),
    ],
    [
      'an index of another form',
      'MANIFEST_INVALID',
      ({ folder }) => writeFileSync(join(folder, 'index.json'), '{"manifests":7}'),
    ],
  ];
  for (const [what, code, damage] of cases) {
    await t.test(`${what}: ${code}`, async (inner) => {
      const layout = layoutOf(inner);
      damage(layout);
      assertError(await hallmark(['scan', layout.reference]), code, 1);
    });
  }
});

test('an image whose layers are not what it says, though every blob is what its digest says', async (t) => {
  const hallmark = commandLine(t);
  const packed = (bytes: Buffer): BuiltLayer => ({ ...layer, bytes, digest: sha256(bytes) });
  const cases: readonly (readonly [what: string, code: string, root: BuiltImage])[] = [
    [
      'another diff ID',
      'LAYER_DIFF_ID_MISMATCH',
      buildImage({ layers: [{ ...layer, diffId: sha256(Buffer.from('x')) }] }),
    ],
    [
      'a gzip stream cut off',
      'LAYER_TRUNCATED',
      buildImage({ layers: [packed(layer.bytes.subarray(0, -12))] }),
    ],
    [
      'a tar archive cut off',
      'LAYER_TRUNCATED',
      buildImage({ layers: [packed(gzipSync(layer.tar.subarray(0, 520)))] }),
    ],
    ['no tar archive', 'LAYER_CORRUPT', buildImage({ layers: [packed(gzipSync(Buffer.alloc(1024, 'x')))] })],
    [
      'fewer layers than diff IDs',
      'MANIFEST_INVALID',
      buildImage({ layers: [layer], configuration: { rootfs: { type: 'layers', diff_ids: [] } } }),
    ],
    [
      'no configuration',
      'MANIFEST_INVALID',
      buildImage({ layers: [layer], configuration: { rootfs: 'none' } }),
    ],
  ];
  for (const [what, code, root] of cases) {
    await t.test(`${what}: ${code}`, async (inner) => {
      assertError(await hallmark(['scan', layoutOf(inner, root).reference]), code, 1);
    });
  }
});

test('an index without the platform', async (t) => {
  const hallmark = commandLine(t);
  const folder = join(temporaryDirectory(t), 'layout');
  const other = buildImage({ layers: [layer], platform: { os: 'linux', architecture: 's390x' } });
  writeOciLayout(folder, [{ root: buildIndex([other]) }]);
  const outcome = await hallmark(['scan', `oci-dir:${folder}`, '--platform', 'linux/amd64']);
  assertError(outcome, 'PLATFORM_NOT_FOUND', 3);
  assert.match(outcome.stderr, /linux\/s390x/);
});

test('an archive cut off', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const archives = {
    'oci-archive': ociArchive([{ root: image }]),
    'docker-archive': dockerArchive([{ root: image }]),
  };
  for (const [scheme, bytes] of Object.entries(archives)) {
    const file = join(folder, `${scheme}.tar`);
    writeFileSync(file, bytes.subarray(0, bytes.length >> 1));
    const { status, stdout, stderr } = await hallmark(['scan', `${scheme}:${file}`]);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^hallmark: (?:ARCHIVE_INVALID|LAYER_TRUNCATED|BLOB_UNKNOWN): /);
  }
});

test('a registry that refuses, has nothing, or only what is retired', async (t) => {
  const hallmark = commandLine(t);
  const schema1 = buildBlob(
    { schemaVersion: 1, name: 'app', tag: 'old', fsLayers: [], history: [] },
    'application/vnd.docker.distribution.manifest.v1+prettyjws',
  );
  await using registry = await startFakeRegistry({
    images: { 'app:1': image },
    intercept(request, response: ServerResponse) {
      const refused = /\/v2\/(unauthorized|forbidden)\//.exec(request.url)?.[1];
      if (refused !== undefined) sendError(response, refused === 'forbidden' ? 403 : 401, 'DENIED');
      else if (request.url.endsWith('/manifests/old')) sendBlob(request, response, schema1);
      else return false;
      return true;
    },
  });
  for (const [name, code] of [
    ['app:old', 'MANIFEST_SCHEMA1'],
    ['app:none', 'MANIFEST_UNKNOWN'],
    ['nothing:1', 'MANIFEST_UNKNOWN'],
    ['unauthorized:1', 'REGISTRY_UNAUTHORIZED'],
    ['forbidden:1', 'REGISTRY_UNAUTHORIZED'],
    [`app@sha256:${'0'.repeat(64)}`, 'MANIFEST_UNKNOWN'],
  ] as const) {
    await t.test(`${name}: ${code}`, async () => {
      const outcome = await hallmark(['scan', `${registry.host}/${name}`]);
      assertError(outcome, code, 1);
      assert.ok(!outcome.stderr.includes('\u001b'));
    });
  }
});

test('--offline contacts no registry but one on loopback', async (t) => {
  const hallmark = commandLine(t);
  for (const reference of [
    'debian:12',
    'registry.example:5000/app',
    'ghcr.io/owner/app@sha256:' + '0'.repeat(64),
  ]) {
    assertError(await hallmark(['scan', '--offline', reference]), 'OFFLINE', 3);
  }
  await using registry = await startFakeRegistry({ images: { 'app:1': image } });
  const [online, offline] = [
    await hallmark(['scan', '--no-cache', `${registry.host}/app:1`]),
    await hallmark(['scan', '--no-cache', '--offline', `${registry.host}/app:1`]),
  ];
  assert.equal(offline.status, 0, offline.stderr);
  assert.deepEqual(offline, online);
});

test('databases that are none, of a newer schema, or absent', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const at = (name: string) => join(folder, name);
  writeFileSync(at('text'), 'not a database');
  const ours = (await hallmark(['db', 'path'])).stdout.trimEnd();
  const newer = new DatabaseSync(ours);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  for (const [file, code] of [
    [at('none'), 'DATABASE_NOT_FOUND'],
    [at('text'), 'DATABASE_UNREADABLE'],
    [folder, 'DATABASE_NOT_FOUND'],
    [ours, 'DATABASE_SCHEMA_NEWER'],
  ] as const) {
    assertError(await hallmark(['scan', SAMPLE, '--db', file]), code, 1);
    assertError(await hallmark(['db', 'status', '--db', file]), code, 1);
    assertError(await hallmark(['db', 'import', file]), code, 1);
  }
  assertError(
    await hallmark(['db', 'build', '--from', at('none'), '--output', at('out.db')]),
    'FEEDS_NOT_FOUND',
    3,
  );
});

test('what can be read only in part is said in the report, not passed over', async (t) => {
  const hallmark = commandLine(t);
  const hostile = buildImage({
    layers: [
      buildLayer([
        { path: 'etc/os-release', content: 'ID=rhel\nVERSION_ID=9.4\n' },
        { path: '../../outside', content: 'x' },
        { path: '/absolute/node_modules/fine/package.json', content: '{"name":"fine","version":"1.0.0"}' },
        { path: 'var/lib/rpm/rpmdb.sqlite', content: 'SQLite format 3\0 and then nothing' },
        { path: 'var/lib/dpkg/status', content: 'Package: half\nStatus: install ok installed\n\n\0\0\0' },
        { path: 'app/node_modules/a/package.json', content: '['.repeat(100_000) },
        { path: 'one', type: 'symlink', linkTarget: 'two' },
        { path: 'two', type: 'symlink', linkTarget: 'one' },
      ]),
    ],
  });
  const { status, stdout } = await hallmark(['scan', layoutOf(t, hostile).reference, '--format', 'json']);
  assert.equal(status, 0);
  const { coverage, packages } = JSON.parse(stdout) as AssessmentDocument;
  const gaps = (code: string) =>
    coverage.filter((entry) => entry.code === code).map(({ subject }) => subject);
  assert.ok(gaps('ENTRY_REFUSED').length === 1);
  const unreadable = gaps('EVIDENCE_UNREADABLE').join('\n');
  for (const path of ['var/lib/rpm/rpmdb.sqlite', 'app/node_modules/a/package.json'])
    assert.ok(unreadable.includes(path), unreadable);
  assert.ok(packages.some(({ purl }) => purl === 'pkg:npm/fine@1.0.0'));
});
