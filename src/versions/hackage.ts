import { compareLists, compareNumerals } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

/** Versions of Haskell's packages: numbers between dots, of which each counts, zeros too. https://pvp.haskell.org */
export const hackage = parsedScheme(
  'hackage',
  (version) => (/^\d+(?:\.\d+)*$/.test(version) ? version.split('.') : null),
  (a, b) => compareLists(a, b, compareNumerals),
);
