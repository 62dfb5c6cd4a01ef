/**
 * How a programme that goes on waits: until something was pushed that concerns it, or the time has come to look for itself. Which pushes
 * concern it, it knows when it has taken stock: until then all are kept, so that none is lost; from then on all others cost nothing.
 */
import type { Push } from './push-notifications.ts';
import { afterSeconds, type Schedule } from './schedule.ts';

/** What the run asks. */
export interface WaitForChange {
  /** Ends when something may have changed, or after so many seconds; never fails. */
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
  /** Which names something was pushed to since it was last asked: to be looked up whatever is remembered. */
  readonly takePushed: (concern: PushConcern) => ReadonlySet<string>;
}

/** Which pushes count from now on. */
export interface PushConcern {
  /** `repository:tag`. */
  readonly names: ReadonlySet<string>;
  /** Repositories below this path are not looked up, but a push to one says that others have done something. Null: no such. */
  readonly path: string | null;
}

export interface PushedChanges extends WaitForChange {
  readonly push: (pushes: readonly Push[]) => void;
}

/** Kept before anybody knows which count; of more every name that counts is taken to be one of them. */
const MOST_EARLY = 10_000;

/**
 * Stock is not taken again for a push so soon after it was taken for one: however many come, they are one change. A small programme, in
 * which it costs next to nothing, hears of the next one sooner.
 */
const LONGEST_PAUSE_SECONDS = 2;
/** Of the time that it takes to take stock. */
const PAUSE_FACTOR = 10;

export interface PushedChangesOptions {
  /** Seconds, from any moment on. Default: of this process. */
  readonly now?: () => number;
  /** Default: a timer of this process. */
  readonly schedule?: Schedule;
}

export function createPushedChanges({
  now = () => performance.now() / 1000,
  schedule = afterSeconds,
}: PushedChangesOptions = {}): PushedChanges {
  let concern: PushConcern | null = null;
  const pushed = new Set<string>();
  let isFlooded = false;
  let isAnything = false;
  /** When stock was last taken for a push; null once it is known how long that took. */
  let takenAt: number | null = null;
  let pauseEnds = 0;
  /** Tell those who wait that something was pushed. */
  const waiting = new Set<() => void>();

  function hear({ repository, tag }: Push): void {
    const name = `${repository}:${tag}`;
    if (concern === null) {
      isFlooded ||= pushed.size >= MOST_EARLY;
      if (!isFlooded) pushed.add(name);
    } else if (concern.names.has(name)) pushed.add(name);
    else if (concern.path === null || !repository.startsWith(`${concern.path}/`)) return;
    isAnything = true;
  }

  return {
    wait(seconds, signal) {
      if (takenAt !== null) {
        const pause = PAUSE_FACTOR * (now() - takenAt);
        pauseEnds = takenAt + Math.min(LONGEST_PAUSE_SECONDS, pause);
        takenAt = null;
      }
      return new Promise((resolve) => {
        let takeBackPause: (() => void) | null = null;
        const end = (): void => {
          waiting.delete(told);
          takeBack();
          takeBackPause?.();
          signal.removeEventListener('abort', end);
          resolve();
        };
        const told = (): void => {
          const left = pauseEnds - now();
          if (left <= 0) end();
          else takeBackPause ??= schedule(left, end);
        };
        const takeBack = schedule(seconds, end);
        signal.addEventListener('abort', end);
        waiting.add(told);
        if (signal.aborted) end();
        else if (isAnything) told();
      });
    },
    takePushed(next) {
      const taken = isFlooded ? next.names : pushed.intersection(next.names);
      if (isAnything) takenAt = now();
      concern = next;
      pushed.clear();
      isFlooded = false;
      isAnything = false;
      return taken;
    },
    push(pushes) {
      for (const each of pushes) hear(each);
      if (isAnything) for (const told of waiting) told();
    },
  };
}
