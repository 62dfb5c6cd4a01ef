import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../../test/images/image-builder.ts';
import { dockerArchive, ociArchive, writeOciLayout } from '../../test/images/layouts.ts';
import { onlyImage } from '../../test/images/opened.ts';
import { tarArchive } from '../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { OciError } from './errors.ts';
import { imageSources, openImage, SOURCE_SCHEMES } from './open-image.ts';

const environment = {};
const image = buildImage({ layers: [buildLayer([{ path: 'a' }])] });

test('every source says its prefix and what it is for', async () => {
  const sources = await imageSources();
  assert.deepEqual(
    sources.map(({ scheme }) => scheme),
    SOURCE_SCHEMES,
  );
  for (const { scheme, means } of sources) assert.match(means, /^[A-Z].*\.$/, scheme);
});

test('a path is what it holds', async (t) => {
  const directory = temporaryDirectory(t);
  const at = (name: string): string => join(directory, name);
  writeOciLayout(at('layout'), [{ root: image, name: '1.0' }]);
  writeFileSync(at('oci.tar'), ociArchive([{ root: image, name: '1.0' }]));
  writeFileSync(at('docker.tar'), dockerArchive([{ root: image, name: 'app:1.0' }]));
  const here = relative(process.cwd(), directory);
  for (const reference of [
    at('layout'),
    `${at('layout')}:1.0`,
    at('oci.tar'),
    `${at('oci.tar')}:1.0`,
    at('docker.tar'),
    `${at('docker.tar')}:app:1.0`,
    `${at('docker.tar')}:@0`,
    `./${here}/layout`,
    `${here}/oci.tar`,
  ]) {
    const opened = await openImage(reference, { environment });
    assert.equal(onlyImage(opened).configDigest, image.configuration.digest, reference);
    await opened.close();
  }
});

test('a root file system has to be named as one', async (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'etc'));
  const opened = await openImage(`dir:${directory}`, { environment });
  assert.deepEqual(opened.images, [{ kind: 'root-file-system', reference: `dir:${directory}`, directory }]);
  await opened.close();
  await assert.rejects(openImage(directory, { environment }), {
    code: 'SOURCE_UNKNOWN',
    message: /looks like a root file system/,
    remedy: `Write dir:${directory}.`,
  });
});

test('what cannot be opened', async (t) => {
  const directory = temporaryDirectory(t);
  const at = (name: string): string => join(directory, name);
  writeFileSync(at('plain.tar'), tarArchive([{ path: 'etc/passwd', content: 'x' }]));
  writeFileSync(at('text'), 'text '.repeat(200));
  mkdirSync(at('empty'));
  const cases: readonly (readonly [reference: string, code: string, message: RegExp])[] = [
    [at('plain.tar'), 'SOURCE_UNKNOWN', /a tar archive, but neither an OCI nor a Docker archive/],
    [at('text'), 'LAYER_CORRUPT', /checksum/],
    [at('empty'), 'SOURCE_UNKNOWN', /neither an OCI layout nor a root file system/],
    [at('none'), 'SOURCE_UNREADABLE', /none: there is no such file or directory/],
    ['none.tar', 'SOURCE_UNREADABLE', /none\.tar: there is no such file or directory/],
    [`dir:${at('none')}`, 'ROOT_UNREADABLE', /no such file/],
    [`dir:${at('text')}`, 'ROOT_UNREADABLE', /is not a directory/],
    [`oci-dir:${at('text')}`, 'SOURCE_UNREADABLE', /has no index\.json/],
    [`oci-dir:${at('none')}`, 'SOURCE_UNREADABLE', /has no index\.json/],
    [`oci-archive:${at('empty')}`, 'SOURCE_UNREADABLE', /is a directory, not an archive/],
    [`oci-archive:${at('none')}`, 'SOURCE_UNREADABLE', /no such file/],
    [`docker-archive:${at('plain.tar')}`, 'ARCHIVE_INVALID', /has no manifest\.json/],
    ['dir:', 'REFERENCE_INVALID', /nothing follows the prefix/],
    ['', 'REFERENCE_INVALID', /empty/],
    ['a:b:c', 'REFERENCE_INVALID', /a:b:c/],
  ];
  for (const [reference, code, message] of cases) {
    await assert.rejects(openImage(reference, { environment }), { code, message }, reference);
  }
});

test('a file whose name is no reference was meant as a path', async () => {
  await assert.rejects(openImage('LICENSE', { environment }), {
    code: 'REFERENCE_INVALID',
    remedy: 'For the file or directory of that name write ./LICENSE.',
  });
});

test('a prefix that is also the name of an image or host', async () => {
  const offline = { environment: { DOCKER_HOST: '/none/docker.sock' }, offline: true };
  for (const [reference, hinted] of [
    ['docker:dind', true],
    ['registry:2', true],
    ['registry:5000/app', true],
    ['docker:team/app', false],
  ] as const) {
    await assert.rejects(openImage(reference, offline), (error) => {
      assert.ok(error instanceof OciError);
      assert.equal(error.remedy.endsWith(`write registry:${reference}.`), hinted, error.remedy);
      return true;
    });
  }
  // And so written it is one.
  await assert.rejects(openImage('registry:docker:dind', offline), {
    code: 'OFFLINE',
    message: /docker\.io/,
  });
});
