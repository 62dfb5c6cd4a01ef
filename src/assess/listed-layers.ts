/**
 * Layers of a registry that have a table of contents: of these only the files that matter are fetched. First those that
 * catalogers ask for by name; when the package databases of all layers are known, programs that no package owns.
 *
 * A layer of which more than half would be fetched is read whole instead, and so is one whose table does not hold: that
 * costs little more and proves all. See `oci/toc/table-of-contents.ts` for what is not proven here.
 */
import { CATALOGERS } from '../inventory/catalogers/register.ts';
import { createLayerScan } from '../inventory/layer-scan.ts';
import {
  GO_NOTE_WITHIN_BYTES,
  isGoProgram,
  mayBeGoProgram,
  planPartialReading,
} from '../inventory/partial-reading.ts';
import type { Coverage } from '../model/coverage.ts';
import { OciError } from '../oci/errors.ts';
import type { ImageLayer } from '../oci/image.ts';
import { HEAD_BYTES, type TreeEntry } from '../oci/layer-tree.ts';
import { type ContentReader, createContentReader } from '../oci/toc/content-reader.ts';
import { inParallel } from '../oci/toc/in-parallel.ts';
import { readListedLayer } from '../oci/toc/listed-layer-reader.ts';
import { type ListedLayer, readTable } from '../oci/toc/read-table.ts';
import type { LayerResult } from './layer-result.ts';

/** A layer that is being read in part. */
export interface PartialLayer {
  readonly layer: ImageLayer;
  /** Programs that are looked into unless the distribution owns them. */
  readonly programs: readonly string[];
  /**
   * Fetches what is to be known of programs. False when the layer is better read whole.
   *
   * @throws the signal's reason
   */
  readPrograms(isOwned: (path: string) => boolean): Promise<boolean>;
  /** What the files that were read up to now show. */
  result(): Promise<LayerResult>;
}

/** Smaller layers are read whole: a table and two or three requests take as long. */
const LEAST_BYTES = 512 * 1024;
/** Part of a layer up to which it is not read whole. */
const MOST_OF_LAYER = 0.5;
/** Content that is held for all layers of an image together. */
const HELD_BYTES_MAX = 512 * 1024 * 1024;
const LAYERS_AT_A_TIME = 2;

/** Those of the layers that can be read in part and pay, with the files read that are asked for by name. */
export async function openPartialLayers(
  layers: readonly ImageLayer[],
  signal?: AbortSignal,
): Promise<readonly PartialLayer[]> {
  const budget = { heldBytes: HELD_BYTES_MAX };
  const opened = new Map<ImageLayer, PartialLayer>();
  const large = layers.filter(({ sizeBytes }) => sizeBytes >= LEAST_BYTES);
  await inParallel(large, LAYERS_AT_A_TIME, async (layer) => {
    await unlessBroken(signal, async () => {
      const listed = await readTable(layer, signal);
      if (listed === null) return false;
      const partial = createPartialLayer(listed, budget, signal);
      if (!(await partial.readNamed())) return false;
      opened.set(layer, partial);
      return true;
    });
  });
  return layers.flatMap((layer) => opened.get(layer) ?? []);
}

/**
 * False where something is wrong with the table, what it lists or the registry's ranges: reading the layer whole, with its
 * own digest, brings either the layer or the error to report.
 */
async function unlessBroken(signal: AbortSignal | undefined, read: () => Promise<boolean>): Promise<boolean> {
  try {
    return await read();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof OciError) return false;
    throw error;
  }
}

