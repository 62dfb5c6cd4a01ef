import { z } from 'zod';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };
const PATTERN = /^(\d{1,6})([smhdw])$/;

/** What is asked for, in messages. */
export const A_DURATION = 'a time such as 90s, 10m, 24h, 30d or 2w';

/** `90s`, `10m`, `24h`, `30d`, `2w`, as seconds. */
export const Duration = z
  .string()
  .regex(PATTERN, A_DURATION)
  .transform((text) => {
    const [, count = '0', unit = 's'] = PATTERN.exec(text) ?? [];
    return Number(count) * (SECONDS[unit] ?? 1);
  });

/** A day below what timers of Node hold: 2^31 − 1 ms. They take what is longer for no time at all. */
const LONGEST_WAIT = 24 * 86_400;

/** A time that is waited for, as seconds. */
export const Wait = Duration.refine(
  (seconds) => seconds >= 1 && seconds <= LONGEST_WAIT,
  'a time from 1s to 24d',
);
