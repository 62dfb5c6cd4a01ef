import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { treeEntry } from '../../test/inventory/layer-stack.ts';
import { type Cataloger, defineCataloger, type Interest } from './cataloger.ts';
import type { EntryVisitor, TreeEntry } from '../oci/layer-tree.ts';
import { createLayerScan, type ScanLimits } from './layer-scan.ts';

const echo: Cataloger = defineCataloger<string>({
  name: 'echo',
  version: 1,
  interests: [{ names: ['wanted'], maxBytes: 8 }],
  read({ path, content }) {
    const text = Buffer.from(content).toString();
    if (text === 'throw') throw new Error('boom');
    if (text === 'nothing') return { record: null, coverage: [] };
    return { record: `${path}=${text}`, coverage: [] };
  },
  catalog: () => ({ packages: [], coverage: [] }),
});

const programs: Cataloger = defineCataloger<number>({
  name: 'programs',
  version: 1,
  interests: [{ magic: ['elf'], maxBytes: 8 }],
  read: ({ content }) => ({ record: content.length, coverage: [] }),
  catalog: () => ({ packages: [], coverage: [] }),
});

/** Shows an entry to the visitor as a reader of layers does. */
function feed(visitor: EntryVisitor, entry: TreeEntry, text: string): void {
  const content = Buffer.from(text, 'latin1');
  const asked = visitor.want(entry);
  visitor.note?.(entry);
  const wanted = asked === 'sniff' ? (visitor.sniff?.(entry, content) ?? null) : asked;
  if (typeof wanted === 'number') visitor.file(entry, content);
  else if (wanted !== null) visitor.file(entry, content.subarray(0, wanted.beginning));
}

function scan(files: readonly (readonly [path: string, content: string])[], limits?: ScanLimits) {
  const layer = createLayerScan([echo], limits);
  for (const [path, content] of files) {
    const entry = treeEntry(path, content.length);
    if (layer.visitor.want(entry) !== null) layer.visitor.file(entry, Buffer.from(content));
  }
  return layer.finish();
}

test('records are sorted by path, and the last entry of a name counts', () => {
  const { records, coverage } = scan([
    ['b/wanted', 'old'],
    ['a/wanted', '1'],
    ['c/other', 'x'],
    ['b/wanted', 'new'],
    ['d/wanted', 'old'],
    ['d/wanted', 'nothing'],
  ]);
  assert.deepEqual(
    records.map(({ record }) => record),
    ['a/wanted=1', 'b/wanted=new'],
  );
  assert.deepEqual(coverage, []);
});

test('directories, links and devices are not read', () => {
  const { visitor } = createLayerScan([echo]);
  for (const type of ['directory', 'symlink', 'other'] as const) {
    assert.equal(visitor.want(treeEntry('a/wanted', 0, type)), null);
  }
  assert.equal(visitor.want(treeEntry('a/wanted', 0, 'hardlink')), 8);
});

test('a cataloger that throws loses its file, visibly, and nothing else', () => {
  const { records } = scan([
    ['a/wanted', 'throw'],
    ['b/wanted', '1'],
  ]);
  assert.deepEqual(
    records.map(({ record, coverage }) => [record, coverage.map(({ code, subject }) => [code, subject])]),
    [
      [null, [['EVIDENCE_UNREADABLE', 'a/wanted']]],
      ['b/wanted=1', []],
    ],
  );
});

test('a file beyond one cataloger’s bound is not handed to it, though another asked for more', () => {
  const greedy = defineCataloger({
    ...echo,
    name: 'greedy',
    interests: [{ names: ['wanted'], maxBytes: 100 }],
    read: ({ content }) => ({ record: content.length, coverage: [] }),
    catalog: () => ({ packages: [], coverage: [] }),
  });
  const layer = createLayerScan([echo, greedy]);
  const entry = treeEntry('wanted', 9);
  assert.equal(layer.visitor.want(entry), 100);
  layer.visitor.file(entry, Buffer.from('123456789'));
  assert.deepEqual(
    layer.finish().records.map(({ cataloger, record, coverage }) => [cataloger, record, coverage[0]?.code]),
    [
      ['echo', null, 'EVIDENCE_TOO_LARGE'],
      ['greedy', 9, undefined],
    ],
  );
});

for (const [name, limits] of [
  ['files', { files: 2, bytes: 1000, facts: 10 }],
  ['bytes', { files: 1000, bytes: 2, facts: 10 }],
] as const) {
  test(`a layer with too many ${name} of metadata is cut, visibly`, () => {
    const { records, coverage } = scan(
      ['a', 'b', 'c', 'd'].map((directory) => [`${directory}/wanted`, 'x'] as const),
      limits,
    );
    assert.equal(records.length, 2);
    assert.deepEqual(
      coverage.map(({ code }) => code),
      ['LIMIT_REACHED'],
    );
    assert.match(coverage[0]?.message ?? '', /2 of its files were not read/);
  });
}

