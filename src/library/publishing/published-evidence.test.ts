/** What `hallmark verify` makes of everything that the publisher, and before it builder and verifier, attach. */
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { admit, NOW, planned } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import { verify } from '../../assess/library-verify.ts';
import { digestOf } from '../../model/digest.ts';
import type { TrustReport } from '../../model/trust-report.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import { PACKAGES_TYPE, predicateNameOf } from '../../trust/statements/predicate-types.ts';
import { formatTrustReport } from '../../report/trust.ts';
import { createStyle } from '../../report/style.ts';
import { TEST_RESULT_TYPE } from '../admission/test-results.ts';
import { attachBuildLog } from '../logs/build-log-artifact.ts';
import { publish } from './publish.ts';

const LOG = Buffer.from('Step 1/2 : FROM scratch\n');

/** An image that is published with all that can come with it, and one of its tags retired. */
async function publishedImage(t: TestContext) {
  const { registry, scene, state, publisher } = await publishingSetting(t, { attestationsInIndex: true });
  const image = await admit(scene, { architecture: 'amd64', id: 'a', log: digestOf(LOG) });
  const quarantine = openRegistryWriter(`${scene.settings.registry.quarantine}/amd64`, scene.connection);
  t.after(() => quarantine.close());
  await attachBuildLog(quarantine, image.digest, LOG);
  const ready = [planned('app', ['1', 'old'], [image])];
  const { entries, problems } = await publish(scene.settings, state, { ready, retired: [] }, publisher);
  assert.deepEqual(problems, []);
  const digest = entries[0]?.event.digest;
  assert.ok(digest !== undefined);
  const retired = [{ repository: 'app', tags: ['old'], digest, successor: '1' }];
  assert.deepEqual((await publish(scene.settings, state, { ready: [], retired }, publisher)).problems, []);
  const key = join(temporaryDirectory(t), 'publisher.pub');
  writeFileSync(key, createPublicKey(scene.publisherPem).export({ type: 'spki', format: 'pem' }));
  const verified = (name: string) => verify(name, { keys: [key], environment: {}, now: NOW });
  return {
    published: () => verified(`${registry.host}/library/app:1`),
    examined: () => verified(`${registry.host}/quarantine/amd64@${image.digest}`),
  };
}

/** Each piece of evidence: what came of it, how it is written, and what it says. */
function told({ evidence, endorsements }: TrustReport): readonly string[] {
  return evidence
    .map(({ result, format, digest }) => {
      const of = endorsements.find((one) => one.evidence === digest);
      const says = of?.meaning === 'attestation' ? predicateNameOf(of.statement?.predicateType ?? '') : '';
      return `${result} ${format} ${of?.meaning ?? ''} ${says}`.trim();
    })
    .sort();
}

test('everything that is attached to a published image is told by its name, and nothing is amiss', async (t) => {
  const { published } = await publishedImage(t);
  const report = await published();
  assert.deepEqual([report.verdict, report.gaps], ['trusted', []]);
  assert.deepEqual(told(report), [
    'holds sigstore-bundle attestation cyclonedx',
    'holds sigstore-bundle attestation slsa-provenance',
    'holds sigstore-bundle attestation spdx',
    'holds sigstore-bundle attestation tag-state',
    'holds sigstore-bundle attestation vsa',
    'holds sigstore-bundle signature',
    'holds sigstore-bundle signature',
    'holds statement attestation slsa-provenance',
    'holds statement attestation spdx',
    'unsigned build-log',
  ]);
  const text = formatTrustReport(report, createStyle({ colour: false, width: 200 }));
  assert.match(text, /^ *unsigned +build-log +sha256:/m);
  assert.match(text, /^ *holds +sigstore-bundle +cyclonedx +sha256:/m);
  assert.match(text, /^ *holds +sigstore-bundle +signature +sha256:/m);
  assert.match(text, /it is the log of a build/);
});

test('what the verifier may attest to besides has a name too', () => {
  assert.deepEqual([PACKAGES_TYPE, TEST_RESULT_TYPE].map(predicateNameOf), ['packages', 'test-result']);
});

test('so is everything in quarantine, although the publisher has signed nothing of it', async (t) => {
  const { examined } = await publishedImage(t);
  assert.deepEqual(told(await examined()), [
    'undecided sigstore-bundle',
    'unsigned build-log',
    'unsigned predicate',
    'unsigned predicate',
    'unsigned predicate',
    'unsigned predicate',
  ]);
});
