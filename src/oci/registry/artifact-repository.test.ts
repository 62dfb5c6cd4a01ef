import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRealRegistryInstalled, withRealRegistry } from '../../../test/registry/real-registry.ts';
import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { openArtifactRepository, type ArtifactRepository } from './artifact-repository.ts';

const skip = isRealRegistryInstalled() ? false : 'docker-registry is not installed';
const CREDENTIALS = Buffer.from('ann:secret').toString('base64');

const digestOf = (bytes: Uint8Array): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
const mediaType = 'application/vnd.example.thing';

async function withArtifact(
  reference: string,
  environment: Readonly<Record<string, string>>,
  use: (artifact: ArtifactRepository) => Promise<void>,
): Promise<void> {
  const artifact = openArtifactRepository(reference, { environment, signal: new AbortController().signal });
  try {
    await use(artifact);
  } finally {
    await artifact.close();
  }
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

function manifestOf(blob: Uint8Array): Buffer {
  const descriptor = { mediaType, digest: digestOf(blob), size: blob.length };
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: mediaType,
      config: descriptor,
      layers: [descriptor],
    }),
  );
}

test('an artifact is written to a real registry and read back', { skip }, async () => {
  await withRealRegistry({}, async (host) => {
    await withArtifact(`${host}/some/thing:latest`, {}, async (artifact) => {
      assert.equal(await artifact.readManifest(), null);
      const bytes = Buffer.from('some bytes');
      const blob = { mediaType, digest: digestOf(bytes), sizeBytes: bytes.length };
      assert.equal(await artifact.hasBlob(blob.digest), false);
      await artifact.putBlob(bytes);
      assert.equal(await artifact.hasBlob(blob.digest), true);
      const manifest = manifestOf(bytes);
      assert.equal(await artifact.putManifest(manifest), digestOf(manifest));
      const read = await artifact.readManifest();
      assert.deepEqual([read?.artifactType, read?.layers[0]?.digest], [mediaType, blob.digest]);
      assert.equal(await bytesOf(artifact.readBlob(blob)), 'some bytes');
      await assert.rejects(
        bytesOf(artifact.readBlob({ ...blob, sizeBytes: 4 })),
        (error) => error instanceof OciError && error.code === 'BLOB_SIZE_MISMATCH',
      );
    });
  });
});

test('writing needs credentials where the registry says so', { skip }, async () => {
  await withRealRegistry({ users: true }, async (host, directory) => {
    writeFileSync(
      join(directory, 'config.json'),
      JSON.stringify({ auths: { [host]: { auth: CREDENTIALS } } }),
    );
    const bytes = Buffer.from('private');
    await withArtifact(`${host}/some/thing:latest`, { DOCKER_CONFIG: directory }, async (artifact) => {
      await artifact.putBlob(bytes);
      await artifact.putManifest(manifestOf(bytes));
    });
    await withArtifact(`${host}/some/thing:latest`, { DOCKER_CONFIG: '/nowhere' }, async (artifact) => {
      await assert.rejects(
        artifact.putBlob(bytes),
        (error) => error instanceof OciError && error.code === 'REGISTRY_UNAUTHORIZED',
      );
    });
  });
});
