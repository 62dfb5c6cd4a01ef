/**
 * Makes an image of very many very small files, one layer, as an OCI layout: what costs there is the entry, not the byte.
 *
 *   npx node bench/make-small-files-image.ts FOLDER [FILES]     3,000,000 files unless told
 *
 * The files are of six kinds that catalogers look at or into (text, JSON, Python, shell scripts, ELF heads, nothing),
 * none of which is evidence of a package.
 */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const [folder, count = '3000000'] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: make-small-files-image.ts FOLDER [FILES]');
const files = Number(count);

const FILES_PER_DIRECTORY = 1000;
const BLOCK = 512;

const KINDS: readonly (readonly [suffix: string, mode: string, content: (n: number) => string])[] = [
  ['.txt', '0000644', (n) => `line ${n}\n`],
  ['.json', '0000644', (n) => `{"n":${n}}\n`],
  ['.py', '0000644', (n) => `value = ${n}\n`],
  ['', '0000755', (n) => `#!/bin/sh\nexit ${n % 256}\n`],
  ['.so', '0000755', (n) => `\x7fELF\x02\x01\x01${n}`],
  ['', '0000644', () => ''],
];

function header(path: string, mode: string, size: number, type: '0' | '5'): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0, 'latin1');
  block.write(`${mode}\0${'0000000\0'.repeat(2)}`, 100, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124, 'latin1');
  block.write(`        ${type}`, 148, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function* archive(): Generator<Buffer> {
  for (let at = 0; at < files; at += FILES_PER_DIRECTORY) {
    const directory = `srv/data/${Math.floor(at / 1e6)}/${at / FILES_PER_DIRECTORY}`;
    const parts = [header(`${directory}/`, '0000755', 0, '5')];
    for (let n = at; n < Math.min(at + FILES_PER_DIRECTORY, files); n += 1) {
      const [suffix, mode, text] = KINDS[n % KINDS.length] ?? ['', '0000644', () => ''];
      const content = Buffer.from(text(n), 'latin1');
      parts.push(header(`${directory}/f${n}${suffix}`, mode, content.length, '0'));
      if (content.length > 0) parts.push(content, Buffer.alloc(-content.length & (BLOCK - 1)));
    }
    yield Buffer.concat(parts);
  }
  yield Buffer.alloc(2 * BLOCK);
}

const blobs = join(folder, 'blobs', 'sha256');
mkdirSync(blobs, { recursive: true });

function writeBlob(content: string): { digest: string; size: number } {
  const hex = createHash('sha256').update(content).digest('hex');
  writeFileSync(join(blobs, hex), content);
  return { digest: `sha256:${hex}`, size: Buffer.byteLength(content) };
}

const diffId = createHash('sha256');
const temporary = join(folder, 'layer.tmp');
await pipeline(
  archive,
  async function* hashed(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      diffId.update(chunk);
      yield chunk;
    }
  },
  createGzip({ level: 6 }),
  createWriteStream(temporary),
);
const digest = createHash('sha256');
for await (const chunk of createReadStream(temporary)) digest.update(chunk as Buffer);
const layer = digest.digest('hex');
renameSync(temporary, join(blobs, layer));

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const configuration = writeBlob(
  JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [`sha256:${diffId.digest('hex')}`] },
  }),
);
const manifest = writeBlob(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...configuration },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: `sha256:${layer}`,
        size: statSync(join(blobs, layer)).size,
      },
    ],
  }),
);
rmSync(temporary, { force: true });
writeFileSync(
  join(folder, 'index.json'),
  JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: MANIFEST, ...manifest }] }),
);
writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
