import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../../../test/images/image-builder.ts';
import { publication, publishedImage, retirement, smallLedger } from '../../../test/library/small-ledger.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { addImage } from '../../../test/registry/memory-repository.ts';
import { impatience } from '../../../test/registry/opening.ts';
import { digestOf } from '../../model/digest.ts';
import { tagStates } from '../ledger/tag-states.ts';
import { lookUpSizes, recallSize } from './image-sizes.ts';

test('sizes are asked for once, of what supported tags mean', async () => {
  await using registry = await startMemoryRegistry();
  const layer = buildLayer([{ path: 'etc/motd', content: 'hello' }]);
  const image = buildImage({ layers: [layer] });
  addImage(registry.repository('ours/redis'), image);
  const gone = publishedImage('arm64v8', { digest: digestOf('gone') });
  const images = [gone, publishedImage('amd64', { digest: image.digest })];
  const tags = tagStates(
    smallLedger(
      publication('redis', ['8'], { images }),
      publication('node', ['24']),
      retirement('node', ['24']),
    ),
  );
  const memory = new Map<string, string>();
  const state = {
    recall: (name: string) => memory.get(name) ?? null,
    remember: (name: string, value: string) => void memory.set(name, value),
  };
  const settings = {
    registry: { quarantine: 'x/y', public: `${registry.host}/ours`, plainHttp: true, mirrors: {} },
  };
  const connection = { environment: {}, policy: impatience() };
  assert.equal(recallSize(state, image.digest), null);
  await lookUpSizes(tags, state, settings, connection);

  const config = [...image.blobs.values()].find(({ mediaType }) => mediaType.includes('config'));
  assert.ok(config !== undefined);
  assert.equal(recallSize(state, image.digest), layer.bytes.length + config.bytes.length);
  assert.equal(recallSize(state, gone.digest), null);

  registry.requests.length = 0;
  await lookUpSizes(tags, state, settings, connection);
  const asked = registry.requests.filter(({ url }) => url.includes('/manifests/')).map(({ url }) => url);
  assert.deepEqual(asked, [`/v2/ours/redis/manifests/${gone.digest}`]);
});
