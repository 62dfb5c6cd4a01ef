import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { buildImage, buildLayer } from '../../../test/images/image-builder.ts';
import { dockerArchive, writeOciLayout } from '../../../test/images/layouts.ts';
import { onlyImage, readLayers } from '../../../test/images/opened.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { openImage } from '../open-image.ts';

const absent = (program: string): string | false =>
  spawnSync(program, ['--version']).status === 0 ? false : `${program} is not installed`;

function run(program: string, ...words: string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${words.join(' ')}: ${stderr}`);
}

const copy = (from: string, to: string): void =>
  run('skopeo', 'copy', '--quiet', '--insecure-policy', from, to);

const layers = [
  buildLayer([{ path: 'etc/os-release', content: 'ID=alpine\n' }]),
  buildLayer([{ path: `${'deep/'.repeat(30)}file`, content: 'x' }]),
];
const image = buildImage({ layers });

/** The uncompressed layers behind a reference, and what identifies the image in every transport. */
async function contentOf(reference: string) {
  const opened = await openImage(reference, { environment: {} });
  const found = onlyImage(opened);
  const { configuration, layers } = found;
  const bytes = await readLayers(found);
  await opened.close();
  return {
    configuration,
    diffIds: layers.map(({ diffId }) => diffId),
    tars: bytes.map((layer) => (layer[0] === 0x1f ? gunzipSync(layer) : layer)),
  };
}

test('what skopeo writes in each of its formats is the same image', { skip: absent('skopeo') }, async (t) => {
  const directory = temporaryDirectory(t);
  const at = (name: string): string => join(directory, name);
  writeOciLayout(at('layout'), [{ root: image, name: '1.0' }]);
  const source = `oci:${at('layout')}:1.0`;
  copy(source, `oci:${at('copy')}:1.0`);
  copy(source, `oci-archive:${at('oci.tar')}:1.0`);
  copy(source, `oci-archive:${at('named.tar')}:registry.example/app:1.0`);
  copy(source, `docker-archive:${at('docker.tar')}:registry.example/app:1.0`);
  const expected = await contentOf(`oci-dir:${at('layout')}`);
  assert.deepEqual(
    expected.tars,
    layers.map(({ tar }) => tar),
  );
  for (const reference of [
    `oci-dir:${at('copy')}:1.0`,
    `oci-archive:${at('oci.tar')}:1.0`,
    `oci-archive:${at('named.tar')}:1.0`,
    `docker-archive:${at('docker.tar')}`,
    `docker-archive:${at('docker.tar')}:registry.example/app:1.0`,
  ]) {
    assert.deepEqual(await contentOf(reference), expected, reference);
  }
});

test('skopeo reads the Docker archives of our tests as we do', { skip: absent('skopeo') }, async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'docker.tar'), dockerArchive([{ root: image, name: 'app:1.0' }]));
  copy(`docker-archive:${directory}/docker.tar`, `oci:${directory}/layout:1.0`);
  const theirs = await contentOf(`oci-dir:${directory}/layout`);
  const ours = await contentOf(`docker-archive:${directory}/docker.tar`);
  assert.deepEqual(ours.diffIds, theirs.diffIds);
  assert.deepEqual(ours.tars, theirs.tars);
});

test('a layout that umoci wrote', { skip: absent('umoci') }, async (t) => {
  const layout = join(temporaryDirectory(t), 'layout');
  run('umoci', 'init', '--layout', layout);
  run('umoci', 'new', '--image', `${layout}:1.0`);
  run('umoci', 'config', '--image', `${layout}:1.0`, '--config.user', 'nobody', '--config.label', 'a=b');
  const opened = await openImage(`oci-dir:${layout}:1.0`, { environment: {} });
  const { configuration, layers: found } = onlyImage(opened);
  assert.deepEqual(found, []);
  assert.equal(configuration.run.user, 'nobody');
  assert.deepEqual({ ...configuration.labels }, { a: 'b' });
});
