/**
 * A worker thread's program: images signed without keys by services in memory, in a registry on loopback and in a layout.
 * One has a bundle, one is an index that has one, one has thousands of referrers, and two have a bundle of 1 GiB: one whose
 * manifest says so, and one whose manifest says that it is small.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { BUNDLE, buildReferrer, buildSignature } from '../test/images/evidence-builder.ts';
import {
  buildImage,
  buildIndex,
  buildLayer,
  type BuiltImage,
  type BuiltRoot,
} from '../test/images/image-builder.ts';
import { writeOciLayout } from '../test/images/layouts.ts';
import { startMemoryRegistry } from '../test/registry/memory-registry.ts';
import { addImage } from '../test/registry/memory-repository.ts';
import { statementAbout } from '../test/trust/evidence.ts';
import { makeBundle, WORKFLOW } from '../test/trust/services/bundles.ts';
import { createSigstore } from '../test/trust/services/deployment.ts';

export interface SignedImagesData {
  /** Where to write `trusted_root.json`, `bundle.json` and the layout `layout`. */
  readonly folder: string;
  /** One counter each: requests, bytes of the bundle that does not end, milliseconds by which every answer is late. */
  readonly requests: Int32Array;
  readonly sentBytes: Int32Array;
  readonly delayMs: Int32Array;
}

/** References by digest. */
export type SignedImages = Readonly<
  Record<'one' | 'index' | 'crowded' | 'huge' | 'growing' | 'layout', string>
>;

const REFERRERS = 10_000;
const GIBIBYTE = 2 ** 30;

const { folder, requests, sentBytes, delayMs } = workerData as SignedImagesData;

const image = (content: string, architecture = 'amd64'): BuiltImage =>
  buildImage({
    layers: [buildLayer([{ path: 'a', content }])],
    platform: { os: 'linux', architecture },
  });

const sigstore = createSigstore({ now: () => new Date() });
writeFileSync(join(folder, 'trusted_root.json'), JSON.stringify(sigstore.trustedRoot()));

const bundleOf = ({ digest }: BuiltRoot) =>
  makeBundle(sigstore, {
    signer: { kind: 'certificate', identity: WORKFLOW },
    statement: statementAbout(digest),
    logs: [1],
  }).bundle;

const registry = await startMemoryRegistry({
  async intercept({ url }, response) {
    Atomics.add(requests, 0, 1);
    const delay = Atomics.load(delayMs, 0);
    if (delay > 0) await setTimeout(delay);
    if (!url.includes('/growing/blobs/')) return false;
    // whoever has enough closes the connection: that is no failure of the registry
    await pipeline(endlessBundle, response).catch(() => response.destroy());
    return true;
  },
});

function* endlessBundle(): Generator<Buffer> {
  const part = Buffer.alloc(64 * 1024, ' ');
  for (let sent = 0; sent < GIBIBYTE; sent += part.length) {
    Atomics.add(sentBytes, 0, part.length);
    yield part;
  }
}

const repository = (name: string) => registry.repository(`bench/${name}`);

function place(name: string, root: BuiltRoot, statedSize?: number): string {
  addImage(repository(name), root);
  const layer = { content: bundleOf(root), mediaType: BUNDLE };
  const layers = [statedSize === undefined ? layer : { ...layer, statedSize }];
  addImage(repository(name), buildReferrer(root, { layers }));
  return `${registry.host}/bench/${name}@${root.digest}`;
}

const layout = image('layout');
writeOciLayout(join(folder, 'layout'), [{ root: layout }]);
writeFileSync(join(folder, 'bundle.json'), JSON.stringify(bundleOf(layout)));

const crowded = image('crowded');
for (let number = 1; number < REFERRERS; number += 1) {
  addImage(repository('crowded'), buildSignature(crowded, number));
}

const placed: SignedImages = {
  one: place('one', image('one')),
  index: place('index', buildIndex([image('index'), image('index', 'arm64')])),
  crowded: place('crowded', crowded),
  huge: place('huge', image('huge'), GIBIBYTE),
  growing: place('growing', image('growing')),
  layout: `oci-dir:${join(folder, 'layout')}@${layout.digest}`,
};
parentPort?.postMessage(placed);
