import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readDirectoryTree, type DirectoryLimits } from './directory-tree.ts';
import type { TreeEntry, TreeReading } from './layer-tree.ts';

interface Read extends TreeReading {
  readonly fed: ReadonlyMap<string, string>;
  readonly asked: readonly TreeEntry[];
}

interface Reading {
  readonly limits?: DirectoryLimits;
  readonly signal?: AbortSignal;
  /** Called for each entry before it is read. */
  readonly meanwhile?: (entry: TreeEntry) => void;
}

async function readTree(root: string, { limits, signal, meanwhile }: Reading = {}): Promise<Read> {
  const fed = new Map<string, string>();
  const asked: TreeEntry[] = [];
  const reading = await readDirectoryTree(root, {
    limits,
    signal,
    visitor: {
      want(entry) {
        asked.push(entry);
        meanwhile?.(entry);
        return entry.path.includes('wanted') ? 100 : null;
      },
      file: ({ path }, content) => fed.set(path, Buffer.from(content).toString()).size > 0,
    },
  });
  return { ...reading, fed, asked };
}

const codes = (reading: TreeReading) =>
  reading.coverage.map(({ code, subject }) => `${code} ${subject}`).sort();

async function inDirectory(use: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'hallmark-root-'));
  try {
    await use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function fail(): never {
  throw new Error('bug');
}

const isRoot = process.getuid?.() === 0;

describe('readDirectoryTree', () => {
  test('reads wanted files, reports links, opens nothing else', () =>
    inDirectory(async (root) => {
      mkdirSync(join(root, 'etc/sub'), { recursive: true });
      writeFileSync(join(root, 'etc/wanted'), 'yes');
      chmodSync(join(root, 'etc/wanted'), 0o640);
      writeFileSync(join(root, 'etc/sub/other'), 'no');
      linkSync(join(root, 'etc/wanted'), join(root, 'etc/sub/wanted-too'));
      symlinkSync('../etc/wanted', join(root, 'etc/wanted-link'));
      symlinkSync('/', join(root, 'etc/sub/outside'));
      execFileSync('mkfifo', [join(root, 'wanted-pipe')]);
      const reading = await readTree(root);
      assert.deepEqual(Object.fromEntries(reading.fed), {
        'etc/sub/wanted-too': 'yes',
        'etc/wanted': 'yes',
      });
      assert.deepEqual(Object.fromEntries(reading.tree.symlinks), {
        'etc/sub/outside': '/',
        'etc/wanted-link': '../etc/wanted',
      });
      assert.deepEqual(reading.asked.map(({ path, type }) => `${type} ${path}`).sort(), [
        'directory etc',
        'directory etc/sub',
        'file etc/sub/other',
        'file etc/sub/wanted-too',
        'file etc/wanted',
        'other wanted-pipe',
        'symlink etc/sub/outside',
        'symlink etc/wanted-link',
      ]);
      const wanted = reading.asked.find(({ path }) => path === 'etc/wanted');
      assert.equal(wanted?.sizeBytes, 3);
      assert.equal(wanted.mode, 0o640);
      assert.equal(wanted.uid, process.getuid?.());
      assert.equal(reading.entries, 8);
      assert.deepEqual(reading.coverage, []);
    }));

  test('names that are not UTF-8', () =>
    inDirectory(async (root) => {
      const place = (name: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
      mkdirSync(place('caf\xe9'));
      writeFileSync(place('caf\xe9/wanted-\xff'), 'yes');
      const { fed } = await readTree(root);
      assert.deepEqual([...fed], [['caf\uEFE9/wanted-\uEFFF', 'yes']]);
    }));

  test('a file that is too large', () =>
    inDirectory(async (root) => {
      writeFileSync(join(root, 'wanted'), 'x'.repeat(101));
      const reading = await readTree(root);
      assert.deepEqual(codes(reading), ['EVIDENCE_TOO_LARGE wanted']);
      assert.equal(reading.fed.size, 0);
    }));

  test('what cannot be read', { skip: isRoot ? 'root can read everything' : false }, () =>
    inDirectory(async (root) => {
      mkdirSync(join(root, 'closed/below'), { recursive: true });
      writeFileSync(join(root, 'wanted'), 'secret');
      chmodSync(join(root, 'wanted'), 0);
      chmodSync(join(root, 'closed'), 0);
      assert.deepEqual(codes(await readTree(root)), [
        'DIRECTORY_UNREADABLE closed',
        'EVIDENCE_UNREADABLE wanted',
      ]);
      chmodSync(join(root, 'closed'), 0o700);
    }),
  );

  test('whiteouts of overlayfs', { skip: isRoot ? false : 'making devices needs root' }, (context) =>
    inDirectory(async (root) => {
      if (spawnSync('mknod', [join(root, 'gone'), 'c', '0', '0']).status !== 0) {
        context.skip('making devices is not allowed here');
        return;
      }
      const reading = await readTree(root);
      assert.deepEqual(reading.tree.whiteouts, ['gone']);
      assert.deepEqual(reading.asked, []);
    }),
  );

  test(
    'pseudo file systems below the root are left out',
    { skip: process.platform !== 'linux' },
    async () => {
      const { asked, coverage } = await readDirectoryNames('/');
      assert.ok(asked.has('proc') && asked.has('etc'));
      assert.ok(![...asked].some((path) => path.startsWith('proc/') || path.startsWith('sys/')));
      assert.ok(!coverage.some(({ subject }) => subject.startsWith('proc')));
    },
  );

  test('more files than allowed', () =>
    inDirectory(async (root) => {
      for (let at = 0; at < 20; at++) writeFileSync(join(root, `file-${at}`), '');
      const reading = await readTree(root, { limits: { entries: 10, links: 10 } });
      assert.equal(reading.asked.length, 10);
      assert.deepEqual(codes(reading), [`LIMIT_REACHED ${root}`]);
    }));

  test('a root that is no directory, and a link to one', () =>
    inDirectory(async (root) => {
      writeFileSync(join(root, 'file'), '');
      mkdirSync(join(root, 'tree'));
      writeFileSync(join(root, 'tree/wanted'), 'yes');
      symlinkSync('tree', join(root, 'link'));
      for (const name of ['none', 'file']) {
        await assert.rejects(readTree(join(root, name)), {
          code: 'ROOT_UNREADABLE',
          subject: join(root, name),
        });
      }
      assert.deepEqual([...(await readTree(join(root, 'link'))).fed.keys()], ['wanted']);
    }));

  test('an abort ends it with its reason', () =>
    inDirectory((root) =>
      assert.rejects(readTree(root, { signal: AbortSignal.abort(new Error('enough')) }), /enough/),
    ));

  test('an error of the visitor is not taken for an unreadable directory', () =>
    inDirectory(async (root) => {
      writeFileSync(join(root, 'file'), '');
      await assert.rejects(readTree(root, { meanwhile: fail }), /bug/);
    }));
});

describe('a tree that changes while it is read', () => {
  test('a directory that becomes a link does not lead out', () =>
    inDirectory(async (root) => {
      mkdirSync(join(root, 'tree/dir'), { recursive: true });
      mkdirSync(join(root, 'outside'));
      writeFileSync(join(root, 'outside/wanted'), 'secret');
      const reading = await readTree(join(root, 'tree'), {
        meanwhile({ path }) {
          if (path !== 'dir') return;
          // after the parent was listed and before the directory is opened
          queueMicrotask(() => {
            renameSync(join(root, 'tree/dir'), join(root, 'tree/moved'));
            symlinkSync('../outside', join(root, 'tree/dir'));
          });
        },
      });
      assert.equal(reading.fed.size, 0);
    }));

  test('a parent that becomes a link does not lead out', () =>
    inDirectory(async (root) => {
      mkdirSync(join(root, 'tree/a/b'), { recursive: true });
      mkdirSync(join(root, 'outside/b'), { recursive: true });
      writeFileSync(join(root, 'outside/b/wanted'), 'secret');
      const reading = await readTree(join(root, 'tree'), {
        meanwhile({ path }) {
          if (path !== 'a/b') return;
          renameSync(join(root, 'tree/a'), join(root, 'tree/moved'));
          symlinkSync('../outside', join(root, 'tree/a'));
        },
      });
      assert.equal(reading.fed.size, 0);
      assert.deepEqual(codes(reading), ['DIRECTORY_UNREADABLE a/b']);
    }));

  test('a file that becomes a link or a pipe, or goes', () =>
    inDirectory(async (root) => {
      mkdirSync(join(root, 'tree'));
      writeFileSync(join(root, 'outside'), 'secret');
      for (const name of ['wanted-link', 'wanted-pipe', 'wanted-gone'])
        writeFileSync(join(root, 'tree', name), 'x');
      const reading = await readTree(join(root, 'tree'), {
        meanwhile({ path }) {
          rmSync(join(root, 'tree', path));
          if (path === 'wanted-link') symlinkSync('../outside', join(root, 'tree', path));
          if (path === 'wanted-pipe') execFileSync('mkfifo', [join(root, 'tree', path)]);
        },
      });
      assert.equal(reading.fed.size, 0);
      assert.deepEqual(codes(reading), ['EVIDENCE_UNREADABLE wanted-link']);
    }));
});

test('of a file of any size the beginning is read', () =>
  inDirectory(async (root) => {
    writeFileSync(join(root, 'large'), 'x'.repeat(300));
    writeFileSync(join(root, 'small'), 'y'.repeat(70));
    const fed: string[] = [];
    const { coverage, uncompressedBytes } = await readDirectoryTree(root, {
      visitor: {
        want: () => ({ beginning: 100 }),
        file: ({ path, sizeBytes }, content) => fed.push(`${path}: ${content.length} of ${sizeBytes}`) > 0,
      },
    });
    assert.deepEqual(fed.sort(), ['large: 100 of 300', 'small: 70 of 70']);
    assert.equal(uncompressedBytes, 170);
    assert.deepEqual(coverage, []);
  }));

/** The first directories of a root, without going into those that the test is not about. */
async function readDirectoryNames(root: string) {
  const asked = new Set<string>();
  const enough = readdirSync(root).length + 2000;
  const { coverage } = await readDirectoryTree(root, {
    limits: { entries: enough, links: 1000 },
    visitor: {
      want({ path }) {
        asked.add(path);
        return null;
      },
      file: () => false,
    },
  });
  return { asked, coverage };
}
