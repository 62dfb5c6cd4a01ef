import { sign, type KeyObject } from 'node:crypto';
import { ecKeyPair, extension, spkiOf, type Amendment } from './certificate.ts';
import { der } from './der.ts';
import { sha256 } from './sha256.ts';

/** A certificate transparency log, as far as it speaks to authorities: it promises to keep what it has seen. RFC 6962 */
export interface CertificateLog {
  readonly publicKey: KeyObject;
  /** SHA-256 of the public key. */
  readonly id: Buffer;
  /** The extension that adds the log's promise to a certificate by this issuer. RFC 6962, 3.3 */
  promise(issuer: KeyObject): Amendment;
}

const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';

export function createCertificateLog(now: () => Date): CertificateLog {
  const { publicKey, privateKey } = ecKeyPair();
  const id = sha256(spkiOf(publicKey));
  return {
    publicKey,
    id,
    promise: (issuer) => (precertificate) => {
      const timestamp = Buffer.alloc(8);
      timestamp.writeBigUInt64BE(BigInt(now().getTime()));
      const version = Buffer.of(0);
      const none = Buffer.of(0, 0);
      const signed = Buffer.concat([
        version,
        Buffer.of(0), // SignatureType certificate_timestamp
        timestamp,
        Buffer.of(0, 1), // LogEntryType precert_entry
        sha256(spkiOf(issuer)),
        withLength(precertificate, 3),
        none,
      ]);
      const algorithm = Buffer.of(4, 3); // SHA-256, ECDSA
      const signature = withLength(sign('sha256', signed, privateKey), 2);
      const timestampStructure = Buffer.concat([version, id, timestamp, none, algorithm, signature]);
      return extension(SCT_LIST, der.octets(withLength(withLength(timestampStructure, 2), 2)));
    },
  };
}

/** A vector of TLS: its length in so many bytes, then the content. RFC 5246, 4.3 */
function withLength(content: Uint8Array, lengthBytes: number): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(content.length, 0, lengthBytes);
  return Buffer.concat([length, content]);
}
