/** `--file-digests`: every file that is there in the end, and none that a later layer took away. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from './cli/command-line.ts';
import { buildImage, buildLayer } from './images/image-builder.ts';
import { writeOciLayout } from './images/layouts.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

interface Digests {
  readonly fileDigests: readonly { path: string; sizeBytes: number; digest: string; layer: string }[];
}

test('every file of the final file system has its digest, with the layer that holds it', async (t) => {
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  const [lower, upper] = [
    buildLayer([
      { path: 'a/one', content: 'first' },
      { path: 'a/gone', content: 'x' },
      { path: 'empty', content: '' },
      { path: 'link', type: 'symlink', linkTarget: 'a/one' },
    ]),
    buildLayer([
      { path: 'a/one', content: 'second\0' },
      { path: 'a/.wh.gone', content: '' },
    ]),
  ];
  writeOciLayout(join(directory, 'image'), [{ root: buildImage({ layers: [lower, upper] }) }]);
  const list = async (...flags: string[]) => {
    const args = ['packages', '--format', 'json', ...flags, `oci-dir:${directory}/image`];
    return (JSON.parse((await run(args)).stdout) as Digests).fileDigests;
  };
  const expected = [
    { path: 'a/one', sizeBytes: 7, digest: sha256('second\0'), layer: upper.diffId },
    { path: 'empty', sizeBytes: 0, digest: sha256(''), layer: lower.diffId },
  ];
  assert.deepEqual(await list('--file-digests'), expected);
  assert.deepEqual(await list('--file-digests'), expected, 'from the cache');
  assert.deepEqual(await list(), [], 'only on demand');
});

test('a root file system has them too', async (t) => {
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'etc'));
  writeFileSync(join(directory, 'etc', 'motd'), 'hello');
  const { stdout } = await run(['packages', '--format', 'json', '--file-digests', `dir:${directory}`]);
  assert.deepEqual((JSON.parse(stdout) as Digests).fileDigests, [
    { path: 'etc/motd', sizeBytes: 5, digest: sha256('hello'), layer: null },
  ]);
});
