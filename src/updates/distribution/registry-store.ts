import { digestOf, type Digest } from '../../model/digest.ts';
import { MEDIA_TYPES } from '../../oci/manifest.ts';
import {
  openArtifactRepository,
  type ArtifactRepositoryOptions,
} from '../../oci/registry/artifact-repository.ts';
import { UpdateError } from '../errors.ts';
import type { PublishedFile, WritableChannelStore } from './channel-store.ts';
import { collectBytes } from './fetch-file.ts';
import { MAX_ENVELOPE_BYTES } from './signature.ts';

const ARTIFACT_TYPE = 'application/vnd.hallmark.advisories.v1';
const ENVELOPE_TYPE = 'application/vnd.hallmark.advisories.channel.v1.dsse+json';
const FILE_TYPES = {
  base: 'application/vnd.hallmark.advisories.base.v1+zstd',
  delta: 'application/vnd.hallmark.advisories.delta.v1+zstd',
} as const satisfies Record<PublishedFile['kind'], string>;

/** OCI image spec, manifest.md, "Guidance for an Empty Descriptor". */
const EMPTY = Buffer.from('{}');

/**
 * A channel as an artifact behind a tag of any registry: its layers are the signed channel and every file that it names.
 * OCI image spec, manifest.md, "Guidelines for Artifact Usage".
 */
export function openRegistryStore(
  reference: string,
  options: ArtifactRepositoryOptions,
): WritableChannelStore {
  const artifact = openArtifactRepository(reference, options);
  return {
    name: reference,
    async readEnvelope() {
      const manifest = await artifact.readManifest();
      if (manifest === null) return null;
      const layer = manifest.layers.find(({ mediaType }) => mediaType === ENVELOPE_TYPE);
      if (layer === undefined || layer.sizeBytes > MAX_ENVELOPE_BYTES) {
        const message = `${reference} is there, but it is no channel of advisory databases`;
        throw new UpdateError('CHANNEL_UNREADABLE', message, { subject: reference });
      }
      return collectBytes(artifact.readBlob(layer), MAX_ENVELOPE_BYTES, reference);
    },
    readFile: (file) => artifact.readBlob({ ...file, mediaType: 'application/octet-stream' }),
    hasFile: ({ digest }) => artifact.hasBlob(digest),
    writeFile: (_file, bytes) => artifact.putBlob(bytes),
    async writeEnvelope(envelope, files) {
      await artifact.putBlob(EMPTY);
      await artifact.putBlob(envelope);
      const layers = [
        descriptor(ENVELOPE_TYPE, digestOf(envelope), envelope.length),
        ...files.map(({ kind, digest, sizeBytes }) => descriptor(FILE_TYPES[kind], digest, sizeBytes)),
      ];
      const manifest = {
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.ociManifest,
        artifactType: ARTIFACT_TYPE,
        config: descriptor('application/vnd.oci.empty.v1+json', digestOf(EMPTY), EMPTY.length),
        layers,
      };
      await artifact.putManifest(Buffer.from(JSON.stringify(manifest)));
    },
    close: () => artifact.close(),
  };
}

function descriptor(mediaType: string, digest: Digest, size: number) {
  return { mediaType, digest, size };
}
