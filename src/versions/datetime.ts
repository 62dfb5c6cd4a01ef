import { parsedScheme } from './parsed-scheme.ts';

/** RFC 3339, section 5.6. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?<fraction>\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** Points in time of any offset. VERS, "General VERS types", `datetime`. */
export const datetime = parsedScheme(
  'datetime',
  read,
  (a, b) => a.second - b.second || a.fraction - b.fraction,
);

function read(version: string): { second: number; fraction: number } | null {
  const parts = TIME.exec(version);
  if (parts === null) return null;
  const fraction = parts.groups?.['fraction'] ?? '';
  const second = Date.parse(version.replace(fraction, '').toUpperCase());
  return Number.isNaN(second) ? null : { second, fraction: Number(`0${fraction}`) };
}
