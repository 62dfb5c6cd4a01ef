/** How long a build that failed is left alone. docker-library/meta-scripts, `jenkins.jq`, `jobs_record`. */

/** In hours, by the number of attempts so far; the last stands for all that follow. */
const BACK_OFF_HOURS = [0, 0, 1, 2, 4, 8, 16, 32] as const;
const SECONDS_PER_HOUR = 3600;

/** When it may be tried again; seconds since 1970. Two attempts are made without delay. */
export function retryNotBefore({
  count,
  lastAt,
}: {
  readonly count: number;
  readonly lastAt: number;
}): number {
  const hours = BACK_OFF_HOURS[Math.min(count, BACK_OFF_HOURS.length - 1)] ?? 0;
  return lastAt + hours * SECONDS_PER_HOUR;
}
