/** Images built twice by buildah itself. Without it the test is skipped, and says so. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tarArchive } from '../../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import {
  entry,
  IMPORTED,
  runTinyProgramme,
  surroundings,
  writeTinyProgramme,
} from '../../../test/library/tiny-programme.ts';
import { dpkgStatus } from '../../../test/library/verifying.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { reproduceProgramme } from './reproduce-programme.ts';

/** From Debian's package busybox-static: the smallest system in which a step can run. */
const BUSYBOX = '/bin/busybox';
const isThere = spawnSync('buildah', ['--version'], { stdio: 'ignore', timeout: 10_000 }).status === 0;

function smallSystem(): Buffer {
  const folders = ['bin/', 'dev/', 'etc/', 'proc/', 'run/', 'sys/', 'tmp/'].map((path) => ({ path }));
  const links = ['cat', 'mkdir', 'sh', 'touch'].map(
    (name) => ({ path: `bin/${name}`, type: 'symlink', linkTarget: 'busybox' }) as const,
  );
  return tarArchive([
    ...folders,
    { path: 'bin/busybox', content: readFileSync(BUSYBOX), mode: 0o755 },
    ...links,
    { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
    { path: 'etc/passwd', content: 'root:*:0:0::/root:/bin/sh\n' },
    dpkgStatus({ libc6: '2.36-9' }),
  ]);
}

/** Kind, files, and numbers of layers of the image below and its own. */
const EXPECTED = new Map<string, readonly unknown[]>([
  ['random:1', ['different', [['var/log/apt/term.log', ['content'], true]], 1, 1]],
  ['steady:1', ['identical', [], 1, 1]],
]);

test(
  'buildah makes the same image of steps that always do the same, and it is seen where they do not',
  { skip: isThere ? false : 'the program buildah is not installed' },
  async (t) => {
    const folder = temporaryDirectory(t);
    await using registry = await startMemoryRegistry();
    const recipe = {
      images: {
        'base/rootfs.tar': { mode: '100644' as const, content: smallSystem() },
        'steady/Dockerfile': 'FROM base:1\nRUN mkdir /opt && echo always > /opt/same\nCMD ["sh"]\n',
        'random/Dockerfile':
          'FROM base:1\nRUN mkdir -p /var/log/apt && cat /proc/sys/kernel/random/uuid > /var/log/apt/term.log\n',
      },
      definitions: {
        base: entry('1', 'base', IMPORTED),
        steady: entry('1', 'steady'),
        random: entry('1', 'random'),
      },
      settings: { engines: '{ amd64: { kind: buildah } }' },
    };
    writeTinyProgramme(folder, registry.host, recipe);
    await runTinyProgramme(folder);
    const { reproductions } = await reproduceProgramme({
      folder,
      references: [],
      architectures: [],
      engine: { kind: 'buildah' },
      most: 10,
      environment: surroundings(),
      offline: false,
      version: '0.0.0',
      now: () => Date.now(),
      onEvent: () => {},
      signal: new AbortController().signal,
    });
    const found = reproductions.map(({ image, outcome }) => {
      assert.ok(outcome.kind === 'compared', JSON.stringify(outcome));
      const { kind, files, layers } = outcome.comparison;
      const told = files.map(({ path, aspects, because }) => [path, aspects, because !== null]);
      return [image, [kind, told, layers.inherited, layers.count]] as const;
    });
    assert.deepEqual(new Map(found), EXPECTED);
  },
);
