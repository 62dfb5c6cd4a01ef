import { FILES, gitFiles, osvEcosystem, upstream, type UpstreamRow } from './describe-upstream.ts';
import type { Retrieval, Upstream } from './upstream.ts';

const SECDB = 'https://secdb.alpinelinux.org';
/** Releases of two years ahead are asked for as well: what is not there yet costs one request. */
const NEWEST_ALPINE = 28;
const ALPINE_RELEASES = Array.from({ length: NEWEST_ALPINE - 2 }, (_, index) => `v3.${index + 3}`);

const CHAINGUARD_TERMS =
  'CC-BY-NC-ND-4.0 with a licence for commercial scanners: no derivatives, no redistribution, no competing offering';

const REST: Retrieval = { kind: 'osv-rest' };
const CSAF: Retrieval = { kind: 'csaf-directory' };

/** One of several ways to the same facts, of which another is fetched by default. */
const instead = (retrieval: Retrieval, row: Omit<UpstreamRow, 'byDefault'>): Upstream =>
  upstream(retrieval, { ...row, byDefault: false });

/** Sources of operating systems. */
export const DISTRIBUTION_UPSTREAMS: readonly Upstream[] = [
  osvEcosystem('AlmaLinux', {
    id: 'almalinux',
    title: 'AlmaLinux errata',
    source: 'almalinux',
    megabytes: 3,
  }),
  instead(FILES, {
    id: 'almalinux-errata',
    title: 'AlmaLinux errata, from its own server',
    at: [8, 9, 10].map((release) => `https://errata.almalinux.org/${release}/errata.json`),
    source: 'almalinux',
    everyHours: 24,
    megabytes: 60,
  }),
  osvEcosystem('Alpaquita', {
    id: 'alpaquita',
    title: 'Alpaquita Linux',
    source: 'bellsoft',
    megabytes: 5,
  }),
  osvEcosystem('BellSoft Hardened Containers', {
    id: 'bellsoft-hardened',
    title: 'BellSoft Hardened Containers',
    source: 'bellsoft',
    megabytes: 5,
  }),
  upstream(
    { kind: 'files', optional: true },
    {
      id: 'alpine-secdb',
      title: 'Alpine Linux security database, v3.3 on and edge',
      at: [...ALPINE_RELEASES, 'edge'].flatMap((release) =>
        ['main', 'community'].map((repository) => `${SECDB}/${release}/${repository}.json`),
      ),
      source: 'alpine-secdb',
      everyHours: 6,
      megabytes: 3,
    },
  ),
  upstream(
    { kind: 'rpm-repository' },
    {
      id: 'amazon',
      title: 'Amazon Linux 2 and 2023',
      at: ['2/core/latest', 'al2023/core/mirrors/latest'].map(
        (release) => `https://cdn.amazonlinux.com/${release}/x86_64/mirror.list`,
      ),
      source: 'amazon',
      everyHours: 24,
      megabytes: 20,
    },
  ),
  upstream(FILES, {
    id: 'arch',
    title: 'Arch Linux security tracker',
    at: ['https://security.archlinux.org/all.json'],
    source: 'arch',
    everyHours: 24,
    megabytes: 2,
  }),
  upstream(gitFiles(['.xml']), {
    id: 'azure-linux',
    title: 'Azure Linux and CBL-Mariner',
    at: ['https://github.com/microsoft/AzureLinuxVulnerabilityData'],
    source: 'azure-linux',
    everyHours: 24,
    megabytes: 10,
  }),
  upstream(FILES, {
    id: 'chainguard',
    title: 'Chainguard',
    at: ['https://packages.cgr.dev/chainguard/security.json'],
    source: 'chainguard',
    everyHours: 6,
    megabytes: 2,
    terms: CHAINGUARD_TERMS,
  }),
  upstream(FILES, {
    id: 'debian-lists',
    title: 'Debian advisories (DSA and DLA)',
    at: ['DSA', 'DLA'].map(
      (list) =>
        `https://salsa.debian.org/security-tracker-team/security-tracker/raw/master/data/${list}/list`,
    ),
    source: 'debian-lists',
    everyHours: 24,
    megabytes: 3,
  }),
  upstream(FILES, {
    id: 'debian-tracker',
    title: 'Debian security tracker',
    at: ['https://security-tracker.debian.org/tracker/data/json'],
    source: 'debian-tracker',
    everyHours: 6,
    megabytes: 70,
  }),
  upstream(gitFiles(['.json']), {
    id: 'debian-elts',
    title: 'Debian Extended LTS',
    at: ['https://github.com/captn3m0/debian-elts-advisories'],
    source: 'debian-elts',
    everyHours: 24,
    megabytes: 2,
  }),
  upstream(FILES, {
    id: 'echo',
    title: 'Echo',
    at: ['https://advisory.echohq.com/data.json'],
    source: 'echo',
    everyHours: 6,
    megabytes: 5,
  }),
  upstream(
    { kind: 'json-pages', pages: { records: 'updates', name: 'alias', next: 'number' } },
    {
      id: 'fedora',
      title: 'Fedora and EPEL security updates',
      at: ['https://bodhi.fedoraproject.org/updates/?type=security&status=stable&rows_per_page=100'],
      source: 'fedora',
      everyHours: 24,
      megabytes: 500,
      byDefault: false,
    },
  ),
  upstream(gitFiles(['.xml']), {
    id: 'gentoo',
    title: 'Gentoo Linux security advisories',
    at: ['https://anongit.gentoo.org/git/data/glsa.git'],
    source: 'gentoo',
    everyHours: 24,
    megabytes: 5,
  }),
  osvEcosystem('Mageia', { id: 'mageia', title: 'Mageia', source: 'mageia', megabytes: 3 }),
  osvEcosystem('MinimOS', { id: 'minimos', title: 'MinimOS', source: 'minimos', megabytes: 5 }),
  osvEcosystem('openEuler', { id: 'openeuler', title: 'openEuler', source: 'openeuler', megabytes: 10 }),
  upstream(FILES, {
    id: 'oracle',
    title: 'Oracle Linux',
    at: ['https://linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2'],
    source: 'oracle',
    everyHours: 24,
    megabytes: 10,
  }),
  upstream(FILES, {
    id: 'photon',
    title: 'Photon OS',
    at: ['1.0', '2.0', '3.0', '4.0', '5.0'].map(
      (release) => `https://packages.broadcom.com/photon/photon_cve_metadata/cve_data_photon${release}.json`,
    ),
    source: 'photon',
    everyHours: 24,
    megabytes: 5,
  }),
  upstream(CSAF, {
    id: 'redhat-vex',
    title: 'Red Hat VEX: every flaw in every product',
    at: ['https://security.access.redhat.com/data/csaf/v2/vex/'],
    source: 'redhat-vex',
    everyHours: 6,
    megabytes: 300,
  }),
  upstream(CSAF, {
    id: 'redhat-advisories',
    title: 'Red Hat advisories',
    at: ['https://security.access.redhat.com/data/csaf/v2/advisories/'],
    source: 'redhat',
    everyHours: 6,
    megabytes: 200,
  }),
  upstream(FILES, {
    id: 'redhat-repositories',
    title: "Names of Red Hat's repositories, which tell their products apart",
    at: ['https://security.access.redhat.com/data/metrics/repository-to-cpe.json'],
    source: 'redhat',
    everyHours: 24,
    megabytes: 2,
  }),
  osvEcosystem('Rocky Linux', { id: 'rocky', title: 'Rocky Linux errata', source: 'rocky', megabytes: 3 }),
  instead(
    { kind: 'json-pages', pages: { records: 'advisories', name: 'id', next: 'link' } },
    {
      id: 'rocky-apollo',
      title: 'Rocky Linux errata, from its own server',
      at: ['https://apollo.build.resf.org/api/v3/osv/'],
      source: 'rocky',
      everyHours: 24,
      megabytes: 60,
    },
  ),
  upstream(FILES, {
    id: 'secureos',
    title: 'SecureOS',
    at: ['https://security.secureos.io/v1/latest.json'],
    source: 'secureos',
    everyHours: 24,
    megabytes: 1,
  }),
  osvEcosystem('SUSE', { id: 'suse', title: 'SUSE Linux Enterprise updates', source: 'suse', megabytes: 60 }),
  osvEcosystem('openSUSE', { id: 'opensuse', title: 'openSUSE updates', source: 'suse', megabytes: 40 }),
  instead(REST, {
    id: 'suse-osv',
    title: 'SUSE updates, from its own server',
    at: ['https://ftp.suse.com/pub/projects/security/osv'],
    source: 'suse',
    everyHours: 24,
    megabytes: 500,
  }),
  instead(FILES, {
    id: 'suse-oval',
    title: 'SUSE Linux Enterprise Server, OVAL',
    at: ['12', '15'].map(
      (release) =>
        `https://ftp.suse.com/pub/projects/security/oval/suse.linux.enterprise.server.${release}.xml.bz2`,
    ),
    source: 'suse',
    everyHours: 24,
    megabytes: 30,
  }),
  osvEcosystem('TuxCare', { id: 'tuxcare', title: 'TuxCare', source: null, megabytes: 5, byDefault: false }),
  upstream(FILES, {
    id: 'ubuntu',
    title: 'Ubuntu CVE records and notices (OSV)',
    at: ['https://security-metadata.canonical.com/osv/osv-all.tar.xz'],
    source: 'ubuntu',
    everyHours: 6,
    megabytes: 60,
  }),
  instead(FILES, {
    id: 'ubuntu-vex',
    title: 'Ubuntu VEX documents',
    at: ['https://security-metadata.canonical.com/vex/vex-all.tar.xz'],
    source: 'ubuntu-vex',
    everyHours: 24,
    megabytes: 60,
  }),
  upstream(FILES, {
    id: 'wolfi',
    title: 'Wolfi',
    at: ['https://packages.wolfi.dev/os/security.json'],
    source: 'chainguard',
    everyHours: 6,
    megabytes: 2,
    terms: CHAINGUARD_TERMS,
  }),
];
