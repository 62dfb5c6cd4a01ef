/**
 * SUSE's products by os-release, named as in its advisories without the vendor, as OSV writes them. Modules whose packages
 * an ordinary installation has are the Server's already, see `suseProduct`.
 */

/** Modules of release 12, which are for all of its service packs. */
const MODULES_OF_12: readonly string[] = [
  'Advanced Systems Management',
  'Containers',
  'HPC',
  'Legacy',
  'Public Cloud',
  'Toolchain',
  'Web and Scripting',
];

/**
 * The products that packages of an edition may come from: itself, the Server, and what is added to both.
 *
 * @param edition `Server`, `Desktop`
 * @returns for VERSION_ID `15.5`: `Linux Enterprise Server 15 SP5`, `Package Hub 15 SP5`
 */
export function suseReleases(edition: string): (versionId: string) => readonly string[] {
  return (versionId) => {
    // service packs ended with 15
    const release = versionId.replace(/^(1[125])\./, '$1 SP');
    const products = [`Linux Enterprise ${edition} ${release}`, `Linux Enterprise Server ${release}`];
    if (/^12\b/.test(versionId)) {
      products.push(`Linux Enterprise Software Development Kit ${release}`);
      products.push(...MODULES_OF_12.map((name) => `Linux Enterprise Module for ${name} 12`));
    } else if (/^15\b/.test(versionId)) products.push(`Package Hub ${release}`);
    return [...new Set(products)];
  };
}
