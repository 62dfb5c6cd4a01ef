/** Images from outside that are pinned, and what the state says that they are. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { buildIndex } from '../../../test/images/image-builder.ts';
import { BASE, REDIS, verifyingScene } from '../../../test/library/verifying.ts';
import { addImage } from '../../../test/registry/memory-repository.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import { OciError } from '../../oci/errors.ts';
import { checkPins } from './pinned-parents.ts';

const INDEX = buildIndex([BASE]);
const OTHER = buildIndex([REDIS]);
const ABSENT = digestOf('nothing');

suite('an image from outside that is pinned', () => {
  const table: readonly (readonly [string, Digest | null, RegExp, boolean])[] = [
    ['by nobody', null, /^nothing is pinned$/, false],
    ['to itself, for which nobody is asked', BASE.digest, /:12: as pinned$/, false],
    ['to an index that has it', INDEX.digest, /:12: as pinned$/, true],
    [
      'to an index that has another one',
      OTHER.digest,
      /:12 is pinned to sha256:\w+, which is sha256:\w+ for amd64, and it is built on sha256:\w+$/,
      true,
    ],
    ['to what is not there', ABSENT, /which is not there for amd64/, true],
  ];
  for (const [name, pin, because, isAsked] of table) {
    test(name, async (t) => {
      const { registry, quarantine, connection, parent } = await verifyingScene(t);
      for (const index of [INDEX, OTHER]) addImage(registry.repository('library/debian'), index, 'index');
      const from = `${registry.host}/library/debian:12`;
      const { build } = quarantine(REDIS);
      const before = registry.requests.length;
      const pins = new Map(pin === null ? [] : [[from, pin]]);
      const facts = { build: { ...build, parents: [{ ...parent, from }] }, pins };
      const check = await checkPins(facts, connection);
      assert.match(check.because, because);
      assert.equal(check.result, [OTHER.digest, ABSENT].includes(pin ?? BASE.digest) ? 'failed' : 'passed');
      assert.equal(registry.requests.length > before, isAsked);
    });
  }

  test('in a registry that does not answer: nothing is decided', async (t) => {
    const rules = { isDown: false };
    const { registry, quarantine, connection, parent } = await verifyingScene(t, {
      intercept(_, response) {
        if (rules.isDown) response.writeHead(403).end();
        return rules.isDown;
      },
    });
    const from = `${registry.host}/library/debian:12`;
    const { build } = quarantine(REDIS);
    rules.isDown = true;
    const facts = {
      build: { ...build, parents: [{ ...parent, from }] },
      pins: new Map([[from, INDEX.digest]]),
    };
    await assert.rejects(checkPins(facts, connection), OciError);
  });
});
