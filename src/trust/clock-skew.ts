/** Clocks differ by so much before a time lies in the future: milliseconds. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Whether a time has yet to come, by more than clocks differ. Milliseconds since the epoch; what is no time is never the past. */
export function isFuture(time: number, now: number): boolean {
  return !(time <= now + CLOCK_SKEW_MS);
}
