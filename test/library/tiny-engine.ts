/**
 * The builder of tiny programmes: `describe` and `build` as docs/engines.md has them. It executes nothing; an image is its last parent
 * and one layer with the Dockerfile. What stands behind `RUN` says what it does wrong. With `another` as its first argument it is one
 * that does things in its own way, and with `broken` one that cannot build.
 */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { buildImage, buildLayer, type BuiltLayer, sha256 } from '../images/image-builder.ts';
import { writeOciLayout } from '../images/layouts.ts';

interface Order {
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly context: string;
  readonly file: string;
  readonly parents: readonly { readonly from: string; readonly digest: string; readonly layout: string }[];
  readonly output: string;
}

const FLOOD_BYTES = 40 * 1024 * 1024;

function build(order: Order): void {
  const dockerfile = readFileSync(join(order.context, order.file), 'utf8');
  process.stderr.write(`building for ${order.platform.os}/${order.platform.architecture}\n`);
  const vice = /^RUN (.+)$/m.exec(dockerfile)?.[1] ?? 'none';
  // whoever was killed has had this folder taken away: nothing is made beside it
  mkdirSync(order.output);
  if (vice === 'nothing') return;
  if (vice === 'fail' || process.argv.includes('broken')) process.exit(7);
  if (vice === 'flood') process.stderr.write(`${'all work and no play '.repeat(FLOOD_BYTES / 21)}\n`);
  const file = { path: `opt/${sha256(Buffer.from(dockerfile))}`, content: dockerfile };
  const isAnother = process.argv.includes('another');
  const own = buildLayer(isAnother ? [{ ...file, modified: 1 }, { path: 'var/log/dpkg.log' }] : [file]);
  const image = buildImage({
    layers: [...layersBelow(order, dockerfile), own],
    platform: vice === 'wrong-platform' ? { os: 'linux', architecture: 's390x' } : order.platform,
  });
  writeOciLayout(order.output, [{ root: image }]);
  const blobs = join(order.output, 'blobs/sha256');
  if (vice === 'wrong-digest') {
    for (const name of readdirSync(blobs)) appendFileSync(join(blobs, name), ' ');
  }
  if (vice === 'more') writeFileSync(join(order.output, 'more'), 'than was asked for');
  // for as long as anybody waits for it
  if (vice === 'hang') setInterval(() => {}, 1_000);
}

/** Of the image of the last stage. */
function layersBelow({ parents }: Order, dockerfile: string): readonly BuiltLayer[] {
  const from = [...dockerfile.matchAll(/^FROM (\S+)/gm)].at(-1)?.[1];
  const parent = parents.find((one) => one.from === from);
  if (parent === undefined) return [];
  const blob = (digest: string) => readFileSync(join(parent.layout, 'blobs', digest.replace(':', '/')));
  const { layers } = JSON.parse(blob(parent.digest).toString()) as {
    readonly layers: readonly Pick<BuiltLayer, 'mediaType' | 'digest'>[];
  };
  return layers.map(({ mediaType, digest }) => {
    const bytes = blob(digest);
    const tar = gunzipSync(bytes);
    return { mediaType, digest, bytes, tar, diffId: sha256(tar) };
  });
}

if (process.argv.includes('describe')) process.stdout.write('{"version":"1"}');
else build(JSON.parse(await text(process.stdin)) as Order);
