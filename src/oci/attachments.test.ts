import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  buildAttachment,
  buildBlob,
  buildImage,
  buildIndex,
  buildLayer,
  type BuiltAttachment,
} from '../../test/images/image-builder.ts';
import { writeOciLayout } from '../../test/images/layouts.ts';
import { onlyImage } from '../../test/images/opened.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { type Intercept, sendError, startFakeRegistry } from '../../test/registry/fake-registry.ts';
import type { Attachment } from './image.ts';
import { openImage } from './open-image.ts';

const image = buildImage({ layers: [buildLayer([{ path: 'a', content: 'x' }])] });
const other = buildImage({
  layers: [buildLayer([{ path: 'a', content: 'y' }])],
  platform: { os: 'linux', architecture: 'arm64' },
});

const SPDX = 'https://spdx.dev/Document';
const statement = { _type: 'https://in-toto.io/Statement/v0.1', predicateType: SPDX };
const IN_TOTO = 'application/vnd.in-toto+json';

const attested = buildIndex([image, other], {
  attached: [
    buildAttachment(image, { content: statement, mediaType: IN_TOTO, predicateType: SPDX }),
    buildAttachment(other, { content: { other: true }, mediaType: IN_TOTO, predicateType: SPDX }),
  ],
});
const artifact = (number: number) =>
  buildAttachment(image, {
    content: { bomFormat: 'CycloneDX', serialNumber: `urn:uuid:${number}` },
    mediaType: 'application/vnd.cyclonedx+json',
    artifactType: 'application/vnd.cyclonedx+json',
  });

const platform = { os: 'linux', architecture: 'amd64' } as const;

async function attachmentsOf(reference: string, source: Attachment['source']) {
  const opened = await openImage(reference, { environment: {}, platform });
  try {
    const found = await onlyImage(opened).attachments(source);
    return await Promise.all(
      found.map(async (attachment) => ({
        artifactType: attachment.artifactType,
        mediaType: attachment.mediaType,
        predicateType: attachment.predicateType,
        content: JSON.parse(Buffer.from(await attachment.read()).toString()) as unknown,
      })),
    );
  } finally {
    await opened.close();
  }
}

const FROM_INDEX = {
  artifactType: 'application/vnd.oci.empty.v1+json',
  mediaType: IN_TOTO,
  predicateType: SPDX,
  content: statement,
};
const fromReferrer = (number: number) => ({
  artifactType: 'application/vnd.cyclonedx+json',
  mediaType: 'application/vnd.cyclonedx+json',
  predicateType: null,
  content: { bomFormat: 'CycloneDX', serialNumber: `urn:uuid:${number}` },
});

describe('in a layout', () => {
  test('attestations of the index, each about its own image', async (t) => {
    const directory = temporaryDirectory(t);
    writeOciLayout(directory, [{ root: attested }]);
    assert.deepEqual(await attachmentsOf(`oci-dir:${directory}`, 'index'), [FROM_INDEX]);
    assert.deepEqual(await attachmentsOf(`oci-dir:${directory}`, 'referrers'), []);
  });

  test('artifacts whose subject is the image', async (t) => {
    const directory = temporaryDirectory(t);
    writeOciLayout(directory, [{ root: image, name: 'app' }, { root: artifact(1) }, { root: other }]);
    assert.deepEqual(await attachmentsOf(`oci-dir:${directory}:app`, 'referrers'), [fromReferrer(1)]);
    assert.deepEqual(await attachmentsOf(`oci-dir:${directory}:app`, 'index'), []);
  });
});

/** Serves lists of referrers, a page for each list. */
function withReferrers(pages: readonly (readonly BuiltAttachment[])[]): Intercept {
  return ({ url }, response) => {
    const match = /\/referrers\/[^?]+(?:\?page=(\d+))?/.exec(url);
    if (match === null) return false;
    const page = Number(match[1] ?? 0);
    const list = buildBlob(
      {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: (pages[page] ?? []).map(({ entry }) => entry),
      },
      'application/vnd.oci.image.index.v1+json',
    );
    response.writeHead(200, {
      'content-type': list.mediaType,
      ...(page + 1 < pages.length
        ? { link: `</v2/library/app/referrers/x?page=${page + 1}>; rel="next"` }
        : {}),
    });
    response.end(list.bytes);
    return true;
  };
}

const refusing: Intercept = ({ url }, response) => {
  if (!url.includes('/referrers/')) return false;
  sendError(response, 403, 'DENIED');
  return true;
};

describe('in a registry', () => {
  const attachments = [artifact(1), artifact(2), artifact(3)];
  const blobs = new Map([...image.blobs, ...attachments.flatMap((one) => [...one.blobs])]);
  const root = { ...image, blobs };

  test('the list of referrers, in pages', async () => {
    const intercept = withReferrers([attachments.slice(0, 2), attachments.slice(2)]);
    await using registry = await startFakeRegistry({ images: { 'library/app:1': root }, intercept });
    const found = await attachmentsOf(`${registry.host}/library/app:1`, 'referrers');
    assert.deepEqual(found, [1, 2, 3].map(fromReferrer));
  });

  test('the tag that stands in for the list', async () => {
    const list = buildIndex([], { attached: [artifact(1)] });
    const tag = `library/app:${image.digest.replace(':', '-')}`;
    await using registry = await startFakeRegistry({ images: { 'library/app:1': root, [tag]: list } });
    const found = await attachmentsOf(`${registry.host}/library/app:1`, 'referrers');
    assert.deepEqual(found, [fromReferrer(1)]);
  });

  test('neither: there are none', async () => {
    await using registry = await startFakeRegistry({ images: { 'library/app:1': image } });
    assert.deepEqual(await attachmentsOf(`${registry.host}/library/app:1`, 'referrers'), []);
  });

  test('a registry that refuses is not one without referrers', async () => {
    await using registry = await startFakeRegistry({
      images: { 'library/app:1': image },
      intercept: refusing,
    });
    await assert.rejects(attachmentsOf(`${registry.host}/library/app:1`, 'referrers'), {
      code: 'REGISTRY_UNAUTHORIZED',
    });
  });

  test('attestations of the index', async () => {
    await using registry = await startFakeRegistry({ images: { 'library/app:1': attested } });
    assert.deepEqual(await attachmentsOf(`${registry.host}/library/app:1`, 'index'), [FROM_INDEX]);
  });

  test('content that is not what its digest says is refused', async () => {
    const [, , content] = [...artifact(1).blobs.values()];
    const intercept: Intercept = ({ url }, response) => {
      if (content !== undefined && url.endsWith(`/blobs/${content.digest}`)) {
        response.end(Buffer.alloc(content.bytes.length, 32));
        return true;
      }
      return withReferrers([[artifact(1)]])({ url } as Parameters<Intercept>[0], response);
    };
    await using registry = await startFakeRegistry({ images: { 'library/app:1': root }, intercept });
    await assert.rejects(attachmentsOf(`${registry.host}/library/app:1`, 'referrers'), {
      code: 'BLOB_DIGEST_MISMATCH',
    });
  });
});
