import { compareLists, compareNumerals } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

/** Versions of R's packages: numbers between dots and hyphens, of which each counts, zeros too. R, `?package_version`. */
export const cran = parsedScheme(
  'cran',
  (version) => (/^\d+(?:[.-]\d+)*$/.test(version) ? version.split(/[.-]/) : null),
  (a, b) => compareLists(a, b, compareNumerals),
);
