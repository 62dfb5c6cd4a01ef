import { escapeTerminal } from './escape.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in decimal units with three significant digits at most: `1.84 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const rounded = Number(value.toPrecision(3));
  const digits = unit === 0 || rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2;
  return `${rounded.toFixed(digits)} ${UNITS[unit] ?? 'B'}`;
}

/** A whole number with its thousands set apart: `12,345`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 package`, `3 packages`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** The day of an RFC 3339 time; a text that is not one as it is, but escaped. */
export function formatDay(time: string): string {
  return /^\d{4}-\d\d-\d\d/.exec(time)?.[0] ?? escapeTerminal(time);
}

const DURATIONS = [
  ['day', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** Whole seconds in their two greatest units: `2 days 4 h`, `35 min`, `0 s`. What is less than a second is left out. */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(Math.max(0, seconds));
  const first = DURATIONS.findIndex(([, length]) => whole >= length);
  let rest = whole;
  const parts: string[] = [];
  for (const [unit, length] of first === -1 ? [] : DURATIONS.slice(first, first + 2)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(unit === 'day' ? plural(count, 'day') : `${count} ${unit}`);
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
