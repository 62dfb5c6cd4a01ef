/** Tests of images as official-images has them: their tables as bash reads them, and the three tests of all images, unchanged. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { suite, test } from 'node:test';
import { parseTestConfig } from '../../src/library/admission/image-tests/parse-test-config.ts';
import { runImageTests } from '../../src/library/admission/image-tests/run-image-tests.ts';
import { openTests } from '../../src/library/admission/image-tests/read-test-tables.ts';
import { buildImage, buildLayer, type BuiltImage } from '../images/image-builder.ts';
import { writeOciLayout } from '../images/layouts.ts';
import type { ArchiveEntry } from '../images/tar-writer.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import { openUpstream } from './repositories.ts';

const images = openUpstream('docker-library/official-images');

const TABLES = ['globalTests', 'testAlias', 'imageTests', 'globalExcludeTests', 'explicitTests'];
const SHOW = [
  'declare -a globalTests=()',
  'declare -A testAlias imageTests globalExcludeTests explicitTests',
  '. "$1"',
  ...TABLES.map(
    (name) =>
      `for key in "\${!${name}[@]}"; do printf '%s\\0%s\\0%s\\0' ${name} "$key" "\${${name}[$key]}"; done`,
  ),
].join('\n');

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

test('config.sh: the tables are what bash makes of them', (t) => {
  const text = images.text('test/config.sh');
  const file = join(temporaryDirectory(t), 'config.sh');
  writeFileSync(file, text);
  const { stdout } = spawnSync('bash', ['-c', SHOW, 'bash', file], { encoding: 'utf8' });
  const fields = stdout.split('\0').slice(0, -1);
  const tables = new Map<string, (readonly [key: string, value: string])[]>(TABLES.map((name) => [name, []]));
  for (let at = 0; at < fields.length; at += 3)
    tables.get(fields[at] ?? '')?.push([fields[at + 1] ?? '', fields[at + 2] ?? '']);
  const of = (name: string) => tables.get(name) ?? [];
  const keys = (name: string) => new Set(of(name).map(([key]) => key));
  const found = parseTestConfig(text, 'config.sh');
  assert.deepEqual(
    found.globalTests,
    of('globalTests').map(([, value]) => value),
  );
  assert.deepEqual(found.aliases, new Map(of('testAlias')));
  assert.deepEqual(found.imageTests, new Map(of('imageTests').map(([key, value]) => [key, words(value)])));
  assert.deepEqual(found.excluded, keys('globalExcludeTests'));
  assert.deepEqual(found.explicit, keys('explicitTests'));
  assert.deepEqual([found.imageTests.size, found.excluded.size], [70, 38]);
  t.diagnostic(`${found.imageTests.size} images, ${found.excluded.size} exceptions`);
});

const BUSYBOX = '/bin/busybox';

/** What is missing to run anything here; null where all is there. */
function missing(): string | null {
  if (process.arch !== 'x64' || process.getuid?.() !== 0) return 'needs root on amd64';
  const absent = ['buildah', 'unshare', 'ip', 'bash', BUSYBOX].find(
    (name) => spawnSync(name, ['--version']).error !== undefined,
  );
  return absent === undefined ? null : `${absent} is not installed`;
}

function busyboxImage(more: readonly ArchiveEntry[], config: object = {}): BuiltImage {
  const links = ['sh', 'echo', 'date', 'cut', 'cat'].map((path): ArchiveEntry => ({
    path: `bin/${path}`,
    type: 'symlink',
    linkTarget: 'busybox',
  }));
  const base = buildLayer([
    { path: 'bin/busybox', content: readFileSync(BUSYBOX), mode: 0o755 },
    ...links,
    { path: 'etc/passwd', content: 'root:*:0:0::/root:/bin/sh\n' },
    { path: 'tmp/', mode: 0o1777 },
  ]);
  return buildImage({
    layers: [base, buildLayer(more)],
    configuration: { config: { Env: ['PATH=/bin'], Cmd: ['sh'], ...config } },
  });
}

suite('scripts of official-images, unchanged', { skip: missing() ?? false }, () => {
  const wrongPasswords = [{ path: 'etc/passwd', content: 'root:$6$salt$hash:0:0::/:/bin/sh\n' }];
  const wrongStart = { Env: ['PATH=/bin', 'TZ=CET-1'], Entrypoint: ['/bin/date'] };
  for (const [what, image, result] of [
    ['pass', busyboxImage([]), 'passed'],
    ['fail', busyboxImage(wrongPasswords, wrongStart), 'failed'],
  ] as const) {
    test(`tests of all images that ${what}`, async (t) => {
      const folder = temporaryDirectory(t);
      const [layout, scratch] = [join(folder, 'layout'), join(folder, 'scratch')];
      mkdirSync(scratch);
      const archive = images.git(['archive', '--format=tar', images.commit, 'test']);
      assert.equal(spawnSync('tar', ['-x', '-C', folder], { input: archive }).status, 0);
      const selected = openTests(join(folder, 'test'))('busybox', '1');
      writeOciLayout(layout, [{ root: image }]);
      const results = await runImageTests(
        { name: 'busybox:1', architecture: 'amd64', digest: image.digest, layout },
        selected,
        {
          buildah: { kind: 'buildah', isolation: 'chroot', storageDriver: 'vfs' },
          scratch,
          environment: { PATH: process.env['PATH'] },
          timeoutSeconds: 60,
        },
      );
      assert.deepEqual(
        [...results].map(([name, found]) => [name, found.result]),
        ['utc', 'no-hard-coded-passwords', 'override-cmd'].map((name) => [name, result]),
      );
    });
  }
});
