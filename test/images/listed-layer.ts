import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type BuiltLayer, sha256 } from './image-builder.ts';
import { type ArchiveEntry, entryBlocks } from './tar-writer.ts';

/*
 * Layers with a table of contents, written as stargz-snapshotter and containers/storage do, for tests of what those tools
 * would not write: the table can be changed before it is put in, and its digest is right all the same.
 */

/** One entry of a table as it stands in the JSON. */
export type TableEntry = Record<string, unknown>;

export interface ListedLayerRecipe {
  readonly format: 'eStargz' | 'zstd:chunked';
  /** Content is cut into chunks of so many bytes. Default: one chunk a file. */
  readonly chunkBytes?: number;
  /** Makes the table wrong. */
  readonly changeTable?: (entries: TableEntry[]) => unknown;
  /** Makes the annotations wrong. */
  readonly annotations?: Readonly<Record<string, string>>;
}

const TYPES = {
  file: 'reg',
  directory: 'dir',
  symlink: 'symlink',
  hardlink: 'hardlink',
  fifo: 'fifo',
  'character-device': 'char',
} as const;

const PREFIX = 'io.github.containers.zstd-chunked.';

export function buildListedLayer(entries: readonly ArchiveEntry[], recipe: ListedLayerRecipe): BuiltLayer {
  const pack = recipe.format === 'eStargz' ? gzipSync : zstdCompressSync;
  const parts: Buffer[] = [];
  const archive: Buffer[] = [];
  const listed: TableEntry[] = [];
  let pending = Buffer.alloc(0);
  let position = 0;
  const put = (packed: Buffer): void => {
    parts.push(packed);
    position += packed.length;
  };
  const flush = (): void => {
    if (pending.length > 0) put(pack(pending));
    pending = Buffer.alloc(0);
  };
  for (const entry of entries) {
    const blocks = entryBlocks(entry);
    archive.push(...blocks);
    const content = Buffer.from(entry.content ?? '');
    pending = Buffer.concat([pending, ...blocks.slice(0, -1)]);
    const type = entry.type ?? (entry.path.endsWith('/') ? 'directory' : 'file');
    const first: TableEntry = {
      type: TYPES[type],
      name: entry.path,
      ...(entry.linkTarget === undefined ? {} : { linkName: entry.linkTarget }),
      mode: entry.mode ?? (type === 'directory' ? 0o755 : 0o644),
      uid: entry.uid ?? 0,
      gid: entry.gid ?? 0,
      ...(type === 'file' ? { size: content.length } : {}),
    };
    listed.push(first);
    if (content.length === 0) continue;
    flush();
    const chunkBytes = recipe.chunkBytes ?? content.length;
    first['digest'] = sha256(content);
    for (let at = 0; at < content.length; at += chunkBytes) {
      const chunk = content.subarray(at, at + chunkBytes);
      const target = at === 0 ? first : { type: 'chunk', name: entry.path };
      if (at > 0) listed.push(target);
      Object.assign(target, { offset: position, chunkOffset: at, chunkDigest: sha256(chunk) });
      if (at + chunk.length < content.length) Object.assign(target, { chunkSize: chunk.length });
      put(pack(chunk));
    }
    if (recipe.format === 'zstd:chunked') first['endOffset'] = position;
    pending = Buffer.from(blocks.at(-1)?.subarray(content.length) ?? []);
  }
  const table = Buffer.from(JSON.stringify(recipe.changeTable?.(listed) ?? { version: 1, entries: listed }));
  const end = Buffer.alloc(1024);
  const finish = (annotations: Record<string, string>, diff: readonly Buffer[]): BuiltLayer => {
    const bytes = Buffer.concat(parts);
    const tar = Buffer.concat(diff);
    const mediaType = `application/vnd.oci.image.layer.v1.tar+${recipe.format === 'eStargz' ? 'gzip' : 'zstd'}`;
    const blob = { mediaType, digest: sha256(bytes), bytes };
    return { ...blob, diffId: sha256(tar), tar, annotations: { ...annotations, ...recipe.annotations } };
  };
  if (recipe.format === 'eStargz') {
    flush();
    const place = position;
    const file = [...entryBlocks({ path: 'stargz.index.json', content: table }), end];
    put(gzipSync(Buffer.concat(file)));
    put(footer(place));
    const annotations = { 'containerd.io/snapshot/stargz/toc.digest': sha256(table) };
    return finish(annotations, [...archive, ...file]);
  }
  pending = Buffer.concat([pending, end]);
  flush();
  const packed = zstdCompressSync(table);
  put(skippable(packed.length));
  const start = position;
  put(packed);
  const annotations = {
    [`${PREFIX}manifest-checksum`]: sha256(packed),
    [`${PREFIX}manifest-position`]: `${start}:${packed.length}:${table.length}:1`,
  };
  return finish(annotations, [...archive, end]);
}

function skippable(bytes: number): Buffer {
  const header = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  header.writeUInt32LE(bytes, 4);
  return header;
}

/** An empty gzip member, stored, whose extra field says where the table is. */
function footer(place: number): Buffer {
  const text = `${place.toString(16).padStart(16, '0')}STARGZ`;
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 26, 0, 0x53, 0x47, 22, 0]),
    Buffer.from(text),
    Buffer.from([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]),
  ]);
}
