/** Deploying to a registry in memory, and to one that is in real use. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { buildImage, buildIndex, buildLayer, type BuiltBlob } from '../../../test/images/image-builder.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { impatience } from '../../../test/registry/opening.ts';
import { isRealRegistryInstalled, push, startRealRegistry } from '../../../test/registry/real-registry.ts';
import { digestOf } from '../../model/digest.ts';
import { deploy, type DeployOutcome } from './deploy.ts';
import { formatDeployInput } from './deploy-input.ts';
import { formatDeployReference } from './deploy-reference.ts';
import { openDeployStores } from './deploy-stores.ts';
import { readDeployStream } from './read-deploy-stream.ts';

const layers = [buildLayer([{ path: 'hello', content: 'hello\n' }])];
const IMAGE = buildImage({ layers });
const INDEX = buildIndex([IMAGE, buildImage({ layers, platform: { os: 'linux', architecture: 'arm64' } })]);

interface RunOptions {
  readonly isDryRun?: boolean;
  readonly atATime?: number;
}

async function run(objects: readonly object[], options: RunOptions = {}): Promise<DeployOutcome[]> {
  const stores = openDeployStores({ environment: {}, policy: impatience() });
  async function* text(): AsyncGenerator<string, void> {
    for (const object of objects) yield JSON.stringify(object);
  }
  try {
    const how = { isDryRun: false, atATime: 1, ...options };
    return await Array.fromAsync(deploy(readDeployStream(text()), stores, how));
  } finally {
    await stores.close();
  }
}

const inWords = (outcomes: readonly DeployOutcome[]): string[] =>
  outcomes.map(({ kind, place, error }) => {
    const [, name = ''] = /\/(.*?)(?:@|$)/.exec(formatDeployReference(place)) ?? [];
    return `${kind} ${name}${error === null ? '' : ` ${error.code}`}`;
  });

const encoded = ({ bytes }: BuiltBlob): string => bytes.toString('base64');

/** Blobs first, then what names them. */
function wholeImage(host: string): object[] {
  const blobs = [IMAGE.configuration, ...layers];
  return [
    ...blobs.map((blob) => ({ type: 'blob', refs: [`${host}/true@${blob.digest}`], data: encoded(blob) })),
    {
      type: 'manifest',
      refs: [`${host}/true:oci@${IMAGE.digest}`, `${host}/true:latest`],
      data: encoded(IMAGE),
    },
  ];
}

const KINDS = [
  { kind: 'memory', missing: false, start: () => startMemoryRegistry() },
  {
    kind: 'docker-registry',
    missing: isRealRegistryInstalled() ? false : 'docker-registry is not installed',
    start: () => startRealRegistry(),
  },
] as const;

for (const { kind, missing, start } of KINDS) {
  suite(`deploying; ${kind}`, { skip: missing }, () => {
    for (const atATime of [1, 8]) {
      test(`pushed, copied, mounted, and the second time nothing; ${atATime} at a time`, async () => {
        await using registry = await start();
        await using other = await start();
        const { host } = registry;
        const named = { schemaVersion: 2, mediaType: INDEX.mediaType, manifests: [descriptor(IMAGE)] };
        const objects = [
          ...wholeImage(host),
          // an index over what was pushed just now, which is copied on with it
          { type: 'manifest', refs: [`${host}/foo/index:1`], lookup: { '': `${host}/true` }, data: named },
          // copied within the registry, and to another one
          { type: 'manifest', refs: [`${host}/copy:1`], lookup: { '': `${host}/true:oci` } },
          { type: 'manifest', refs: [`${other.host}/far:1`], lookup: { [IMAGE.digest]: `${host}/true` } },
          {
            type: 'blob',
            refs: [`${other.host}/blob`],
            lookup: { [IMAGE.configuration.digest]: `${host}/true` },
          },
        ];
        const blind = inWords(await run(objects.slice(0, 3), { isDryRun: true }));
        assert.deepEqual(blind, ['missing true', 'missing true', 'missing true:oci', 'missing true:latest']);
        const expected = [
          'true',
          'true',
          'true:oci',
          'true:latest',
          'foo/index:1',
          'copy:1',
          'far:1',
          'blob',
        ];
        assert.deepEqual(
          inWords(await run(objects, { atATime })),
          expected.map((name) => `deployed ${name}`),
        );
        const again = await run(objects, { atATime, isDryRun: true });
        assert.deepEqual(
          inWords(again),
          expected.map((name) => `unchanged ${name}`),
        );
        const bytes = Buffer.from(`${JSON.stringify(named, null, '\t')}\n`);
        assert.equal(again[4]?.place.digest, digestOf(bytes));
        assert.deepEqual(
          // what a dry run says can be deployed
          inWords(
            await run(
              again.map(({ input }) => formatDeployInput(input)),
              { atATime, isDryRun: true },
            ),
          ),
          expected.map((name) => `unchanged ${name}`),
        );
      });
    }

    test('an index is copied with everything below it', async () => {
      await using registry = await start();
      const { host } = registry;
      await push(host, 'from', '1', INDEX);
      const outcomes = await run([
        {
          type: 'manifest',
          refs: [`${host}/to:1`, `${host}/to:2`],
          lookup: { [INDEX.digest]: `${host}/from` },
        },
        { type: 'manifest', refs: [`${host}/alone@${IMAGE.digest}`], lookup: { '': `${host}/to` } },
      ]);
      assert.deepEqual(inWords(outcomes), ['deployed to:1', 'deployed to:2', 'deployed alone']);
    });

    test('what is missing fails by itself, and the rest goes on', async () => {
      await using registry = await start();
      const { host } = registry;
      const lost = {
        type: 'manifest',
        refs: [`${host}/lost:1`],
        data: JSON.parse(String(IMAGE.bytes)) as object,
      };
      const nowhere = { type: 'manifest', refs: [`${host}/nowhere:1`], lookup: { '': `${host}/none:1` } };
      const outcomes = await run([lost, nowhere, ...wholeImage(host)], { atATime: 4 });
      assert.deepEqual(inWords(outcomes), [
        'failed lost:1 BLOB_UNKNOWN',
        'failed nowhere:1 MANIFEST_UNKNOWN',
        'deployed true',
        'deployed true',
        'deployed true:oci',
        'deployed true:latest',
      ]);
    });
  });
}

function descriptor({ mediaType, digest, bytes }: BuiltBlob): object {
  return { mediaType, digest, size: bytes.length };
}
