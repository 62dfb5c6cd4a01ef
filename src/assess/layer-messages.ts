import type { ExtraReading } from '../inventory/catalogers/register.ts';
import type { Digest } from '../model/digest.ts';
import type { LayerResult } from './layer-result.ts';

/** What a worker needs to know of a layer; its bytes follow as messages. */
export interface LayerJob {
  readonly diffId: Digest;
  /** Which the bytes have been checked against when the last of them comes. */
  readonly digest: Digest;
  readonly extras?: ExtraReading;
}

/**
 * Between the thread that fetches and the worker that reads. The worker opens the layer (again for a second pass),
 * and grants one credit for each chunk that it has used, which bounds what is under way.
 */
export type ToWorker =
  | { readonly kind: 'job'; readonly job: LayerJob }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  /** The layer's source failed; the error itself stays with the fetching thread. */
  | { readonly kind: 'failed' };

export type FromWorker =
  | { readonly kind: 'open' }
  | { readonly kind: 'credit' }
  | { readonly kind: 'result'; readonly result: LayerResult }
  | { readonly kind: 'error'; readonly error: CarriedError };

/** An error in a form that crosses threads; see `carryError`. */
export interface CarriedError {
  readonly code: string | null;
  readonly name: string;
  readonly message: string;
  readonly subject: string | null;
  readonly remedy: string | null;
  readonly exit: 1 | 2 | 3 | 4;
}
