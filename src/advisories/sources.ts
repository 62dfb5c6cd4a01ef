import type { AdvisorySource } from '../model/assessment.ts';

/** Where records come from: whom to name, what may be done with them, and how to tell them from others. */
export interface SourceDescription extends Pick<AdvisorySource, 'id' | 'name' | 'licence' | 'attribution'> {
  /** The licence lets the facts be passed on inside Hallmark's starter database. */
  readonly redistributable: boolean;
  /** The home of one record; null where the source has no page for it. */
  readonly page: ((id: string) => string | null) | null;
  /** OSV: ecosystems (without release) that only this source writes; they decide before prefixes. */
  readonly ecosystems?: readonly string[];
  /** OSV: what the records' identifiers start with. */
  readonly prefixes?: readonly string[];
  /** OSV: one identifier has a record for each product, so that they are joined instead of replacing each other. */
  readonly recordPerProduct?: boolean;
  /** OSV: `related` names the flaws that the record fixes (distributions' errata), not merely similar ones. */
  readonly coversRelated?: boolean;
  /** OSV: `summary` begins with the severity and a colon, and names the module streams of modular builds. */
  readonly factsInSummary?: boolean;
}

const CC_BY_4 = 'CC-BY-4.0';
const NOT_STATED = 'not stated';

