/**
 * Reads layers side by side in worker threads. This thread fetches and verifies the bytes and hands them over in
 * large chunks, at most `CREDITS` of them ahead of each worker, so memory does not follow the size of layers. Layers
 * too small to pay for a thread are read right here.
 */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ExtraReading } from '../inventory/catalogers/register.ts';
import type { ImageLayer } from '../oci/image.ts';
import { revealError } from './carried-error.ts';
import type { FromWorker, ToWorker } from './layer-messages.ts';
import type { LayerResult } from './layer-result.ts';
import { readLayerResult } from './read-layer-result.ts';

/** TypeScript here, JavaScript in the published package. */
const WORKER = new URL(`./layer-worker${extname(import.meta.url)}`, import.meta.url);

/** Chunks that a worker may have unread. */
const CREDITS = 8;

/** Small chunks are gathered up to this before they are handed over: messages cost some ten microseconds each. */
const CHUNK_BYTES = 256 * 1024;

/** Starting a worker and loading the catalogers costs about as long as reading this much. */
const INLINE_BYTES = 12 * 1024 * 1024;

export interface ReadLayersOptions {
  readonly signal?: AbortSignal | undefined;
  readonly extras?: ExtraReading | undefined;
  /** Threads at most; default: what the machine runs at a time. */
  readonly workers?: number;
  /** Called with each result as soon as it is there, in any order, so that it outlives a failure of another layer. */
  readonly onRead?: (layer: ImageLayer, result: LayerResult) => void;
}

/**
 * Reads `layers` and answers their results in the same order. The first failure cancels the rest.
 *
 * @throws {OciError} what a layer's source or its bytes threw
 */
export async function readLayers(
  layers: readonly ImageLayer[],
  { signal, workers = availableParallelism(), onRead, extras = {} }: ReadLayersOptions = {},
): Promise<LayerResult[]> {
  const total = layers.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  if (total <= INLINE_BYTES) {
    const results: LayerResult[] = [];
    for (const layer of layers) {
      const job = { diffId: layer.diffId, digest: layer.digest, extras };
      const result = await readLayerResult(job, (reading) => layer.open(reading), signal);
      onRead?.(layer, result);
      results.push(result);
    }
    return results;
  }
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  // largest first, so that no thread is left with a large layer at the end
  const queue = [...layers.entries()].sort(([, a], [, b]) => b.sizeBytes - a.sizeBytes);
  const results = new Map<number, LayerResult>();

  const work = async () => {
    const worker = new Worker(WORKER);
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [position, layer] = next;
        const result = await readInWorker(worker, layer, extras, stop);
        onRead?.(layer, result);
        results.set(position, result);
      }
    } catch (error) {
      failed.abort(error);
      throw error;
    } finally {
      await worker.terminate();
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(workers, layers.length) }, work));
  if (failed.signal.aborted) throw failed.signal.reason;
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return layers.map((layer, position) => {
    const result = results.get(position);
    if (result === undefined) throw new Error(`layer ${layer.digest} was not read`);
    return result;
  });
}

function readInWorker(
  worker: Worker,
  layer: ImageLayer,
  extras: ExtraReading,
  signal: AbortSignal,
): Promise<LayerResult> {
  const { promise, resolve, reject } = Promise.withResolvers<LayerResult>();
  const send = (message: ToWorker, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer);
  const credits = createCredits(CREDITS, signal);

  const feed = async () => {
    try {
      for await (const bytes of gather(layer.open(signal), CHUNK_BYTES)) {
        await credits.take();
        send({ kind: 'chunk', bytes }, [bytes.buffer]);
      }
      send({ kind: 'end' });
    } catch (error) {
      send({ kind: 'failed' });
      reject(error);
    }
  };
  const receive = (message: FromWorker) => {
    switch (message.kind) {
      case 'open':
        void feed();
        break;
      case 'credit':
        credits.give();
        break;
      case 'result':
        resolve(message.result);
        break;
      case 'error':
        reject(revealError(message.error));
        break;
    }
  };
  const abort = () => reject(signal.reason);

  worker.on('message', receive);
  worker.once('error', reject);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  else send({ kind: 'job', job: { diffId: layer.diffId, digest: layer.digest, extras } });
  return promise.finally(() => {
    worker.off('message', receive);
    worker.off('error', reject);
    signal.removeEventListener('abort', abort);
  });
}

interface Credits {
  /** Waits until there is a credit and uses it up; throws the signal's reason once that is aborted. */
  take(): Promise<void>;
  give(): void;
}

function createCredits(initial: number, signal: AbortSignal): Credits {
  let left = initial;
  let waiting: PromiseWithResolvers<void> | null = null;
  signal.addEventListener('abort', () => waiting?.resolve(), { once: true });
  return {
    async take() {
      if (left === 0) {
        waiting = Promise.withResolvers();
        await waiting.promise;
      }
      signal.throwIfAborted();
      left -= 1;
    },
    give() {
      left += 1;
      waiting?.resolve();
    },
  };
}

/** Copies chunks together into buffers of their own, which can be handed to another thread without a copy. */
async function* gather(
  chunks: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let buffer = new Uint8Array(sizeBytes);
  let used = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(chunk.length - at, sizeBytes - used);
      buffer.set(chunk.subarray(at, at + taken), used);
      used += taken;
      at += taken;
      if (used === sizeBytes) {
        yield buffer;
        buffer = new Uint8Array(sizeBytes);
        used = 0;
      }
    }
  }
  if (used > 0) yield buffer.slice(0, used);
}
