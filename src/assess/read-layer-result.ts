import { createLayerScan } from '../inventory/layer-scan.ts';
import { catalogersFor } from '../inventory/catalogers/register.ts';
import { OciError } from '../oci/errors.ts';
import { type OpenLayer, readLayer } from '../oci/layer-reader.ts';
import type { LayerJob } from './layer-messages.ts';
import type { LayerResult } from './layer-result.ts';

/**
 * Reads one layer in one pass with every cataloger; `open` may be called again for the rare second pass that a hard
 * link to a file passed over before needs.
 *
 * @throws {OciError} what the layer's bytes are not
 */
export async function readLayerResult(
  job: LayerJob,
  open: OpenLayer,
  signal?: AbortSignal,
): Promise<LayerResult> {
  const { diffId, digest, extras = {} } = job;
  const scan = createLayerScan(catalogersFor(extras));
  const reading = await readLayer(open, { diffId, digest, visitor: scan.visitor, signal }).catch(
    async (error: unknown) => {
      if (isDamage(error)) await readToEnd(open, signal);
      throw error;
    },
  );
  const { records, coverage } = scan.finish();
  return { ...reading, records, coverage: [...reading.coverage, ...coverage] };
}

/** Damage inside a blob: perhaps its own, perhaps because the blob is not the one that its digest names. */
function isDamage(error: unknown): boolean {
  return error instanceof OciError && (error.code === 'LAYER_CORRUPT' || error.code === 'LAYER_TRUNCATED');
}

/** Reads the blob for nothing but its digest: somebody who changed it must not pass for an old build tool. */
async function readToEnd(open: OpenLayer, signal = new AbortController().signal): Promise<void> {
  for await (const _ of open(signal));
}