test('what an earlier entry of the same name was is forgotten, whoever asked for it', () => {
  const layer = createLayerScan([echo, programs]);
  feed(layer.visitor, treeEntry('bin/su', 5, 'file', 0o4755), '\x7fELF1');
  feed(layer.visitor, treeEntry('bin/su', 4, 'file', 0o4755), 'text');
  assert.deepEqual(
    layer.finish().records.map(({ cataloger }) => cataloger),
    ['file-facts'],
  );
});

test('files are told by their first bytes, and hard links to them are not looked at', () => {
  const layer = createLayerScan([echo, programs]);
  feed(layer.visitor, treeEntry('bin/tool', 5), '\x7fELF1');
  feed(layer.visitor, treeEntry('bin/script', 9), '#!/bin/sh');
  feed(layer.visitor, treeEntry('bin/wanted', 5), '\x7fELF2');
  assert.equal(layer.visitor.want(treeEntry('bin/link', 0, 'hardlink')), null);
  assert.deepEqual(
    layer.finish().records.map(({ cataloger, path }) => `${cataloger} ${path}`),
    ['programs bin/tool', 'echo bin/wanted', 'programs bin/wanted'],
  );
});

test('facts of files are bounded, visibly', () => {
  const layer = createLayerScan([], { files: 10, bytes: 1000, facts: 2 });
  for (const name of ['a', 'b', 'c', 'd']) {
    feed(layer.visitor, treeEntry(`srv/${name}`, 1, 'file', 0o666), 'x');
  }
  const { records, coverage } = layer.finish();
  assert.equal(records.length, 2);
  assert.deepEqual(
    coverage.map(({ code, subject }) => [code, subject]),
    [['LIMIT_REACHED', 'permissions']],
  );
});

const readings = (name: string, maxBytes: number, larger: NonNullable<Interest['larger']>) =>
  defineCataloger<number>({
    name,
    version: 1,
    interests: [{ suffixes: ['.model'], maxBytes, larger }],
    read: ({ content }) => ({ record: content.length, coverage: [] }),
    catalog: () => ({ packages: [], coverage: [] }),
  });

describe('files of which the beginning is enough', () => {
  const cut = readings('cut', 100, 'cut');
  const whole = readings('whole', 1000, 'report');
  const small = readings('small', 10, 'ignore');

  for (const [name, catalogers, size, wanted, expected] of [
    ['a small file is read whole', [cut], 80, { beginning: 100 }, [['cut', 80]]],
    ['a large one is cut', [cut], 5000, { beginning: 100 }, [['cut', 100]]],
    [
      'what another wants whole is cut for one only',
      [cut, whole],
      500,
      1000,
      [
        ['cut', 100],
        ['whole', 500],
      ],
    ],
    [
      'of what is too large for another the beginning is read, and the other one says so',
      [cut, whole],
      5000,
      { beginning: 100 },
      [
        ['cut', 100],
        ['whole', 'EVIDENCE_TOO_LARGE'],
      ],
    ],
    ['what another ignores is cut', [small, cut], 5000, { beginning: 100 }, [['cut', 100]]],
  ] as const) {
    test(name, () => {
      const layer = createLayerScan(catalogers);
      const entry = treeEntry('a.model', size);
      assert.deepEqual(layer.visitor.want(entry), wanted);
      feed(layer.visitor, entry, 'x'.repeat(size));
      assert.deepEqual(
        layer
          .finish()
          .records.map(({ cataloger, record, coverage }) => [cataloger, record ?? coverage[0]?.code]),
        expected,
      );
    });
  }
});

test('directories that are evidence: one file of each stands for it, the last entry of a name too', () => {
  const stores: Cataloger = defineCataloger<string>({
    ...echo,
    interests: [],
    directories: { of: (path) => /^store\/[^/]+(?=\/)/.exec(path)?.[0] ?? null, record: 'there' },
    read: () => assert.fail('nothing is read'),
  });
  const layer = createLayerScan([stores], { files: 2, bytes: 100, facts: 0 });
  for (const path of ['store/a/1', 'store/a/2', 'store/file', 'store/b/1', 'store/a/1', 'store/c/1', 'x/1']) {
    feed(layer.visitor, treeEntry(path, 1), '-');
  }
  const { records, coverage } = layer.finish();
  assert.deepEqual(
    records.map(({ path, record }) => [path, record]),
    [
      ['store/a/1', 'there'],
      ['store/b/1', 'there'],
    ],
  );
  assert.deepEqual(
    coverage.map(({ code }) => code),
    ['LIMIT_REACHED'],
  );
});
