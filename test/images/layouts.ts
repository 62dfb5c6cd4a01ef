import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestHex } from '../../src/model/digest.ts';
import { descriptorOf, type BuiltImage, type BuiltRoot } from './image-builder.ts';
import { tarArchive, type ArchiveEntry } from './tar-writer.ts';

/** An image or index with the name that the layout or archive gives it. */
export interface NamedRoot<Root extends BuiltRoot = BuiltRoot> {
  readonly root: Root;
  /** OCI layout: `org.opencontainers.image.ref.name`. Docker archive: `repository:tag`. */
  readonly name?: string;
}

const json = (value: unknown): string => JSON.stringify(value);

const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

const refName = (name: string): Record<string, string> => ({ 'org.opencontainers.image.ref.name': name });

/** The files of an OCI image layout. OCI image spec, image-layout.md. */
export function ociLayoutFiles(
  roots: readonly NamedRoot[],
  annotations: (name: string) => Record<string, string> = refName,
): ArchiveEntry[] {
  const blobs = new Map(roots.flatMap(({ root }) => [...root.blobs]));
  const manifests = roots.map(({ root, name }) =>
    descriptorOf(root, name === undefined ? {} : { annotations: annotations(name) }),
  );
  return [
    { path: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', content: json({ schemaVersion: 2, manifests }) },
    ...[...blobs.values()].map(({ digest, bytes }) => ({ path: blobPath(digest), content: bytes })),
  ];
}

/** Writes files to a directory of this machine; for entries that a test made itself. */
export function writeFiles(directory: string, files: readonly ArchiveEntry[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content ?? '');
  }
}

export function writeOciLayout(directory: string, roots: readonly NamedRoot[]): void {
  writeFiles(directory, ociLayoutFiles(roots));
}

export function ociArchive(roots: readonly NamedRoot[]): Buffer {
  return tarArchive(ociLayoutFiles(roots));
}

/**
 * The entries of an archive as `docker save` wrote it up to version 24: a directory for each layer with an uncompressed
 * `layer.tar`, a layer that repeats as a symbolic link to its first occurrence, no manifest.
 */
export function dockerArchiveFiles(roots: readonly NamedRoot<BuiltImage>[]): ArchiveEntry[] {
  const files = new Map<string, ArchiveEntry>();
  const written = new Map<string, string>();
  const manifest = roots.map(({ root, name }, image) => {
    const config = `${digestHex(root.configuration.digest)}.json`;
    files.set(config, { path: config, content: root.configuration.bytes });
    const layers = root.recipe.layers.map(({ diffId, tar }, index) => {
      const directory = `${image}${index}`.padStart(64, '0');
      const path = `${directory}/layer.tar`;
      const first = written.get(diffId);
      files.set(`${directory}/`, { path: `${directory}/` });
      files.set(`${directory}/VERSION`, { path: `${directory}/VERSION`, content: '1.0' });
      files.set(
        path,
        first === undefined
          ? { path, content: tar }
          : { path, type: 'symlink', linkTarget: `../${first}`, mode: 0o777 },
      );
      if (first === undefined) written.set(diffId, path);
      return path;
    });
    return { Config: config, RepoTags: name === undefined ? null : [name], Layers: layers };
  });
  return [...files.values(), { path: 'manifest.json', content: json(manifest) }];
}

/**
 * The entries of an archive as `docker save` writes it since version 25: an OCI layout with compressed or plain layers
 * as they are stored, and a `manifest.json` that names its blobs.
 */
export function dockerArchiveWithLayout(roots: readonly NamedRoot<BuiltImage>[]): ArchiveEntry[] {
  const manifest = roots.map(({ root, name }) => ({
    Config: blobPath(root.configuration.digest),
    RepoTags: name === undefined ? null : [name],
    Layers: root.recipe.layers.map(({ digest }) => blobPath(digest)),
  }));
  const files = ociLayoutFiles(roots, (name) => ({
    'io.containerd.image.name': `docker.io/library/${name}`,
    ...refName(name.slice(name.indexOf(':') + 1)),
  }));
  return [...files, { path: 'manifest.json', content: json(manifest) }];
}

export function dockerArchive(roots: readonly NamedRoot<BuiltImage>[]): Buffer {
  return tarArchive(dockerArchiveFiles(roots));
}
