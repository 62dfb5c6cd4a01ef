/** X.509 certificates for tests, also ones that no authority would issue. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { distinguishedName, extension, type KeyPair } from '../services/certificate.ts';
import { der } from '../services/der.ts';

export interface CertificateRequest {
  /** Common name; country and organisation are always the same. */
  readonly name: string;
  readonly keys: KeyPair;
  /** Absent: signs itself. */
  readonly issuer?: { readonly name: string; readonly keys: KeyPair };
  readonly from?: string;
  readonly to?: string;
  /** Positions of key usage; null leaves the extension out. */
  readonly usages?: readonly number[] | null;
  readonly isUsageCritical?: boolean;
  /** Object identifiers of extended key usage. */
  readonly purposes?: readonly string[];
  readonly isPurposeCritical?: boolean;
  /** Length of the path below; null has no limit. Absent: no authority. */
  readonly authority?: { readonly longestPath: number | null };
  readonly hash?: 'sha1' | 'sha256';
}

export const DIGITAL_SIGNATURE = 0;
export const KEY_CERT_SIGN = 5;

export function p256(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** @returns DER */
export function makeCertificate(request: CertificateRequest): Buffer {
  const { name, keys, issuer = { name, keys }, authority, usages = [DIGITAL_SIGNATURE] } = request;
  const kind = issuer.keys.privateKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec';
  const hash = request.hash ?? 'sha256';
  const algorithm = der.sequence(der.oid(SIGNATURE_ALGORITHMS[`${kind}-${hash}`]));
  const path = authority?.longestPath ?? null;
  const constraints = der.sequence(der.boolean(true), ...(path === null ? [] : [der.integer(path)]));
  const extensions = [
    ...(authority === undefined ? [] : [extension('2.5.29.19', constraints, true)]),
    ...(usages === null ? [] : [extension('2.5.29.15', bits(usages), request.isUsageCritical ?? true)]),
    ...(request.purposes === undefined
      ? []
      : [
          extension(
            '2.5.29.37',
            der.sequence(...request.purposes.map(der.oid)),
            request.isPurposeCritical ?? false,
          ),
        ]),
  ];
  const body = der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(1),
    algorithm,
    nameOf(issuer.name),
    der.sequence(time(request.from ?? '20200101000000Z'), time(request.to ?? '20400101000000Z')),
    nameOf(name),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(...extensions)),
  );
  return der.sequence(body, algorithm, der.bitString(sign(hash, body, issuer.keys.privateKey)));
}

const SIGNATURE_ALGORITHMS = {
  'rsa-sha1': '1.2.840.113549.1.1.5',
  'rsa-sha256': '1.2.840.113549.1.1.11',
  'ec-sha1': '1.2.840.10045.4.1',
  'ec-sha256': '1.2.840.10045.4.3.2',
} as const;

/** DER of the name that {@link makeCertificate} gives to a common name. */
export function nameOf(commonName: string): Buffer {
  return distinguishedName([
    ['C', 'US'],
    ['O', 'Acme, Inc.'],
    ['CN', commonName],
  ]);
}

/** GeneralizedTime, also one that is no time. */
const time = (text: string): Buffer => Buffer.concat([Buffer.of(0x18, text.length), Buffer.from(text)]);

function bits(positions: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2);
  for (const position of positions) {
    const index = position >> 3;
    bytes.writeUInt8(bytes.readUInt8(index) | (0x80 >> (position & 7)), index);
  }
  return der.bitString(bytes);
}
