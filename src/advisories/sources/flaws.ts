import { NOT_STATED, type SourceDescription } from './source-description.ts';

/** Sources that speak of flaws as such: ratings, exploitation, identifiers, and products by their CPE. */
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
    id: 'cisa-vulnrichment',
    name: 'CISA Vulnrichment',
    licence: 'CC0-1.0',
    attribution: null,
    redistributable: true,
    partial: true,
    page: cveRecord,
  },
  {
    id: 'cve-enrichment',
    name: 'Anchore CVE data enrichment',
    licence: 'CC0-1.0',
    attribution: null,
    redistributable: true,
    partial: true,
    page: cveRecord,
  },
  {
    id: 'cve-list',
    name: 'CVE List',
    licence: 'CVE Program Terms of Use',
    attribution: 'The MITRE Corporation, www.cve.org',
    redistributable: true,
    partial: true,
    page: cveRecord,
  },
  {
    id: 'endoflife-date',
    name: 'endoflife.date',
    licence: 'MIT',
    attribution: 'The endoflife.date authors, endoflife.date',
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
  {
    id: 'in-the-wild',
    name: 'inTheWild, reports of exploitation',
    licence: 'Apache-2.0',
    attribution: 'inTheWild, inthewild.io',
    redistributable: true,
    page: (id) => `https://inthewild.io/vuln/${id}`,
  },
  {
    id: 'nvd',
    name: 'National Vulnerability Database',
    licence: 'public domain',
    attribution: null,
    redistributable: true,
    page: nvdPage,
  },
  {
    id: 'nvd-overrides',
    name: 'Anchore NVD data overrides',
    licence: 'CC0-1.0',
    attribution: null,
    redistributable: true,
    partial: true,
    page: nvdPage,
  },
  {
    id: 'openssl',
    name: 'OpenSSL vulnerabilities',
    licence: NOT_STATED,
    attribution: 'The OpenSSL project, openssl-library.org',
    redistributable: false,
    partial: true,
    page: cveRecord,
  },
];

function cveRecord(id: string): string {
  return `https://www.cve.org/CVERecord?id=${id}`;
}

function nvdPage(id: string): string {
  return `https://nvd.nist.gov/vuln/detail/${id}`;
}