function createPartialLayer(listed: ListedLayer, budget: { heldBytes: number }, signal?: AbortSignal) {
  const { layer, table } = listed;
  const plan = planPartialReading(CATALOGERS);
  const reader = createContentReader(listed);
  const files = [...table.entries.entries()].filter(
    ([, { entry }]) => entry.type === 'file' && entry.sizeBytes > 0,
  );
  /** Programs of the distribution that were not looked into. */
  let owned: ReadonlySet<number> = new Set();

  /** Reads these, and more of those whose first bytes ask for it. */
  async function readAll(wants: ReadonlyMap<number, number>): Promise<boolean> {
    if (!(await read(wants))) return false;
    return read(furtherWants(wants.keys(), ({ entry }, content) => plan.bytesAfter(entry, content)));
  }

  async function read(wants: ReadonlyMap<number, number>): Promise<boolean> {
    const { transferredBytes, heldBytes } = reader.costOf(wants);
    const most = layer.sizeBytes * MOST_OF_LAYER;
    if (reader.readBytes() + transferredBytes > most || heldBytes > budget.heldBytes) return false;
    budget.heldBytes -= heldBytes;
    await reader.read(wants, signal);
    return true;
  }

  function furtherWants(
    indexes: Iterable<number>,
    bytesOf: (file: (typeof table.entries)[number], content: Buffer) => number | null,
  ): Map<number, number> {
    const wants = new Map<number, number>();
    for (const index of indexes) {
      const file = table.entries[index];
      const content = reader.content(index);
      const bytes = file && content ? bytesOf(file, content) : null;
      if (bytes !== null) wants.set(index, bytes);
    }
    return wants;
  }

  function namedFiles(): ReadonlyMap<number, number> {
    const wants = new Map<number, number>();
    const latest = new Map<string, number>();
    const want = (index: number, entry: TreeEntry) => {
      const bytes = plan.namedBytes(entry);
      if (bytes !== null) wants.set(index, Math.max(bytes, wants.get(index) ?? 0));
    };
    for (const [index, { entry }] of table.entries.entries()) {
      const target = entry.type === 'hardlink' ? latest.get(entry.linkTarget ?? '') : index;
      if (target === undefined || (entry.type !== 'file' && entry.type !== 'hardlink')) continue;
      latest.set(entry.path, target);
      // A link asks by its own name for the content of the file that it leads to.
      want(target, { ...entry, sizeBytes: table.entries[target]?.entry.sizeBytes ?? 0 });
    }
    return wants;
  }

  const isUnread = ([index, { entry }]: (typeof files)[number]) =>
    plan.asksForLook(entry) && reader.content(index) === undefined;

  return {
    layer,
    get programs() {
      return files.filter(isUnread).map(([, { entry }]) => entry.path);
    },
    readNamed: () => readAll(namedFiles()),
    readPrograms: (isOwned: (path: string) => boolean) =>
      unlessBroken(signal, async () => {
        const programs = files.filter(isUnread);
        const ours = programs.filter(([, { entry }]) => isOwned(entry.path));
        const theirs = programs.filter(([, { entry }]) => !isOwned(entry.path));
        if (!(await readAll(new Map(theirs.map(([index]) => [index, HEAD_BYTES]))))) return false;
        const large = ours.filter(([, { entry }]) => mayBeGoProgram(entry)).map(([index]) => index);
        if (!(await read(new Map(large.map((index) => [index, GO_NOTE_WITHIN_BYTES]))))) return false;
        const inGo = furtherWants(large, ({ entry }, content) =>
          isGoProgram(content) ? plan.bytesAfter(entry, content) : null,
        );
        owned = new Set(ours.map(([index]) => index).filter((index) => !inGo.has(index)));
        return read(inGo);
      }),
    async result(): Promise<LayerResult> {
      const scan = createLayerScan(CATALOGERS);
      const { diffId } = layer;
      const reading = await readListedLayer(table, {
        diffId,
        visitor: scan.visitor,
        content: (index) => reader.content(index),
      });
      const { records, coverage } = scan.finish();
      const others = files.filter(([index]) => reader.content(index) === undefined && !owned.has(index));
      const partly = readInPart(listed, reader, { owned: owned.size, others: others.length });
      return { ...reading, records, coverage: [...reading.coverage, ...coverage, partly] };
    },
  };
}

function readInPart(
  { layer, table }: ListedLayer,
  reader: ContentReader,
  unread: { readonly owned: number; readonly others: number },
): Coverage {
  const read = `${reader.readBytes()} of its ${layer.sizeBytes} bytes were read, by its ${table.format} table of contents`;
  const proven =
    'the files have the digests that it states, but those of the layer were not checked, and its archive may hold other files';
  const rest = `Not looked into, for packages or secrets: programs of the distribution's packages (${unread.owned}), other files (${unread.others})`;
  return { code: 'LAYER_READ_IN_PART', subject: layer.digest, message: `${read}: ${proven}. ${rest}.` };
}
