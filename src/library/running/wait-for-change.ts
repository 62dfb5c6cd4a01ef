/** How a programme that goes on waits: until something was pushed somewhere, or the time has come to look for itself. */
import type { Push } from './push-notifications.ts';

/** What the run asks. */
export interface WaitForChange {
  /** Ends when something may have changed, or after so many seconds; never fails. */
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
  /** `repository:tag` of what was pushed since it was last asked: to be looked up whatever is remembered. */
  readonly takePushed: () => ReadonlySet<string>;
}

export interface PushedChanges extends WaitForChange {
  readonly push: (pushes: readonly Push[]) => void;
}

export function createPushedChanges(): PushedChanges {
  const pushed = new Set<string>();
  const waiting = new Set<() => void>();
  return {
    wait: (seconds, signal) =>
      new Promise((resolve) => {
        if (pushed.size > 0 || signal.aborted) {
          resolve();
          return;
        }
        const end = (): void => {
          waiting.delete(end);
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, seconds * 1000);
        waiting.add(end);
        signal.addEventListener('abort', end);
      }),
    takePushed() {
      const taken = new Set(pushed);
      pushed.clear();
      return taken;
    },
    push(pushes) {
      for (const { repository, tag } of pushes) pushed.add(`${repository}:${tag}`);
      for (const end of waiting) end();
    },
  };
}
