/**
 * The CPE 2.3 name of an application of a version, as a formatted string.
 * NIST IR 7695, "Common Platform Enumeration: Naming Specification", section 6.2.
 *
 * @param product vendor and product as the National Vulnerability Database names them: `apache:http_server`
 */
export function applicationCpe(product: CpeProduct, version: string): string {
  return formatCpe('a', product, version);
}

/** As `applicationCpe`, of an operating system: `microsoft:windows_server_2019`. */
export function operatingSystemCpe(product: CpeProduct, version: string): string {
  return formatCpe('o', product, version);
}

function formatCpe(part: 'a' | 'o', product: CpeProduct, version: string): string {
  const [vendor = '', name = ''] = product.split(':');
  return `cpe:2.3:${part}:${quote(vendor)}:${quote(name)}:${version === '' ? '*' : quote(version)}:*:*:*:*:*:*:*`;
}

export type CpeProduct = `${string}:${string}`;

/** Attributes are lower case; all but letters, digits, underscores, hyphens and periods is quoted. */
function quote(attribute: string): string {
  return attribute.toLowerCase().replaceAll(/[^a-z0-9._-]/g, (character) => `\\${character}`);
}
