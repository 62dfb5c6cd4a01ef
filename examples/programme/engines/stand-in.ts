/**
 * A stand-in for a builder of another platform, where neither such a machine nor an emulator is at hand: it executes nothing. The image
 * is its last parent and one layer with the Dockerfile that should have been built, and says so. `describe` and `build` as
 * docs/engines.md has them.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { run } from '../prepare/programs.ts';

interface Order {
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly context: string;
  readonly file: string;
  readonly parents: readonly { readonly from: string; readonly digest: string; readonly layout: string }[];
  readonly epoch: number;
  readonly output: string;
  readonly scratch: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

interface Configuration {
  readonly config?: object;
  readonly rootfs: { readonly diff_ids: readonly string[] };
  readonly history?: readonly object[];
}

const OCI = 'application/vnd.oci.image';

function build(order: Order): void {
  const blobs = join(order.output, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const put = (bytes: Uint8Array, mediaType: string): Descriptor => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const below = lastParent(order);
  for (const { digest } of below.manifest.layers) copyFileSync(blobOf(below.layout, digest), blobOf(order.output, digest));
  const layer = makeLayer(order);
  const created = new Date(order.epoch * 1000).toISOString();
  const configuration = {
    ...order.platform,
    created,
    config: below.configuration.config ?? {},
    rootfs: {
      type: 'layers',
      diff_ids: [...below.configuration.rootfs.diff_ids, `sha256:${createHash('sha256').update(layer).digest('hex')}`],
    },
    history: [...(below.configuration.history ?? []), { created, created_by: 'stand-in: nothing was executed' }],
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: put(Buffer.from(JSON.stringify(configuration)), `${OCI}.config.v1+json`),
    layers: [...below.manifest.layers, put(gzipSync(layer), `${OCI}.layer.v1.tar+gzip`)],
  };
  const entry = { ...put(Buffer.from(JSON.stringify(manifest)), manifest.mediaType), platform: order.platform };
  writeFileSync(join(order.output, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(order.output, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests: [entry] }),
  );
  process.stderr.write(`stand-in for ${order.platform.architecture}: ${order.file} was not executed\n`);
}

/** The image of the last stage; of `FROM scratch` nothing. */
function lastParent({ context, file, parents }: Order) {
  const last = readFileSync(join(context, file), 'utf8').match(/^FROM\s+(\S+)/gim)?.at(-1)?.split(/\s+/)[1];
  const parent = parents.find(({ from }) => from === last);
  if (parent === undefined) {
    return { layout: '', manifest: { layers: [] }, configuration: { rootfs: { diff_ids: [] } } as Configuration };
  }
  const { layout, digest } = parent;
  const manifest = readJson(layout, digest) as Manifest;
  return { layout, manifest, configuration: readJson(layout, manifest.config.digest) as Configuration };
}

/** A tar of `etc/example-stand-in/Dockerfile`, the same for the same input. */
function makeLayer({ context, file, epoch, scratch }: Order): Buffer {
  const folder = join(scratch, 'stand-in');
  const files = join(folder, 'etc/example-stand-in');
  mkdirSync(files, { recursive: true });
  copyFileSync(join(context, file), join(files, 'Dockerfile'));
  const tar = join(scratch, 'stand-in.tar');
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name', `--mtime=@${epoch}`];
  run('tar', ['--create', '--format=gnu', '--file', tar, ...owner, '--directory', folder, 'etc']);
  const bytes = readFileSync(tar);
  rmSync(folder, { recursive: true });
  return bytes;
}

const blobOf = (layout: string, digest: string) => join(layout, 'blobs', digest.replace(':', '/'));

function readJson(layout: string, digest: string): unknown {
  return JSON.parse(readFileSync(blobOf(layout, digest), 'utf8'));
}

if (process.argv.includes('describe')) {
  process.stdout.write(JSON.stringify({ version: '1', parts: { executes: 'nothing' } }));
} else {
  build(JSON.parse(await text(process.stdin)) as Order);
}
