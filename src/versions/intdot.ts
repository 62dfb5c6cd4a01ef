import { compareReleases } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

/** Numbers between dots, read to the first other character. VERS, "General VERS types", `intdot`. */
export const intdot = parsedScheme(
  'intdot',
  (version) => /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.') ?? null,
  compareReleases,
);
