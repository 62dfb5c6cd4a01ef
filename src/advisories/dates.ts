/** Nothing that Hallmark reads is older; earlier dates are placeholders (Go's records say 0001-01-01). */
import { formatSeconds } from '../formats/time.ts';
const EARLIEST_MS = Date.UTC(1985, 0, 1);

/** NVD and older CVE records write no zone, and mean UTC; the machine's own would be taken. */
const WITHOUT_ZONE = /T\d{2}:\d{2}[\d:.]*$/;

/**
 * A date of a record as RFC 3339 in UTC with whole seconds. Null for none, for what is not a date, for a placeholder and
 * for a date in the future: two PyPI records say that they were modified in 2027, and one such record must not make a
 * database look fresher than it is.
 */
export function recordDate(text: string | null | undefined, now: Date): string | null {
  if (text === null || text === undefined || text.length > 64 || !/^\d{4}-\d{2}-\d{2}/.test(text))
    return null;
  const ms = Date.parse(WITHOUT_ZONE.test(text) ? `${text}Z` : text);
  if (Number.isNaN(ms) || ms < EARLIEST_MS || ms > now.getTime()) return null;
  return formatSeconds(Math.floor(ms / 1000));
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A day whose month is an English word, or the beginning of one, as RFC 3339 full-date; null for another word. */
export function writtenDay(year: string, month: string, day: string): string | null {
  const number = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  return number === 0 ? null : `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** What `formatSeconds` of `formats/time.ts` wrote, as seconds since 1970. */
export function parseSeconds(date: string): number {
  return Math.floor(Date.parse(date) / 1000);
}

/** The later of two dates in the form of `recordDate`. */
export function laterDate(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? b : a;
}
