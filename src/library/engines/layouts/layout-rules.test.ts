import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { buildBlob, descriptorOf } from '../../../../test/images/image-builder.ts';
import { descriptorProblems, indexProblems, manifestProblems, versionProblems } from './layout-rules.ts';

const ANNOUNCED = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  artifactType: null,
  isAttestation: false,
};

/** Any JSON, and JSON that comes near to what is expected. */
const documents = fc.oneof(
  fc.jsonValue(),
  fc.record({
    schemaVersion: fc.oneof(fc.constant(2), fc.jsonValue()),
    mediaType: fc.oneof(fc.constant(ANNOUNCED.mediaType), fc.jsonValue()),
    manifests: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
    layers: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
    config: fc.jsonValue(),
    annotations: fc.jsonValue(),
  }),
);

test('no document is too strange to be judged', () => {
  fc.assert(
    fc.property(documents, fc.boolean(), (document, is) => {
      const found = [
        ...versionProblems(document),
        ...descriptorProblems(document, 'it'),
        ...indexProblems(document, 'it', is),
        ...manifestProblems(document, 'it', { ...ANNOUNCED, isAttestation: is }),
      ];
      assert.ok(found.length > 0);
      for (const { because } of found) assert.ok(because.length < 1000);
    }),
  );
});

test('content in a descriptor is taken exactly where it is what the digest says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (bytes, other) => {
      const data = Buffer.from(other).toString('base64');
      const descriptor = descriptorOf(buildBlob(bytes, 'a/b'), { data });
      const isSame = Buffer.from(bytes).equals(Buffer.from(other));
      assert.equal(descriptorProblems(descriptor, 'it').length === 0, isSame);
    }),
  );
  const same = buildBlob(Buffer.from('same'), 'a/b');
  assert.deepEqual(descriptorProblems(descriptorOf(same, { data: 'c2FtZQ==' }), 'it'), []);
});
