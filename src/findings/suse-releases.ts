/** SUSE's products by os-release. The products' names are those of its advisories without the vendor, as OSV writes them. */

/** Most packages of SUSE Linux Enterprise come from modules, which every edition of the same service pack shares. */
const MODULES: readonly string[] = [
  'Basesystem',
  'Certifications',
  'Confidential Computing Technical Preview',
  'Containers',
  'Desktop Applications',
  'Development Tools',
  'HPC',
  'Legacy',
  'Public Cloud',
  'Python 2',
  'Python 3',
  'SAP Applications',
  'Server Applications',
  'Transactional Server',
  'Web and Scripting',
];

/** Modules of release 12 are for all of its service packs. */
const MODULES_OF_12: readonly string[] = [
  'Advanced Systems Management',
  'Certifications',
  'Containers',
  'HPC',
  'Legacy',
  'Public Cloud',
  'Toolchain',
  'Web and Scripting',
];

/**
 * The products that packages of an edition may come from: itself, the server and its modules.
 *
 * @param edition `Server`, `Desktop`
 * @returns for VERSION_ID `15.5`: `Linux Enterprise Server 15 SP5`, `Linux Enterprise Module for Basesystem 15 SP5`, …
 */
export function suseReleases(edition: string): (versionId: string) => readonly string[] {
  return (versionId) => {
    const release = versionId.replace(/^(1[125])\./, '$1 SP');
    const [major = ''] = versionId.split('.', 1);
    return [
      ...new Set([`Linux Enterprise ${edition} ${release}`, `Linux Enterprise Server ${release}`]),
      ...(major === '12' ? MODULES_OF_12.map((name) => moduleOf(name, major)) : []),
      ...(major === '15' ? MODULES.map((name) => moduleOf(name, release)) : []),
      ...(major === '12' ? [`Linux Enterprise Software Development Kit ${release}`] : []),
      ...(major === '15' ? [`Package Hub ${release}`] : []),
    ];
  };
}

function moduleOf(name: string, release: string): string {
  return `Linux Enterprise Module for ${name} ${release}`;
}
