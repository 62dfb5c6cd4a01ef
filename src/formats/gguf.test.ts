import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fixture } from '../../test/inventory/layer-stack.ts';
import { parseGguf } from './gguf.ts';

const TINY = fixture('models/tiny-stories.gguf');
const BIG = fixture('models/big-endian.gguf');

test('what the reference tool wrote', () => {
  const header = parseGguf(TINY);
  assert.equal(header?.version, 3);
  assert.equal(header.complete, true);
  assert.deepEqual(Object.fromEntries(header.general), {
    architecture: 'llama',
    name: 'Tiny Stories 2M',
    version: 'v1.2',
    basename: 'Tiny-Stories',
    size_label: '2M',
    organization: 'Example Organization',
    author: 'A. Writer',
    license: 'Apache-2.0',
    description: 'Tells short stories.',
    url: 'https://models.example/tiny-stories',
    repo_url: 'https://huggingface.co/example-org/tiny-stories-2m',
    file_type: 7,
    quantization_version: 2,
  });
});

test('a big-endian file', () => {
  const header = parseGguf(BIG);
  assert.equal(header?.version, 3);
  assert.equal(header.complete, true);
  assert.equal(header.general.get('basename'), 'Big-Endian');
  assert.equal(header.general.get('file_type'), 7);
});

const uint32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);

/** A file of pairs, by the specification; lengths take 32 bits in the first version. */
function gguf(
  version: number,
  pairs: readonly (readonly [key: string, type: number, value: Buffer])[],
): Buffer {
  const size = (length: number) => {
    const bytes = Buffer.alloc(version === 1 ? 4 : 8);
    bytes.writeUInt32LE(length);
    return bytes;
  };
  return Buffer.concat([
    Buffer.from('GGUF'),
    uint32(version),
    size(0),
    size(pairs.length),
    ...pairs.flatMap(([key, type, value]) => [size(key.length), Buffer.from(key), uint32(type), value]),
  ]);
}

describe('other versions and values', () => {
  test('lengths of 32 bits in the first version', () => {
    const text = Buffer.concat([Buffer.from([4, 0, 0, 0]), Buffer.from('name')]);
    const header = parseGguf(gguf(1, [['general.name', 8, text]]));
    assert.equal(header?.general.get('name'), 'name');
    assert.equal(header.complete, true);
  });

  const scalars = [
    [0, Buffer.from([200]), 200],
    [1, Buffer.from([200]), -56],
    [2, Buffer.from([1, 2]), 513],
    [3, Buffer.from([255, 255]), -1],
    [4, Buffer.from([1, 0, 0, 128]), 2_147_483_649],
    [5, Buffer.from([255, 255, 255, 255]), -1],
    [6, Buffer.from([0, 0, 128, 63]), 1],
    [7, Buffer.from([1]), true],
    [10, Buffer.from([1, 0, 0, 0, 1, 0, 0, 0]), 4_294_967_297],
    [11, Buffer.alloc(8, 255), -1],
    [12, Buffer.from([0, 0, 0, 0, 0, 0, 240, 63]), 1],
  ] as const;
  for (const [type, bytes, value] of scalars) {
    test(`a value of type ${type}`, () => {
      assert.equal(parseGguf(gguf(3, [['general.x', type, bytes]]))?.general.get('x'), value);
    });
  }
});

const list = (type: number, length: bigint) => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32LE(type);
  bytes.writeBigUInt64LE(length, 4);
  return bytes;
};

describe('damage', () => {
  for (const [name, content] of [
    ['nothing', Buffer.alloc(0)],
    ['another magic number', Buffer.from('GGML\x03\0\0\0')],
    ['version 0', gguf(0, [])],
    ['version 4', gguf(4, [])],
  ] as const) {
    test(`no file of a known version: ${name}`, () => assert.equal(parseGguf(content), null));
  }

  for (const [name, content] of [
    ['more pairs than there are', Buffer.concat([gguf(3, []).subarray(0, 16), Buffer.alloc(8, 255)])],
    ['a text longer than the file', gguf(3, [['general.name', 8, Buffer.alloc(8, 255)]])],
    ['a list longer than the file', gguf(3, [['tokens', 9, list(4, 2n ** 60n)]])],
    ['a list of texts longer than the file', gguf(3, [['tokens', 9, list(8, 2n ** 60n)]])],
    ['an unknown type', gguf(3, [['general.x', 13, Buffer.alloc(64)]])],
    ['a list of an unknown type', gguf(3, [['x', 9, list(99, 1n)]])],
    ['lists in lists', gguf(3, [['x', 9, Buffer.concat(Array.from({ length: 9 }, () => list(9, 1n)))]])],
  ] as const) {
    test(`incomplete: ${name}`, () => assert.equal(parseGguf(content)?.complete, false));
  }

  test('cut anywhere it keeps what came before, and never throws', () => {
    for (let length = 8; length < TINY.length; length++) {
      const header = parseGguf(TINY.subarray(0, length));
      assert.ok(header);
      if (header.general.has('name')) assert.equal(header.general.get('name'), 'Tiny Stories 2M');
    }
  });

  test('changed bytes never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(TINY.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const changed = Buffer.from(TINY);
        for (const [at, byte] of changes) changed[at] = byte;
        parseGguf(changed);
      }),
      { numRuns: 400 },
    );
  });
});
