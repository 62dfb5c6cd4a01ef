/** Logs on their way from quarantine to the public. */
import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { admit, planned } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import type { Intercept } from '../../../test/registry/fake-registry.ts';
import { referrersOf } from '../../../test/registry/memory-repository.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import { attachBuildLog, BUILD_LOG_ARTIFACT, findBuildLog } from '../logs/build-log-artifact.ts';
import { publish } from './publish.ts';

const LOG = Buffer.from('Step 1/2 : FROM scratch\n');

interface Given {
  /** What the signed provenance names. */
  readonly named?: Digest;
  /** What the builder attached. */
  readonly attached?: readonly Buffer[];
  readonly intercept?: Intercept;
}

/** Publishes an image. @returns the logs that are public then, and what was said */
async function published(t: TestContext, { named, attached = [], intercept }: Given) {
  const { registry, scene, publisher, state } = await publishingSetting(
    t,
    intercept === undefined ? {} : { intercept },
  );
  const image = await admit(scene, {
    architecture: 'amd64',
    id: 'a',
    ...(named === undefined ? {} : { log: named }),
  });
  const quarantine = openRegistryWriter(`${scene.settings.registry.quarantine}/amd64`, scene.connection);
  t.after(() => quarantine.close());
  for (const log of attached) await attachBuildLog(quarantine, image.digest, log);
  const publishing = (...tags: readonly string[]) =>
    publish(scene.settings, state, { ready: [planned('app', tags, [image])], retired: [] }, publisher);
  const { problems, withoutLog } = await publishing('1');
  assert.deepEqual(problems, []);
  const logs = () => referrersOf(registry.repository('library/app'), image.digest, BUILD_LOG_ARTIFACT);
  return { publisher, image, logs, withoutLog, publishing };
}

suite('logs of published images', () => {
  test('the one that the provenance names is public, once however often it is published', async (t) => {
    const { publisher, image, logs, withoutLog, publishing } = await published(t, {
      named: digestOf(LOG),
      attached: [Buffer.from('of another build of the same bytes'), LOG],
    });
    assert.deepEqual(withoutLog, []);
    assert.deepEqual((await publishing('2')).withoutLog, []);
    assert.equal(logs().length, 1);
    const found = await findBuildLog(publisher.repository('app'), image.digest, null);
    assert.equal(found.kind === 'found' && found.log.toString(), LOG.toString());
  });

  const left: readonly (readonly [what: string, given: Given, because: RegExp])[] = [
    [
      'a log of another digest',
      { named: digestOf(LOG), attached: [Buffer.from('forged')] },
      /is sha256:.*, expected sha256:/,
    ],
    ['no log at all', { named: digestOf(LOG) }, /has no log of sha256:/],
    [
      'a registry that does not take it',
      {
        named: digestOf(LOG),
        attached: [LOG],
        intercept: ({ method, url, body }, response) => {
          if (method !== 'PUT' || !url.startsWith('/v2/library/') || !body.includes('build-log'))
            return false;
          response.writeHead(403, { 'content-length': 0 }).end();
          return true;
        },
      },
      /^REGISTRY_/,
    ],
  ];
  for (const [what, given, because] of left) {
    test(`${what} is left out and said, and the image is published`, async (t) => {
      const { image, logs, withoutLog } = await published(t, given);
      assert.deepEqual(logs(), []);
      assert.deepEqual(
        withoutLog.map((one) => one.image),
        [`app@${image.digest}`],
      );
      assert.match(withoutLog[0]?.because ?? '', because);
    });
  }

  test('where no log is named there is nothing to be said, and none is published', async (t) => {
    const { logs, withoutLog } = await published(t, { attached: [LOG] });
    assert.deepEqual([logs(), withoutLog], [[], []]);
  });
});
