import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { fixture } from '../../test/inventory/layer-stack.ts';
import { elfArchitecture, type ElfFile, parseElf } from './elf.ts';
import { findElfNote } from './elf-notes.ts';
import { findElfSymbol } from './elf-symbols.ts';

const load = (path: string) => gunzipSync(fixture(path));

function elf(content: Uint8Array): ElfFile {
  const file = parseElf(content);
  assert.ok(file);
  return file;
}

const hex = (bytes: Uint8Array | null | undefined) => bytes && Buffer.from(bytes).toString('hex');

/** What `readelf -hSnW` prints. */
const FILES = [
  {
    path: 'elf/libsystemd.so.0.35.0.gz',
    facts: [true, true, 3, 'x86_64'],
    section: ['.note.package', 0x294, 0xa4],
    buildId: 'dc32499955f92c27055abb579d03dee81b0d9302',
  },
  {
    path: 'go/assay-linked-s390x.gz',
    facts: [true, false, 2, 's390x'],
    section: ['.go.buildinfo', 0x230000, 0x500],
    buildId: '8b461b0928b0120f1d5547975a8d10008a39af95',
  },
  {
    path: 'go/assay-tagged-mips.gz',
    facts: [false, false, 2, 'mips'],
    section: ['.go.buildinfo', 0x250000, 0x560],
    buildId: '7c63ebb9d39ad08bc8b88b1bd23d8bcb87566f34',
  },
  {
    path: 'go/esbuild-0.25.0-linux-ia32.gz',
    facts: [false, true, 2, 'i686'],
    section: ['.go.buildinfo', 0x893a000, 0x330],
    buildId: null,
  },
] as const;

for (const { path, facts, section, buildId } of FILES) {
  test(`${path}: header, sections, segments and notes`, () => {
    const file = elf(load(path));
    const architecture = elfArchitecture(file);
    assert.deepEqual([file.is64Bit, file.isLittleEndian, file.fileType, architecture], facts);
    const [name, address, sizeBytes] = section;
    const found = file.section(name);
    assert.deepEqual([found?.address, found?.content.length], [address, sizeBytes]);
    assert.equal(hex(file.at(address).subarray(0, sizeBytes)), hex(found?.content));
    assert.equal(hex(findElfNote(file, 'GNU', 3)) ?? null, buildId);
  });
}

describe('what is not there', () => {
  const file = elf(load('elf/libsystemd.so.0.35.0.gz'));

  test('memory that begins as zeros takes nothing of the file', () => {
    assert.equal(file.section('.bss')?.content.length, 0);
  });

  test('sections, addresses and notes', () => {
    assert.equal(file.section('.note.packag'), null);
    assert.equal(file.section('.note.package2'), null);
    assert.equal(file.at(0xffff_ffff).length, 0);
    assert.equal(findElfNote(file, 'GN', 3), null);
    assert.equal(findElfNote(file, 'GNU', 99), null);
    assert.equal(file.sectionAt(1000), null);
  });
});

test('symbols, as readelf prints them', () => {
  const file = elf(load('elf/libsystemd.so.0.35.0.gz'));
  assert.deepEqual(findElfSymbol(file, 'sd_notify'), { address: 0x6a750, sizeBytes: 17, section: 14 });
  assert.deepEqual(findElfSymbol(file, 'sd_bus_open'), { address: 0x3e540, sizeBytes: 7, section: 14 });
  assert.deepEqual(findElfSymbol(file, 'qsort'), { address: 0, sizeBytes: 0, section: 0 });
  assert.equal(findElfSymbol(file, 'sd_not'), null);
});

/** Everything that can be asked. */
function ask(bytes: Uint8Array): void {
  const file = parseElf(bytes);
  if (file === null) return;
  for (const { content: part } of file.sections()) assert.ok(part.length <= bytes.length);
  for (const { address, content: part } of file.segments()) {
    assert.ok(part.length <= bytes.length);
    file.at(address);
  }
  file.section('.modinfo');
  findElfNote(file, 'GNU', 3);
  findElfSymbol(file, 'sd_notify');
}

describe('hostile files', () => {
  const content = load('kernel/macvtap.ko.gz');
  const library = load('elf/libsystemd.so.0.35.0.gz').subarray(0, 40_000);

  test('cut anywhere', () => {
    for (let length = 0; length < content.length; length += 37) ask(content.subarray(0, length));
    for (let length = 0; length < 2000; length += 3) ask(library.subarray(0, length));
  });

  test('damaged anywhere', () => {
    const headers = fc.record({ at: fc.nat(content.length - 1), header: fc.nat(63), byte: fc.nat(255) });
    fc.assert(
      fc.property(headers, fc.constantFrom(content, library), ({ at, header, byte }, original) => {
        const bytes = Uint8Array.from(original);
        bytes[at] = byte;
        bytes[header] = byte;
        ask(bytes);
      }),
      { numRuns: 300 },
    );
  });

  test('a count of sections that lies costs nothing', () => {
    const bytes = Uint8Array.from(content);
    const view = new DataView(bytes.buffer);
    // the number is in section 0: 2^62
    view.setUint16(60, 0, true);
    const table = Number(view.getBigUint64(40, true));
    view.setBigUint64(table + 32, 2n ** 62n, true);
    const sections = [...elf(bytes).sections()].length;
    assert.ok(sections > 0 && sections <= bytes.length / 64);
  });

  test('a thousand segments with the same notes are not read a thousand times', () => {
    const size = 2_000_000;
    const bytes = new Uint8Array(size);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    const view = new DataView(bytes.buffer);
    const count = 30_000;
    view.setBigUint64(32, 64n, true);
    view.setUint16(54, 56, true);
    view.setUint16(56, count, true);
    for (let index = 0; index < count; index += 1) {
      view.setUint32(64 + index * 56, 4, true);
      view.setBigUint64(64 + index * 56 + 32, BigInt(size), true);
    }
    const spent = startCpuTime();
    assert.equal(findElfNote(elf(bytes), 'GNU', 3), null);
    assert.ok(spent() < LITTLE);
  });
});
