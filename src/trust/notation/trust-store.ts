import { readPem } from '../../formats/pem.ts';
import { TrustError } from '../errors.ts';
import type { CertificateStore } from '../material/material.ts';
import { isAuthority } from './certificate-chain.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { NotationFault } from './fault.ts';

/** One file of a trust store. */
export interface TrustStoreFile {
  /** Below the trust store, with slashes: `x509/ca/acme/root.pem`. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** The kinds of store by their folders. Notary Project, trust-store-trust-policy.md, "Trust Store". */
const KINDS: Readonly<Record<string, CertificateStore['kind']>> = {
  ca: 'ca',
  signingAuthority: 'signing-authority',
  tsa: 'timestamp-authority',
};

const NAME = /^[A-Za-z0-9_.-]{1,200}$/;
const MAX_CERTIFICATES = 1000;

/**
 * The stores in the files of a trust store, as Notation's `truststore` folder has them. Stores and their certificates come in the
 * order of the paths.
 *
 * @throws {TrustError} TRUST_STORE_INVALID
 */
export function toCertificateStores(files: readonly TrustStoreFile[]): readonly CertificateStore[] {
  const found = new Map<string, Omit<CertificateStore, 'name'>>();
  const inOrder = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, content } of inOrder) {
    const [type, folder = '', name = '', file, ...more] = path.split('/');
    const kind = Object.hasOwn(KINDS, folder) ? KINDS[folder] : undefined;
    if (type !== 'x509' || kind === undefined || file === undefined || more.length > 0 || !NAME.test(name)) {
      throw invalid(path, 'is not x509/TYPE/NAME/FILE with the type ca, signingAuthority or tsa');
    }
    const store = `${folder}:${name}`;
    const certificates = readCertificates(path, content, kind);
    found.set(store, { kind, certificates: [...(found.get(store)?.certificates ?? []), ...certificates] });
  }
  return [...found].map(([name, store]) => ({ name, ...store }));
}

function readCertificates(
  path: string,
  content: Uint8Array,
  kind: CertificateStore['kind'],
): readonly Uint8Array[] {
  const text = Buffer.from(content).toString('latin1');
  const certificates = text.startsWith('-----') ? readBlocks(path, text) : [content];
  for (const der of certificates) {
    const fault = rootFault(readCertificate(path, der), kind);
    if (fault !== null) throw invalid(path, fault);
  }
  return certificates;
}

function readBlocks(path: string, text: string): readonly Uint8Array[] {
  const blocks = readPem(text, MAX_CERTIFICATES);
  if (blocks === null || blocks.some(({ label }) => label !== 'CERTIFICATE')) {
    throw invalid(path, `holds something else than 1 to ${MAX_CERTIFICATES} certificates in PEM`);
  }
  return blocks.map(({ der }) => der);
}

function readCertificate(path: string, der: Uint8Array): Certificate {
  try {
    return parseCertificate(der);
  } catch (cause) {
    if (cause instanceof NotationFault) throw invalid(path, `holds no certificate: ${cause.message}`, cause);
    throw cause;
  }
}

/** A leaf of somebody's chain in a store would admit whoever that chain's authority issues another one to. */
function rootFault(certificate: Certificate, kind: CertificateStore['kind']): string | null {
  const signedItself = certificate.isIssuedBy(certificate);
  const { subject } = certificate;
  if (kind === 'timestamp-authority') {
    return signedItself && isAuthority(certificate) ? null : `${subject} is no root of an authority`;
  }
  return signedItself || isAuthority(certificate)
    ? null
    : `${subject} is neither an authority nor signed by itself`;
}

function invalid(path: string, reason: string, cause?: unknown): TrustError {
  return new TrustError('TRUST_STORE_INVALID', `${path} ${reason}`, { subject: path, cause });
}
