import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { buildImage, buildLayer } from '../../test/images/image-builder.ts';
import { writeOciLayout } from '../../test/images/layouts.ts';
import type { ArchiveEntry } from '../../test/images/tar-writer.ts';
import { readDirectoryTree } from './directory-tree.ts';
import { readLayer } from './layer-reader.ts';
import { createExtractor, inOrder } from '../../test/images/extractor.ts';
import { overlayLayers, type OverlayLayer, type OverlayStep } from './overlay.ts';

/*
 * Layers are written in short:  `path` a wanted file,  `-path` a file that nobody wants,  `path/` a directory,
 * `path>target` a symlink,  `path=target` a wanted hard link,  `!path` a whiteout,  `path*` an opaque directory.
 */
function toEntry(text: string, layer: number): ArchiveEntry {
  if (text.startsWith('!')) {
    const path = text.slice(1);
    const at = path.lastIndexOf('/') + 1;
    return { path: `${path.slice(0, at)}.wh.${path.slice(at)}` };
  }
  const [link, linkTarget] = text.split('>');
  if (linkTarget !== undefined) return { path: link ?? '', type: 'symlink', linkTarget };
  const [hard, target] = text.split('=');
  if (target !== undefined) return { path: hard ?? '', type: 'hardlink', linkTarget: target };
  if (text.endsWith('*')) return { path: `${text.slice(0, -1)}/.wh..wh..opq`.replace(/^\//, '') };
  if (text.startsWith('-')) return { path: text.slice(1), content: 'unwanted' };
  return { path: text, content: text.endsWith('/') ? '' : `${layer} ${text}` };
}

/** Reads a layer as the real reader does; `-` files are those that nobody wants. */
async function readShort(entries: readonly string[], index: number): Promise<OverlayLayer> {
  const unwanted = new Set(entries.filter((text) => text.startsWith('-')).map((text) => text.slice(1)));
  const layer = buildLayer(
    entries.map((text) => toEntry(text, index)),
    'none',
  );
  const paths: string[] = [];
  const { tree } = await readLayer(
    async function* open() {
      yield layer.bytes;
    },
    {
      diffId: layer.diffId,
      visitor: {
        want: ({ path }) => (unwanted.has(path) ? null : 100),
        file: ({ path }) => paths.push(path) > 0,
      },
    },
  );
  return { tree, paths };
}

async function overlay(layers: readonly (readonly string[])[]): Promise<OverlayStep[]> {
  return overlayLayers(await Promise.all(layers.map(readShort)));
}

/** The visible files after a step: `path` from the layer of that number, `path<written` when written elsewhere. */
function show(step: OverlayStep | undefined): string[] {
  return [...(step?.visible ?? [])]
    .map(([path, origin]) => `${origin.layer} ${path}${path === origin.path ? '' : `<${origin.path}`}`)
    .sort();
}

const STACKS: readonly (readonly [string, readonly (readonly string[])[], readonly string[]])[] = [
  ['one layer', [['a', 'd/b', '-c']], ['0 a', '0 d/b']],
  ['a later file replaces', [['a', 'b'], ['a']], ['0 b', '1 a']],
  ['a file that nobody wants replaces', [['a', 'b'], ['-a']], ['0 b']],
  ['a whiteout removes a file', [['a', 'b'], ['!a']], ['0 b']],
  ['a whiteout removes a directory', [['d/a', 'd/e/b', 'd2'], ['!d']], ['0 d2']],
  ['a whiteout of nothing', [['a'], ['!b', '!d/b']], ['0 a']],
  [
    'a whiteout leaves its own layer alone',
    [
      ['d/a', 'd/b'],
      ['d/a', '!d/a', '!d'],
    ],
    ['1 d/a'],
  ],
  ['removed and made again', [['d/a', 'd/b'], ['!d'], ['d/b']], ['2 d/b']],
  [
    'an opaque directory hides what is below',
    [
      ['d/a', 'd/e/b', 'c'],
      ['d/', 'd*', 'd/n'],
    ],
    ['0 c', '1 d/n'],
  ],
  ['an opaque directory after its content', [['d/a'], ['d/n', 'd*']], ['1 d/n']],
  [
    'an opaque root',
    [
      ['d/a', 'b'],
      ['*', 'c'],
    ],
    ['1 c'],
  ],
  ['a file replaces a directory', [['d/a', 'd/e/b'], ['-d']], []],
  ['a wanted file replaces a directory', [['d/a'], ['d']], ['1 d']],
  ['a directory replaces a file', [['d'], ['d/', 'd/a']], ['1 d/a']],
  ['a directory leaves a directory', [['d/a'], ['d/']], ['0 d/a']],
  ['a symlink replaces a directory', [['d/a', 'e/b'], ['d>e']], ['0 e/b']],
  ['a symlink replaces a file', [['a', 'b'], ['a>b']], ['0 b']],
  ['a file replaces a symlink', [['a>b', 'b'], ['a']], ['0 b', '1 a']],
  ['a whiteout removes a symlink, not its target', [['a>d', 'd/b'], ['!a'], ['a/c']], ['0 d/b', '2 a/c']],
  [
    'a path through a symlink of a lower layer',
    [
      ['lib>usr/lib', 'usr/lib/a'],
      ['lib/b', 'lib/a'],
    ],
    ['1 usr/lib/a<lib/a', '1 usr/lib/b<lib/b'],
  ],
  [
    'a path through a symlink of the same layer',
    [['usr/lib/a'], ['lib>usr/lib', 'lib/a']],
    ['1 usr/lib/a<lib/a'],
  ],
  ['a whiteout through a symlink', [['lib>usr/lib', 'usr/lib/a', 'usr/lib/b'], ['!lib/a']], ['0 usr/lib/b']],
  ['an opaque directory through a symlink', [['lib>usr/lib', 'usr/lib/a', 'usr/b'], ['lib*']], ['0 usr/b']],
  [
    'a directory replaces a symlink',
    [
      ['lib>usr/lib', 'usr/lib/a'],
      ['lib/', 'lib/a'],
    ],
    ['0 usr/lib/a', '1 lib/a'],
  ],
  [
    'a directory replaces a symlink before whiteouts',
    [
      ['lib>usr/lib', 'usr/lib/a'],
      ['lib/', '!lib/a'],
    ],
    ['0 usr/lib/a'],
  ],
  [
    'the merge of usr in an upgrade',
    [
      ['lib/a', 'usr/lib/b'],
      ['lib>usr/lib', 'usr/lib/a'],
    ],
    ['0 usr/lib/b', '1 usr/lib/a'],
  ],
  [
    'absolute links begin at the root',
    [
      ['d/l>/etc', 'etc/a'],
      ['d/l/a', 'd/l/b'],
    ],
    ['1 etc/a<d/l/a', '1 etc/b<d/l/b'],
  ],
  ['links do not climb out of the root', [['l>../../../etc'], ['l/a']], ['1 etc/a<l/a']],
  ['links of links', [['a>b', 'b>c/d', 'c>e'], ['a/f']], ['1 e/d/f<a/f']],
  [
    'what lost its content in its layer hides what is below, also through a link',
    [
      ['lib>usr/lib', 'usr/lib/a'],
      ['lib/a', 'lib/a/'],
    ],
    [],
  ],
  ['a hard link to a lower layer', [['a'], ['b=a']], ['0 a', '0 b<a']],
  ['a hard link stays when its target goes', [['a'], ['b=a'], ['!a']], ['0 b<a']],
];

describe('the file system that layers make together', () => {
  for (const [name, layers, expected] of STACKS) {
    test(name, async () => assert.deepEqual(show((await overlay(layers)).at(-1)), expected));
  }

  test('a directory that is only implied replaces a file, which extractors refuse', async () => {
    assert.deepEqual(show((await overlay([['d'], ['d/a']])).at(-1)), ['1 d/a']);
  });

  test('a hard link to a file of its own layer that nobody wanted', async () => {
    assert.deepEqual(show((await overlay([['a'], ['-s', 'a=s']])).at(-1)), ['1 a']);
  });

  test('every step stays as it was', async () => {
    const steps = await overlay([['d/a', 'd/b'], ['!d/a'], ['-x', '!none'], ['d/c'], ['!d']]);
    assert.deepEqual(steps.map(show), [['0 d/a', '0 d/b'], ['0 d/b'], ['0 d/b'], ['0 d/b', '3 d/c'], []]);
    assert.deepEqual(
      steps.map(({ changed }) => changed),
      [true, true, false, true, true],
    );
    assert.equal(steps[1]?.visible, steps[2]?.visible);
    assert.deepEqual(steps.toReversed().map(show), [
      [],
      ['0 d/b', '3 d/c'],
      ['0 d/b'],
      ['0 d/b'],
      ['0 d/a', '0 d/b'],
    ]);
    assert.deepEqual(
      steps.map(({ changes }) =>
        [...changes].map(([path, { before, after }]) => [path, before?.layer, after?.layer]),
      ),
      [
        [
          ['d/a', undefined, 0],
          ['d/b', undefined, 0],
        ],
        [['d/a', 0, undefined]],
        [],
        [['d/c', undefined, 3]],
        [
          ['d/b', 0, undefined],
          ['d/c', 3, undefined],
        ],
      ],
    );
  });

  test('links that lead nowhere are in the coverage', async () => {
    const chain = Array.from({ length: 41 }, (_, at) => `l${at}>l${at + 1}`);
    const steps = await overlay([
      ['a>b', 'b>a', ...chain],
      ['a/f', 'l0/f', 'l1/f', 'h=none', 's=a'],
    ]);
    const coverage = steps.flatMap((step) => step.coverage).map(({ code, subject }) => `${code} ${subject}`);
    assert.deepEqual(coverage, [
      'LINK_UNRESOLVED a/f',
      'LINK_UNRESOLVED l0/f',
      'HARD_LINK_UNRESOLVED h',
      'HARD_LINK_UNRESOLVED s',
    ]);
    assert.deepEqual(show(steps.at(-1)), ['1 l41/f<l1/f']);
  });

  test('resolveLink follows a path to its end', async () => {
    const [first, second] = await overlay([
      ['etc/os-release>../usr/lib/os-release', 'usr/lib/os-release', 'a>b', 'b>a', 'bin>usr/bin', 'x>/'],
      ['!etc/os-release'],
    ]);
    const cases: readonly (readonly [string, string | null])[] = [
      ['etc/os-release', 'usr/lib/os-release'],
      ['bin/sh', 'usr/bin/sh'],
      ['bin/../lib/x', 'usr/lib/x'],
      ['x/x/x/etc/os-release', 'usr/lib/os-release'],
      ['not/there', 'not/there'],
      ['a', null],
      ['a/b', null],
    ];
    for (const [path, expected] of cases) assert.equal(first?.resolveLink(path), expected, path);
    assert.equal(second?.resolveLink('etc/os-release'), 'etc/os-release');
  });

  test('a path may be long, its links may not make it endless', async () => {
    const deep = `${'d/'.repeat(1000)}f`;
    const [step] = await overlay([[`l>${'e/'.repeat(300)}`, `s>${'e/'.repeat(200)}`]]);
    assert.equal(step?.resolveLink(deep), deep);
    assert.equal(step?.resolveLink('s/f'), `${'e/'.repeat(200)}f`);
    assert.equal(step?.resolveLink('l/f'), null);
  });
});

/** The wanted files of an unpacked image: which layer they are from, and under which name. */
async function filesUnpacked(root: string): Promise<string[]> {
  const files: string[] = [];
  await readDirectoryTree(root, {
    visitor: {
      want: () => 100,
      file({ path }, content) {
        const [layer, written] = Buffer.from(content).toString().split(' ');
        if (written !== undefined) files.push(`${layer} ${path}${path === written ? '' : `<${written}`}`);
        return false;
      },
    },
  });
  return files.sort();
}

describe('against an extractor in memory', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const target = fc.tuple(fc.constantFrom('', '/', '../', '../../'), path).map((parts) => parts.join(''));
  const entry = fc.oneof(
    { weight: 4, arbitrary: path },
    path.map((at) => `-${at}`),
    path.map((at) => `${at}/`),
    path.map((at) => `!${at}`),
    path.map((at) => `${at}*`),
    { weight: 2, arbitrary: fc.tuple(path, target).map(([at, to]) => `${at}>${to}`) },
  );
  const stack = fc.array(fc.array(entry, { maxLength: 7 }), { minLength: 2, maxLength: 5 });
  const places = ['a', 'b', 'c'].flatMap((one) => [one, ...['a', 'b', 'c'].map((two) => `${one}/${two}/a`)]);

  test('random layers give the same files and the same links', async () => {
    let unpacked = 0;
    await fc.assert(
      fc.asyncProperty(stack, async (layers) => {
        const extractor = createExtractor();
        const accepted: string[][] = [];
        const expected: { files: string[]; links: (string | null)[] }[] = [];
        for (const [index, entries] of layers.entries()) {
          accepted.push(extractor.unpack(inOrder(entries), index));
          expected.push({ files: extractor.files(), links: places.map((place) => extractor.follow(place)) });
        }
        const steps = await overlay(accepted);
        const actual = steps.map((step) => ({
          files: show(step),
          links: places.map((place) => step.resolveLink(place)),
        }));
        assert.deepEqual(actual, expected);
        unpacked += accepted.flat().length;
      }),
      { numRuns: 400 },
    );
    assert.ok(unpacked > 2000, `only ${unpacked} entries were unpacked`);
  });
});

const withoutUmoci = spawnSync('umoci', ['--version']).status === 0 ? false : 'umoci is not installed';

describe('umoci unpacks the same', { skip: withoutUmoci }, () => {
  for (const [name, layers, expected] of STACKS) {
    test(name, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'hallmark-overlay-'));
      try {
        const built = layers.map((entries, index) => buildLayer(entries.map((text) => toEntry(text, index))));
        writeOciLayout(join(directory, 'image'), [{ root: buildImage({ layers: built }), name: 'tag' }]);
        const bundle = join(directory, 'bundle');
        const user = process.getuid?.() === 0 ? [] : ['--rootless'];
        execFileSync('umoci', ['unpack', ...user, '--image', `${join(directory, 'image')}:tag`, bundle]);
        assert.deepEqual(await filesUnpacked(join(bundle, 'rootfs')), expected);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }
});