export const SOURCES: readonly SourceDescription[] = [
  {
    id: 'almalinux',
    name: 'AlmaLinux OSV database',
    licence: 'MIT',
    attribution: 'AlmaLinux OS Foundation, github.com/AlmaLinux/osv-database',
    redistributable: true,
    page: null,
    prefixes: ['ALSA-', 'ALBA-', 'ALEA-'],
    coversRelated: true,
    factsInSummary: true,
  },
  {
    id: 'alpine-secdb',
    name: 'Alpine Linux security database',
    licence: 'CC-BY-SA',
    attribution: 'Alpine Linux, secdb.alpinelinux.org; from the "# secfixes:" comments of aports',
    redistributable: true,
    page: (id) => (id.startsWith('CVE-') ? `https://security.alpinelinux.org/vuln/${id}` : null),
  },
  {
    id: 'bellsoft',
    name: 'BellSoft OSV database (Alpaquita Linux)',
    licence: 'MIT',
    attribution: 'BellSoft, github.com/bell-sw/osv-database',
    redistributable: true,
    page: (id) => `https://docs.bell-sw.com/security/cves/${id.replace(/^BELL-/, '')}`,
    prefixes: ['BELL-'],
  },
  {
    id: 'bitnami',
    name: 'Bitnami Vulnerability Database',
    licence: 'Apache-2.0',
    attribution: 'VMware Tanzu (Bitnami), github.com/bitnami/vulndb',
    redistributable: true,
    page: (id) => `https://osv.dev/vulnerability/${id}`,
    ecosystems: ['Bitnami'],
    prefixes: ['BIT-'],
  },
  {
    id: 'cisa-kev',
    name: 'CISA Known Exploited Vulnerabilities catalog',
    licence: 'CC0-1.0',
    attribution: null,
    redistributable: true,
    page: null,
  },
  {
    id: 'debian-changelogs',
    name: 'Debian package changelogs',
    licence: 'facts from changelogs of Debian packages',
    attribution: 'The maintainers of the Debian packages named',
    redistributable: true,
    page: (id) => `https://security-tracker.debian.org/tracker/${id}`,
  },
  {
    id: 'debian-elts',
    name: 'Debian Extended LTS advisories',
    licence: NOT_STATED,
    attribution: 'Freexian, converted by github.com/captn3m0/debian-elts-advisories',
    redistributable: false,
    page: (id) => `https://deb.freexian.com/extended-lts/tracker/${id}`,
    prefixes: ['ELA-'],
    coversRelated: true,
  },
  {
    id: 'debian-osv',
    name: 'Debian advisories as converted by OSV',
    licence: NOT_STATED,
    attribution: 'Debian security team',
    redistributable: false,
    page: (id) => `https://security-tracker.debian.org/tracker/${id.replace(/^DEBIAN-/, '')}`,
    prefixes: ['DSA-', 'DLA-', 'DTSA-', 'DEBIAN-CVE-'],
  },
  {
    id: 'debian-tracker',
    name: 'Debian security tracker',
    licence: NOT_STATED,
    attribution: 'Debian security team, security-tracker.debian.org',
    redistributable: false,
    page: (id) => `https://security-tracker.debian.org/tracker/${id}`,
  },
  {
    id: 'dhi',
    name: 'Docker Hardened Images advisories',
    licence: 'Apache-2.0',
    attribution: 'Docker, github.com/docker-hardened-images/advisories',
    redistributable: true,
    page: null,
    ecosystems: ['DHI'],
    recordPerProduct: true,
  },
  {
    id: 'drupal',
    name: 'Drupal advisory database',
    licence: 'MIT',
    attribution: 'Drupal security team, github.com/DrupalSecurityTeam/drupal-advisory-database',
    redistributable: true,
    page: (id) => `https://www.drupal.org/${id.replace(/^DRUPAL-/, 'SA-').toLowerCase()}`,
    prefixes: ['DRUPAL-'],
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
    id: 'ghsa',
    name: 'GitHub Advisory Database',
    licence: CC_BY_4,
    attribution: 'GitHub, github.com/github/advisory-database',
    redistributable: true,
    page: (id) => `https://github.com/advisories/${id}`,
    prefixes: ['GHSA-'],
  },
  {
    id: 'go',
    name: 'Go vulnerability database',
    licence: CC_BY_4,
    attribution: 'The Go authors, vuln.go.dev',
    redistributable: true,
    page: (id) => `https://pkg.go.dev/vuln/${id}`,
    prefixes: ['GO-'],
  },
  {
    id: 'haskell',
    name: 'Haskell security advisories',
    licence: 'CC0-1.0',
    attribution: null,
    redistributable: true,
    page: (id) => `https://osv.dev/vulnerability/${id}`,
    prefixes: ['HSEC-'],
  },
  {
    id: 'julia',
    name: 'Julia security advisories',
    licence: CC_BY_4,
    attribution: 'JuliaLang, github.com/JuliaLang/SecurityAdvisories.jl',
    redistributable: true,
    page: (id) => `https://osv.dev/vulnerability/${id}`,
    prefixes: ['JLSEC-'],
  },
  {
    id: 'kubernetes',
    name: 'Kubernetes advisories',
    licence: NOT_STATED,
    attribution: 'The Kubernetes authors',
    redistributable: false,
    page: (id) => `https://www.cve.org/CVERecord?id=${id}`,
    ecosystems: ['kubernetes'],
    recordPerProduct: true,
  },
  {
    id: 'pypa',
    name: 'Python packaging advisory database',
    licence: CC_BY_4,
    attribution: 'Python Packaging Authority, github.com/pypa/advisory-database',
    redistributable: true,
    page: (id) => `https://osv.dev/vulnerability/${id}`,
    prefixes: ['PYSEC-'],
  },
  {
    id: 'r',
    name: 'R advisory database',
    licence: 'Apache-2.0',
    attribution: 'R Consortium, github.com/RConsortium/r-advisory-database',
    redistributable: true,
    page: (id) => `https://osv.dev/vulnerability/${id}`,
    prefixes: ['RSEC-'],
  },
  {
    id: 'rocky',
    name: 'Rocky Linux errata',
    licence: 'BSD (as stated by OSV)',
    attribution: 'Rocky Enterprise Software Foundation',
    redistributable: false,
    page: (id) => `https://errata.rockylinux.org/${id}`,
    prefixes: ['RLSA-', 'RXSA-', 'RLBA-', 'RLEA-'],
    coversRelated: true,
    factsInSummary: true,
  },
  {
    id: 'rustsec',
    name: 'RustSec advisory database',
    licence: 'CC0-1.0',
    attribution: null,
    redistributable: true,
    page: (id) => `https://rustsec.org/advisories/${id}.html`,
    prefixes: ['RUSTSEC-'],
  },
  {
    id: 'ubuntu',
    name: 'Ubuntu security notices and CVE tracker',
    licence: 'CC-BY-SA-4.0',
    attribution: 'Canonical, github.com/canonical/ubuntu-security-notices',
    redistributable: false,
    page: (id) =>
      `https://ubuntu.com/security/${id.startsWith('USN-') ? 'notices/' : ''}${id.replace(/^UBUNTU-/, '')}`,
    prefixes: ['UBUNTU-', 'USN-', 'LSN-'],
  },
  {
    id: 'malicious-packages',
    name: 'OpenSSF malicious packages',
    licence: 'Apache-2.0',
    attribution: 'OpenSSF, github.com/ossf/malicious-packages',
    redistributable: true,
    page: (id) => `https://osv.dev/vulnerability/${id}`,
    prefixes: ['MAL-'],
  },
  {
    id: 'redhat',
    name: 'Red Hat advisories',
    licence: CC_BY_4,
    attribution: 'Red Hat, security.access.redhat.com',
    redistributable: true,
    page: (id) => `https://access.redhat.com/errata/${id}`,
    prefixes: ['RHSA-', 'RHBA-', 'RHEA-'],
  },
  {
    id: 'osv',
    name: 'Other records in the OSV format',
    licence: NOT_STATED,
    attribution: null,
    redistributable: false,
    page: (id) => `https://osv.dev/vulnerability/${id}`,
  },
];

const BY_ID = new Map(SOURCES.map((source) => [source.id, source]));

/** Undefined for an identifier that is not in the table. */
export function sourceNamed(id: string): SourceDescription | undefined {
  return BY_ID.get(id);
}

/** Who wrote an OSV record, from the ecosystems it speaks of and its identifier. `osv` when neither is known. */
export function sourceOfOsvRecord(id: string, ecosystems: readonly string[]): string {
  const bases = new Set(ecosystems.map((ecosystem) => ecosystem.split(':', 1)[0] ?? ''));
  const source =
    SOURCES.find((candidate) => candidate.ecosystems?.some((ecosystem) => bases.has(ecosystem))) ??
    SOURCES.find((candidate) => candidate.prefixes?.some((prefix) => id.startsWith(prefix)));
  return source?.id ?? 'osv';
}
