import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request, type Dispatcher } from 'undici';
import { buildAttachment, buildImage, buildLayer, sha256 } from '../images/image-builder.ts';
import { startMemoryRegistry, type MemoryRegistryOptions } from './memory-registry.ts';
import { addImage } from './memory-repository.ts';
import { push } from './real-registry.ts';

const image = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'hello' }])] });
const attachments = ['a', 'b', 'c'].map((name) =>
  buildAttachment(image, {
    content: { name },
    mediaType: 'application/json',
    artifactType: `application/vnd.example.${name}`,
  }),
);

async function started(options: MemoryRegistryOptions = {}) {
  const registry = await startMemoryRegistry(options);
  const address = `http://${registry.host}/v2/library/app`;
  return { registry, address, [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose]() };
}

async function json(
  address: string,
): Promise<{ status: number; link: string; body: Record<string, unknown> }> {
  const { statusCode, headers, body } = await request(address);
  return {
    status: statusCode,
    link: String(headers['link'] ?? ''),
    body: (await body.json()) as Record<string, unknown>,
  };
}

describe('a registry in memory', () => {
  test('takes what is pushed, and gives it back', async () => {
    await using place = await started();
    await push(place.registry.host, 'library/app', '1', image);
    const { statusCode, headers, body } = await request(`${place.address}/manifests/1`);
    assert.equal(statusCode, 200);
    assert.equal(headers['docker-content-digest'], image.digest);
    assert.equal(sha256(new Uint8Array(await body.arrayBuffer())), image.digest);
  });

  test('refuses content that is not what its digest says, and manifests of what it does not have', async () => {
    await using place = await started();
    const headers = { 'content-type': image.mediaType };
    const wrong = `${place.address}/manifests/sha256:${'0'.repeat(64)}`;
    for (const address of [wrong, `${place.address}/manifests/1`]) {
      const { statusCode, body } = await request(address, { method: 'PUT', headers, body: image.bytes });
      await body.dump();
      assert.equal(statusCode, 400);
    }
  });

  test('mounts a blob of another repository', async () => {
    await using place = await started();
    addImage(place.registry.repository('other'), image);
    const { digest } = image.configuration;
    const address = `${place.address}/blobs/uploads/?mount=${digest}&from=other`;
    const { statusCode, body } = await request(address, { method: 'POST' });
    await body.dump();
    assert.equal(statusCode, 201);
    assert.ok(place.registry.repository('library/app').blobs.has(digest));
  });

  test('puts an upload together of its parts, in their order', async () => {
    await using place = await started();
    const opened = await request(`${place.address}/blobs/uploads/`, { method: 'POST' });
    await opened.body.dump();
    const upload = new URL(String(opened.headers['location']), place.address);
    const statuses: number[] = [];
    for (const [range, part] of [
      ['0-4', 'hello'],
      ['9-12', ' you'],
      ['5-8', ' you'],
    ] as const) {
      const headers = { 'content-range': range };
      const { statusCode, body } = await request(upload, { method: 'PATCH', headers, body: part });
      await body.dump();
      statuses.push(statusCode);
    }
    upload.searchParams.set('digest', sha256(Buffer.from('hello you')));
    const { statusCode, body } = await request(upload, { method: 'PUT' });
    await body.dump();
    assert.deepEqual([...statuses, statusCode], [202, 416, 202, 201]);
  });

  test('lists referrers page by page, or of one type', async () => {
    await using place = await started({ pageSize: 2 });
    for (const root of [image, ...attachments]) addImage(place.registry.repository('library/app'), root);
    const list = `${place.address}/referrers/${image.digest}`;
    const first = await json(list);
    const next = /^<([^>]+)>/.exec(first.link)?.[1] ?? '';
    const second = await json(new URL(next, place.address).href);
    const manifests = [first, second].map(({ body }) => body['manifests'] as { artifactType: string }[]);
    assert.deepEqual(
      manifests.map((page) => page.map(({ artifactType }) => artifactType.at(-1))),
      [['a', 'b'], ['c']],
    );
    const one = await json(`${list}?artifactType=application/vnd.example.b`);
    assert.equal((one.body['manifests'] as unknown[]).length, 1);
  });

  test('says that it knows the subject only where it lists referrers', async () => {
    const [attachment] = attachments;
    assert.ok(attachment);
    for (const referrers of [true, false]) {
      await using place = await started({ referrers });
      const repository = place.registry.repository('library/app');
      addImage(repository, attachment);
      const written: Dispatcher.ResponseData = await request(
        `${place.address}/manifests/${attachment.digest}`,
        {
          method: 'PUT',
          headers: { 'content-type': attachment.mediaType },
          body: attachment.bytes,
        },
      );
      await written.body.dump();
      assert.equal(written.headers['oci-subject'], referrers ? image.digest : undefined);
      const { status } = await json(`${place.address}/referrers/${image.digest}`);
      assert.equal(status, referrers ? 200 : 404);
    }
  });

  const conditions = [
    { header: 'if-match', value: `"${image.digest}"`, status: 201 },
    { header: 'if-match', value: `"sha256:${'0'.repeat(64)}"`, status: 412 },
    { header: 'if-none-match', value: '*', status: 412 },
  ];
  for (const { header, value, status } of conditions)
    test(`a tag that exists is written with ${header}: ${value.slice(0, 12)}: ${status}`, async () => {
      await using place = await started();
      addImage(place.registry.repository('library/app'), image, '1');
      const { statusCode, body } = await request(`${place.address}/manifests/1`, {
        method: 'PUT',
        headers: { 'content-type': image.mediaType, [header]: value },
        body: image.bytes,
      });
      await body.dump();
      assert.equal(statusCode, status);
    });
});
