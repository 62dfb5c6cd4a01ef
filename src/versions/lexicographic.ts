import { parsedScheme } from './parsed-scheme.ts';

/** Text by its bytes in UTF-8. VERS, "General VERS types", `lexicographic`. */
export const lexicographic = parsedScheme(
  'lexicographic',
  (version) => (version === '' ? null : Buffer.from(version, 'utf8')),
  (a, b) => a.compare(b),
);
