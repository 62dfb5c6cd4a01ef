/** A worker thread's program: reads layers that the main thread feeds to it, one after the other. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { carryError } from './carried-error.ts';
import type { FromWorker, ToWorker } from './layer-messages.ts';
import { readLayerResult } from './read-layer-result.ts';

if (parentPort === null) throw new Error('layer-worker.ts runs as a worker thread only');
serve(parentPort);

function serve(port: MessagePort): void {
  const send = (message: FromWorker) => port.postMessage(message);
  let inbox: ChunkInbox | null = null;
  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'job':
        readLayerResult(message.job, () => {
          inbox = createChunkInbox(() => send({ kind: 'credit' }));
          send({ kind: 'open' });
          return inbox.chunks();
        })
          .then((result) => send({ kind: 'result', result }))
          .catch((error: unknown) => send({ kind: 'error', error: carryError(error) }));
        break;
      case 'chunk':
        inbox?.push(message.bytes);
        break;
      case 'end':
        inbox?.end();
        break;
      case 'failed':
        inbox?.fail(new Error('the layer could not be fetched'));
        break;
    }
  });
}

interface ChunkInbox {
  push(bytes: Uint8Array): void;
  end(): void;
  fail(error: Error): void;
  chunks(): AsyncGenerator<Uint8Array>;
}

/** Chunks in the order in which they came; `onUsed` grants the sender the next one. */
function createChunkInbox(onUsed: () => void): ChunkInbox {
  const waiting: Uint8Array[] = [];
  let ended = false;
  let failure: Error | null = null;
  let awaited: PromiseWithResolvers<void> | null = null;
  return {
    push(bytes) {
      waiting.push(bytes);
      awaited?.resolve();
    },
    end() {
      ended = true;
      awaited?.resolve();
    },
    fail(error) {
      failure = error;
      awaited?.resolve();
    },
    async *chunks() {
      for (;;) {
        const bytes = waiting.shift();
        if (bytes !== undefined) {
          onUsed();
          yield bytes;
        } else if (failure !== null) {
          throw failure;
        } else if (ended) {
          return;
        } else {
          awaited = Promise.withResolvers();
          await awaited.promise;
        }
      }
    },
  };
}
