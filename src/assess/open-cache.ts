import type { ExtraReading } from '../inventory/catalogers/register.ts';
import type { LayerCache } from './layer-cache.ts';

/**
 * The cache of layer results for whoever reads these things. All catalogers are loaded for it, since results are kept
 * under their versions: a bill of materials needs neither.
 */
export async function openCacheOf(
  directory: string,
  reading: ExtraReading,
  now: () => number,
): Promise<LayerCache> {
  const [{ catalogersFor }, { openLayerCache }] = await Promise.all([
    import('../inventory/catalogers/register.ts'),
    import('./layer-cache.ts'),
  ]);
  return openLayerCache({ directory, catalogers: catalogersFor(reading), now });
}
