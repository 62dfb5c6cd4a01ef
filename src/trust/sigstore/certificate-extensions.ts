/** Extensions of certificates, RFC 5280 section 4.2, as far as the verifying library does not look at them. */
import type { X509Certificate } from '@sigstore/core';

/** Those whose meaning is enforced here or by the library: key usage, alternative name, basic constraints, extended key usage. */
const UNDERSTOOD: ReadonlySet<string> = new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.37']);

/**
 * The first critical extension that nobody here enforces; null where there is none. "Critical" means: who does not understand
 * this must not accept the certificate.
 *
 * @throws {Error} of the library, for extensions that are none
 */
export function unknownCriticalExtension(certificate: X509Certificate): string | null {
  const found = extensionsOf(certificate).find(({ oid, isCritical }) => isCritical && !UNDERSTOOD.has(oid));
  return found?.oid ?? null;
}

/** The first extension that a certificate has twice: readers disagree about which of them counts. */
export function repeatedExtension(certificate: X509Certificate): string | null {
  const oids = extensionsOf(certificate).map(({ oid }) => oid);
  return oids.find((oid, index) => oids.indexOf(oid) !== index) ?? null;
}

function extensionsOf({
  extensions,
}: X509Certificate): readonly { readonly oid: string; readonly isCritical: boolean }[] {
  return extensions.map(({ subs }) => ({
    oid: subs[0]?.toOID() ?? '',
    // SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue }
    isCritical: subs.length === 3 && subs[1]?.toBoolean() === true,
  }));
}
