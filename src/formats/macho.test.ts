import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { fixture } from '../../test/inventory/layer-stack.ts';
import { parseExecutable } from './executable.ts';
import { parseMacho } from './macho.ts';

const load = (name: string) => gunzipSync(fixture(`go/${name}.gz`));

/** As Go's debug/macho reads the originals. */
const FILES = [
  {
    name: 'esbuild-0.25.0-darwin-arm64',
    sections: 14,
    buildInfo: [0x1008c0000, 816],
    segments: [
      [0x0, false],
      [0x100000000, false],
      [0x100578000, true],
      [0x1008c0000, true],
      [0x100948000, false],
    ],
  },
  {
    name: 'esbuild-0.14.10-darwin-x64',
    sections: 13,
    buildInfo: [0x171d000, 32],
    segments: [
      [0x0, false],
      [0x1000000, false],
      [0x171d000, true],
      [0x17b8000, false],
    ],
  },
] as const;

for (const { name, sections, buildInfo, segments } of FILES) {
  test(`${name}: sections and segments`, () => {
    const content = load(name);
    const file = parseMacho(content);
    assert.equal(file?.isLittleEndian, true);
    assert.equal(file.sections.length, sections);
    assert.deepEqual(
      file.segments.map(({ address, isData }) => [address, isData]),
      segments,
    );
    const program = parseExecutable(content);
    const section = program?.section('__go_buildinfo');
    const [address, sizeBytes] = buildInfo;
    assert.deepEqual([section?.address, section?.content.length], [address, sizeBytes]);
    assert.deepEqual(program?.at(address).subarray(0, sizeBytes), section?.content);
    assert.equal(program?.at(0xffff_ffff_ffff).length, 0);
  });
}

test('what is none', () => {
  for (const text of ['', 'feedface', 'cafebabe00000034000a', 'cffaedfe', '7f454c46']) {
    assert.equal(parseMacho(Buffer.from(text, 'hex')), null);
  }
});

test('damaged anywhere, or cut', () => {
  const content = load('esbuild-0.14.10-darwin-x64').subarray(0, 8192);
  for (let length = 0; length < 3000; length += 5) parseMacho(content.subarray(0, length));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 4 }), (damages) => {
      const bytes = Uint8Array.from(content);
      for (const [at, byte] of damages) bytes[at] = byte;
      const file = parseMacho(bytes);
      for (const part of [...(file?.sections ?? []), ...(file?.segments ?? [])]) {
        assert.ok(part.content.length <= bytes.length);
      }
    }),
    { numRuns: 300 },
  );
});

test('commands without length, and sections without end, are bounded', () => {
  const bytes = Buffer.alloc(200_000);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(0xffffffff, 16);
  for (let at = 32; at + 72 < bytes.length; at += 72) {
    bytes.writeUInt32LE(0x19, at);
    bytes.writeUInt32LE(72, at + 4);
    bytes.writeUInt32LE(0xffffffff, at + 64);
  }
  const spent = startCpuTime();
  assert.equal(parseMacho(bytes), null);
  assert.ok(spent() < LITTLE);
});
