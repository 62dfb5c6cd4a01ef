import type { SourceDescription } from './source-description.ts';

/** Sources that speak of flaws as such: ratings, exploitation, identifiers. */
export const FLAW_SOURCES: readonly SourceDescription[] = [
  {
    id: 'cisa-kev',
    name: 'CISA Known Exploited Vulnerabilities catalog',
    licence: 'CC0-1.0',
    attribution: null,
    redistributable: true,
    page: null,
  },
  {
    id: 'epss',
    name: 'Exploit Prediction Scoring System',
    licence: 'free to use with attribution',
    attribution: 'FIRST.org, www.first.org/epss',
    redistributable: true,
    page: null,
  },
];
