import type { RetryPolicy } from '../../oci/registry/retry.ts';

/** Nobody minds two connections. */
const CONCURRENT = 2;

/** Holds requests back, so that no host gets more at a time, or faster, than is polite. */
export interface HostGate {
  /**
   * Returns when a request may begin; what it gives is to be called when the request is done.
   *
   * @param intervalMs least time between the beginnings of two requests to the host
   */
  enter(host: string, intervalMs: number, signal: AbortSignal): Promise<() => void>;
}

interface Host {
  active: number;
  /** Milliseconds since the epoch: before then no request begins. */
  freeAt: number;
  readonly waiting: (() => void)[];
}

export function createHostGate({ now, sleep }: Pick<RetryPolicy, 'now' | 'sleep'>): HostGate {
  const hosts = new Map<string, Host>();

  function leave(host: Host): void {
    const next = host.waiting.shift();
    // the place goes to whoever waits for it
    if (next === undefined) host.active -= 1;
    else next();
  }

  return {
    async enter(name, intervalMs, signal) {
      const host = hosts.get(name) ?? { active: 0, freeAt: 0, waiting: [] };
      hosts.set(name, host);
      if (host.active < CONCURRENT) host.active += 1;
      else await new Promise<void>((resolve) => host.waiting.push(resolve));
      try {
        signal.throwIfAborted();
        const begin = Math.max(now(), host.freeAt);
        host.freeAt = begin + intervalMs;
        const wait = begin - now();
        if (wait > 0) await sleep(wait, signal);
      } catch (error) {
        leave(host);
        throw error;
      }
      return () => leave(host);
    },
  };
}
