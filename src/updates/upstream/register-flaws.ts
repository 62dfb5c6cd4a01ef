import { FILES, gitFiles, upstream } from './describe-upstream.ts';
import type { Upstream } from './upstream.ts';

/** Sources that speak of flaws as such. */
export const FLAW_UPSTREAMS: readonly Upstream[] = [
  upstream(FILES, {
    id: 'cisa-kev',
    title: 'CISA Known Exploited Vulnerabilities',
    at: ['https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json'],
    source: 'cisa-kev',
    everyHours: 6,
    megabytes: 2,
  }),
  upstream(
    { kind: 'daily-file', ending: '.csv.gz' },
    {
      id: 'epss',
      title: 'Exploit Prediction Scoring System',
      at: ['https://epss.cyentia.com/epss_scores-'],
      source: 'epss',
      everyHours: 24,
      megabytes: 3,
    },
  ),
  upstream(
    { kind: 'nvd-api' },
    {
      id: 'nvd',
      title: 'National Vulnerability Database; $NVD_API_KEY makes it ten times as fast',
      at: ['https://services.nvd.nist.gov/rest/json/cves/2.0'],
      source: 'nvd',
      everyHours: 2,
      megabytes: 1_200,
    },
  ),
  upstream(gitFiles(['.json'], ['data/']), {
    id: 'nvd-overrides',
    title: "Anchore's corrections of the NVD's products",
    at: ['https://github.com/anchore/nvd-data-overrides'],
    source: 'nvd-overrides',
    everyHours: 24,
    megabytes: 15,
  }),
  upstream(gitFiles(['.json'], ['data/']), {
    id: 'cve-enrichment',
    title: "Anchore's enrichment of CVE records",
    at: ['https://github.com/anchore/cve-data-enrichment'],
    source: 'cve-enrichment',
    everyHours: 24,
    megabytes: 10,
    byDefault: false,
  }),
  upstream(gitFiles(['.json'], ['cves/']), {
    id: 'cve-list',
    title: 'CVE List',
    at: ['https://github.com/CVEProject/cvelistV5'],
    source: 'cve-list',
    everyHours: 1,
    megabytes: 500,
    byDefault: false,
  }),
  upstream(gitFiles(['.json']), {
    id: 'cisa-vulnrichment',
    title: 'CISA Vulnrichment: exploitation, ratings and weaknesses',
    at: ['https://github.com/cisagov/vulnrichment'],
    source: 'cisa-vulnrichment',
    everyHours: 24,
    megabytes: 80,
  }),
  upstream(FILES, {
    id: 'endoflife-date',
    title: 'Support of releases',
    at: ['https://endoflife.date/api/v1/products/full'],
    source: 'endoflife-date',
    everyHours: 24,
    megabytes: 5,
  }),
  upstream(FILES, {
    id: 'in-the-wild',
    title: 'inTheWild, reports of exploitation',
    at: ['https://inthewild.io/api/exploited'],
    source: 'in-the-wild',
    everyHours: 24,
    megabytes: 2,
  }),
];
