import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { fixture } from '../../test/inventory/layer-stack.ts';
import { isManaged, readAssemblyIdentity } from './cli-metadata.ts';
import { parsePe } from './pe.ts';
import { readVersionResource } from './pe-version.ts';

const LIBRARY = fixture('dotnet/clr-loader-0.3.1.ClrLoader.dll');

const parsed = (bytes: Uint8Array) => parsePe(bytes) ?? assert.fail('no portable executable');

describe('ClrLoader.dll of clr-loader 0.3.1, for AMD64', () => {
  const file = parsed(LIBRARY);

  // names and addresses as `objdump -h` lists them
  test('sections', () => {
    assert.deepEqual(
      file.sections.map(({ name, virtualAddress, content }) => [name, virtualAddress, content.length]),
      [
        ['.text', 0x2000, 0x1e00],
        ['.sdata', 0x4000, 0x200],
        ['.rsrc', 0x6000, 0x400],
        ['.reloc', 0x8000, 0x200],
      ],
    );
  });

  test('headers', () => {
    const { machine, is64Bit, isLibrary, imageBase, overlay } = file;
    assert.deepEqual(
      { machine, is64Bit, isLibrary, imageBase, overlay: overlay.length },
      { machine: 0x8664, is64Bit: true, isLibrary: true, imageBase: 0x180000000n, overlay: 0 },
    );
  });

  test('what was appended is the overlay', () => {
    assert.equal(
      Buffer.from(parsed(Buffer.concat([LIBRARY, Buffer.from('more')])).overlay).toString(),
      'more',
    );
  });

  test('the version resource', () => {
    const resource = readVersionResource(file) ?? assert.fail();
    assert.equal(resource.fileVersion, '1.0.0.0');
    assert.equal(resource.productVersion, '1.0.0.0');
    assert.deepEqual(Object.fromEntries(resource.texts), {
      CompanyName: 'ClrLoader',
      FileDescription: 'ClrLoader',
      FileVersion: '1.0.0.0',
      InternalName: 'ClrLoader.dll',
      LegalCopyright: '',
      OriginalFilename: 'ClrLoader.dll',
      ProductName: 'ClrLoader',
      ProductVersion: '1.0.0',
      'Assembly Version': '1.0.0.0',
    });
  });

  test('the assembly', () => {
    assert.equal(isManaged(file), true);
    assert.deepEqual(readAssemblyIdentity(file), { name: 'ClrLoader', version: '1.0.0.0', culture: null });
  });
});

function readAll(bytes: Uint8Array) {
  const file = parsePe(bytes);
  if (file === null) return;
  readVersionResource(file);
  readAssemblyIdentity(file);
}

describe('hostile bytes', () => {
  test('truncated anywhere', () => {
    for (let length = 0; length < LIBRARY.length; length += 7) readAll(LIBRARY.subarray(0, length));
  });

  test('changed bytes', () => {
    const changes = fc.array(fc.tuple(fc.nat({ max: LIBRARY.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = Buffer.from(LIBRARY);
        for (const [at, value] of list) bytes[at] = value;
        readAll(bytes);
      }),
      { numRuns: 500 },
    );
  });

  test('headers that lie about a megabyte are answered at once', () => {
    const bytes = Buffer.alloc(1 << 20, 0xff);
    LIBRARY.copy(bytes, 0, 0, 0x400);
    const spent = startCpuTime();
    readAll(bytes);
    assert.ok(spent() < LITTLE);
  });

  for (const [what, bytes] of [
    ['an empty file', Buffer.alloc(0)],
    ['a program for MS-DOS', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)])],
    ['an object file', LIBRARY.subarray(LIBRARY.readUInt32LE(0x3c) + 4)],
  ] as const) {
    test(`${what} is none`, () => assert.equal(parsePe(bytes), null));
  }
});
