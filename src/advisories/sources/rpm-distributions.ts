import { NOT_STATED, type SourceDescription } from './source-description.ts';

/** Sources of operating systems with packages of rpm, beside Red Hat and its rebuilds. */
export const RPM_DISTRIBUTION_SOURCES: readonly SourceDescription[] = [
  {
    id: 'amazon',
    name: 'Amazon Linux security advisories',
    licence: NOT_STATED,
    attribution: 'Amazon Web Services, alas.aws.amazon.com',
    redistributable: false,
    page: amazonPage,
  },
  {
    id: 'azure-linux',
    name: 'Azure Linux and CBL-Mariner vulnerability data',
    licence: 'MIT',
    attribution: 'Microsoft, github.com/microsoft/AzureLinuxVulnerabilityData',
    redistributable: true,
    page: (id) =>
      id.startsWith('CVE-')
        ? `https://msrc.microsoft.com/update-guide/vulnerability/${id}`
        : `https://osv.dev/vulnerability/${id}`,
    prefixes: ['AZL-'],
    oneFlawARecord: true,
  },
  {
    id: 'fedora',
    name: 'Fedora and EPEL updates',
    licence: NOT_STATED,
    attribution: 'The Fedora Project, bodhi.fedoraproject.org',
    redistributable: false,
    page: (id) => `https://bodhi.fedoraproject.org/updates/${id}`,
  },
  {
    id: 'mageia',
    name: 'Mageia advisories',
    licence: NOT_STATED,
    attribution: 'Mageia.Org, advisories.mageia.org',
    redistributable: false,
    page: (id) => `https://advisories.mageia.org/${id}.html`,
    prefixes: ['MGASA-', 'MGAA-'],
    coversRelated: true,
  },
  {
    id: 'openeuler',
    name: 'openEuler security advisories',
    licence: NOT_STATED,
    attribution: 'openEuler, repo.openeuler.org/security/data',
    redistributable: false,
    page: (id) => `https://www.openeuler.org/en/security/safety-bulletin/detail.html?id=${openEulerName(id)}`,
    prefixes: ['OESA-', 'openEuler-SA-'],
    coversRelated: true,
  },
  {
    id: 'oracle',
    name: 'Oracle Linux errata',
    licence: NOT_STATED,
    attribution: 'Oracle, linux.oracle.com/security/oval',
    redistributable: false,
    page: (id) => `https://linux.oracle.com/${id.startsWith('CVE-') ? 'cve' : 'errata'}/${id}.html`,
  },
  {
    id: 'photon',
    name: 'Photon OS advisories and flaws',
    licence: NOT_STATED,
    attribution: 'Broadcom, packages.broadcom.com/photon',
    redistributable: false,
    page: null,
  },
];

/**
 * `ALAS2023-2023-001` lies in `AL2023/ALAS-2023-001.html`, topics of the extras (`ALASNGINX1-2023-003`) in `AL2`, and
 * `ALAS-2018-939` of the first Amazon Linux in no folder.
 */
function amazonPage(id: string): string {
  const [, release, rest = ''] = /^ALAS(2023|2022|2)?(.*)$/.exec(id) ?? [];
  const folder = release ?? (/^[A-Z]/.test(rest) ? '2' : null);
  return `https://alas.aws.amazon.com/${folder === null ? '' : `AL${folder}/`}ALAS${rest}.html`;
}

/** OSV writes `OESA-2023-1374` for openEuler's `openEuler-SA-2023-1374`. */
function openEulerName(id: string): string {
  return id.replace(/^OESA-/, 'openEuler-SA-');
}
