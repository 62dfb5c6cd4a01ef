import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../../test/images/image-builder.ts';
import { writeOciLayout } from '../../test/images/layouts.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { recordedReport } from '../../test/trust/policy/recorded.ts';
import { digestOf } from '../model/digest.ts';
import { assessImages } from './assess.ts';

test('what was verified counts only for the bytes that were read', async (t) => {
  const image = buildImage({ layers: [buildLayer([{ path: 'a', content: 'a' }])] });
  const layout = join(temporaryDirectory(t), 'layout');
  writeOciLayout(layout, [{ root: image }]);
  for (const [digest, verdict, believed] of [
    [image.digest, 'trusted', 1],
    [digestOf('what the registry served the other time'), 'error', 0],
  ] as const) {
    const [{ trust }] = await assessImages(`oci-dir:${layout}`, {
      database: null,
      openCache: async () => null,
      environment: {},
      now: () => 0,
      verify: async () =>
        recordedReport({
          verdict: 'trusted',
          digest,
          images: [{ digest, platform: null }],
          believed: [digestOf('bundle')],
        }),
    });
    assert.equal(trust?.verdict, verdict, trust?.because);
    assert.equal(trust.believed.length, believed);
  }
});
