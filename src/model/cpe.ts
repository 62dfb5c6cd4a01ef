/**
 * The CPE 2.3 name of an application of a version, as a formatted string.
 * NIST IR 7695, "Common Platform Enumeration: Naming Specification", section 6.2.
 *
 * @param product vendor and product as the National Vulnerability Database names them: `apache:http_server`
 */
export function applicationCpe(product: CpeProduct, version: string): string {
  const [vendor = '', name = ''] = product.split(':');
  return `cpe:2.3:a:${quote(vendor)}:${quote(name)}:${version === '' ? '*' : quote(version)}:*:*:*:*:*:*:*`;
}

export type CpeProduct = `${string}:${string}`;

/** Attributes are lower case; all but letters, digits, underscores, hyphens and periods is quoted. */
function quote(attribute: string): string {
  return attribute.toLowerCase().replaceAll(/[^a-z0-9._-]/g, (character) => `\\${character}`);
}
