/**
 * The baseline: Node inflating every layer of an OCI layout to nothing, with its own streams and defaults.
 *
 *   node bench/inflate-layers.ts LAYOUT [PARALLEL]     PARALLEL layers at a time, default 1
 */
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

interface Descriptor {
  readonly digest: string;
}

const [layout, parallel = '1'] = process.argv.slice(2);
if (layout === undefined) throw new Error('usage: inflate-layers.ts LAYOUT [PARALLEL]');

const blob = (digest: string) => join(layout, 'blobs', digest.replace(':', '/'));
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, Descriptor[]>;

const [manifest] = read(join(layout, 'index.json'))['manifests'] ?? [];
if (manifest === undefined) throw new Error(`no manifest in ${layout}`);
const layers = [...(read(blob(manifest.digest))['layers'] ?? [])];

async function inflateNext(): Promise<void> {
  for (let layer = layers.shift(); layer !== undefined; layer = layers.shift()) {
    const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
    await pipeline(createReadStream(blob(layer.digest)), createGunzip(), nothing);
  }
}

await Promise.all(Array.from({ length: Number(parallel) }, inflateNext));
