import { cacheDirectory } from '../../assess/directories.ts';
import { clearLayerCache, layerCacheUsage } from '../../assess/layer-cache.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatBytes, plural } from '../../report/quantity.ts';
import type { Terminal } from '../terminal.ts';

export interface CacheFlags {
  readonly cacheDir?: string;
}

export function cacheStatus(flags: CacheFlags, { environment, stdout }: Terminal): ExitStatus {
  const directory = flags.cacheDir ?? cacheDirectory(environment);
  const { files, bytes } = layerCacheUsage(directory);
  stdout.write(`${directory}\n${plural(files, 'result')}, ${formatBytes(bytes)}\n`);
  return 0;
}

export function cacheClear(flags: CacheFlags, { environment, stderr }: Terminal): ExitStatus {
  const directory = flags.cacheDir ?? cacheDirectory(environment);
  const { files, bytes } = layerCacheUsage(directory);
  clearLayerCache(directory);
  stderr.write(`Removed ${plural(files, 'result')}, ${formatBytes(bytes)}.\n`);
  return 0;
}
