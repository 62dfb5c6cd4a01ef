import { createLayerScan } from '../inventory/layer-scan.ts';
import { CATALOGERS } from '../inventory/catalogers/register.ts';
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
  const scan = createLayerScan(CATALOGERS);
  const { diffId, digest } = job;
  const reading = await readLayer(open, { diffId, digest, visitor: scan.visitor, signal });
  const { records, coverage } = scan.finish();
  return { ...reading, records, coverage: [...reading.coverage, ...coverage] };
}
