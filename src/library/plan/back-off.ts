/** How long a build that failed is left alone. The steps in hours are those of docker-library/meta-scripts, `jenkins.jq`, `jobs_record`. */
import type { Failures } from '../state/programme-state.ts';

/** By the number of attempts so far; the last stands for all that follow. */
const STEPS = [0, 0, 1, 2, 4, 8, 16, 32] as const;
const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;

/**
 * When it may be tried again; seconds since 1970. A build that fails of itself is tried twice without delay, and then after hours. A
 * registry that is away says nothing of the build, and comes back: that costs minutes, from the first time on. What failed by a clock that
 * was put back since is not waited for.
 *
 * @param now seconds since 1970
 */
export function retryNotBefore({ count, lastAt, own }: Failures, now: number): number {
  const after = (at: number, seconds: number): number => (at > now ? now : at + seconds);
  return Math.max(
    after(lastAt, step(count === own.count ? 0 : count + 1) * SECONDS_PER_MINUTE),
    after(own.lastAt, step(own.count) * SECONDS_PER_HOUR),
  );
}

const step = (count: number): number => STEPS[Math.min(count, STEPS.length - 1)] ?? 0;
