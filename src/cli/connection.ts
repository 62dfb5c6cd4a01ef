import type { ConnectionOptions } from '../oci/registry/connection.ts';
import type { ConnectionFlags } from './options.ts';
import { showProgress, type StatusLine } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** How a command speaks to registries: as its flags say, with progress on its status line where it has one. */
export function connectionOf(
  flags: ConnectionFlags,
  { environment, signal }: Pick<Terminal, 'environment' | 'signal'>,
  line?: StatusLine,
) {
  return {
    environment,
    signal,
    offline: flags.offline === true,
    registry: { plainHttp: flags.plainHttp, mirrors: flags.mirror },
    ...(line === undefined ? {} : { onProgress: showProgress(line) }),
  } satisfies ConnectionOptions;
}
