import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

export interface FileWatch extends Disposable {
  /** Ends when one of the files may have changed since it ended last, and with the signal. */
  readonly changed: () => Promise<void>;
}

/** File systems of other machines do not tell of changes: after this long it is looked without being told. */
const LOOK_MS = 2_000;

/** @param files each of which may come to be later; their folders are there, and in them every file that begins alike is heeded */
export function watchFiles(files: readonly string[], signal: AbortSignal): FileWatch {
  let isChanged = false;
  let wake: (() => void) | null = null;
  const tell = (): void => {
    isChanged = true;
    wake?.();
  };
  const watchers = files.map((file) => {
    const name = basename(file);
    const watcher = watch(dirname(file), (_, changed) => {
      if (changed === null || changed.startsWith(name)) tell();
    });
    // the folder is gone: whoever waits looks, and sees it
    return watcher.on('error', tell);
  });
  const timer = setInterval(tell, LOOK_MS);
  signal.addEventListener('abort', tell);
  return {
    async changed() {
      if (!isChanged && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      wake = null;
      isChanged = false;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      signal.removeEventListener('abort', tell);
      for (const watcher of watchers) watcher.close();
    },
  };
}
