/**
 * One spelling for equal JSON values, so that they can be hashed: keys in the order of their UTF-16 code units, no space, numbers and
 * strings as ECMAScript writes them. RFC 8785, JSON Canonicalization Scheme.
 *
 * @param value plain data; fields that are undefined are left out, as `JSON.stringify` does
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}
