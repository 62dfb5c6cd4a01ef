import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { MAGIC_BYTES, plainChunks } from './decompress.ts';

/** `printf 'Hallmark reads what vendors pack.\n'`, packed by bzip2 1.0.8 and by xz 5.4 with CRC64 and with SHA-256. */
const CONTENT = 'Hallmark reads what vendors pack.\n';
const BZIP2 = Buffer.from(
  'QlpoOTFBWSZTWYeSZCcAAANVgAAQQAEAQC5P3YAgADFMJpoDTEIjT1AyDTIbJ4zDLjm17PzwbByR3IRcUBfF3JFOFCQh5JkJwA==',
  'base64',
);
const XZ = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAhSGFsbG1hcmsgcmVhZHMgd2hhdCB2ZW5kb3JzIHBhY2suCgAAAHpTCDFuCVC3AAE6IrYqT9AftvN9AQAAAAAEWVo=',
  'base64',
);
const XZ_SHA256 = Buffer.from(
  '/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAhSGFsbG1hcmsgcmVhZHMgd2hhdCB2ZW5kb3JzIHBhY2suCgAAANT84sjKF3pIDUOCktJPSFCXvGVvm63uPAdhk9HNhJPqAAFSIhnLa30Ym0uaAQAAAAAKWVo=',
  'base64',
);
/** 300,000 times the letter a. */
const BZIP2_LONG = Buffer.from('QlpoOTFBWSZTWXn2sSkAAkwBgKAABAAACCAAMMwFKaYURsRRHi7kinChIPPtYlI=', 'base64');

async function unpack(t: TestContext, bytes: Uint8Array, mostBytes = 1 << 20): Promise<string> {
  const file = join(temporaryFolder(t), 'packed');
  writeFileSync(file, bytes);
  const handle = await open(file);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of plainChunks(handle, bytes.subarray(0, MAGIC_BYTES), mostBytes))
      chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  } finally {
    await handle.close();
  }
}

test('a compression is told by its first bytes', async (t) => {
  for (const bytes of [Buffer.from(CONTENT), gzipSync(CONTENT), zstdCompressSync(CONTENT), BZIP2, XZ]) {
    assert.equal(await unpack(t, bytes), CONTENT);
  }
});

test('bzip2: several streams in a row are one file', async (t) => {
  assert.equal(await unpack(t, Buffer.concat([BZIP2, BZIP2])), CONTENT.repeat(2));
});

test('bzip2: more than a file may hold is refused while it is unpacked', async (t) => {
  assert.equal((await unpack(t, BZIP2_LONG)).length, 300_000);
  await assert.rejects(unpack(t, BZIP2_LONG, 200_000), /more than 200000 bytes/);
  await assert.rejects(unpack(t, BZIP2, 20), /more than 20 bytes/);
});

test('what is cut off or damaged is never taken for a whole file', async (t) => {
  for (const [name, packed] of [
    ['bzip2', BZIP2],
    ['xz', XZ],
  ] as const) {
    for (let length = 8; length < packed.length; length++) {
      await assert.rejects(
        unpack(t, packed.subarray(0, length)),
        /cut off|damaged/,
        `${name}, ${length} bytes`,
      );
    }
    const damaged = Buffer.from(packed);
    const middle = Math.floor(damaged.length / 2);
    damaged[middle] = (damaged[middle] ?? 0) ^ 0x10;
    await assert.rejects(unpack(t, damaged), (error) => String(error).startsWith(`Error: ${name}: `), name);
  }
});

test('xz: several streams and checksums that are not read are said so', async (t) => {
  await assert.rejects(unpack(t, Buffer.concat([XZ, XZ])), /several streams/);
  await assert.rejects(unpack(t, XZ_SHA256), /checksum or filter/);
});
