/** X.509 certificates for tests, also ones that no authority would issue. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

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
  const isRsa = issuer.keys.privateKey.asymmetricKeyType === 'rsa';
  const hash = request.hash ?? 'sha256';
  const algorithm = der(0x30, oid(SIGNATURE_ALGORITHMS[`${isRsa ? 'rsa' : 'ec'}-${hash}`]));
  const extensions = [
    ...(authority === undefined
      ? []
      : [
          extension(
            '2.5.29.19',
            true,
            der(
              0x30,
              der(0x01, Buffer.of(0xff)),
              ...(authority.longestPath === null ? [] : [integer(authority.longestPath)]),
            ),
          ),
        ]),
    ...(usages === null ? [] : [extension('2.5.29.15', request.isUsageCritical ?? true, bits(usages))]),
    ...(request.purposes === undefined
      ? []
      : [extension('2.5.29.37', false, der(0x30, ...request.purposes.map(oid)))]),
  ];
  const body = der(
    0x30,
    der(0xa0, integer(2)),
    integer(1),
    algorithm,
    distinguishedName(issuer.name),
    der(0x30, time(request.from ?? '20200101000000Z'), time(request.to ?? '20400101000000Z')),
    distinguishedName(name),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...extensions)),
  );
  return der(0x30, body, algorithm, der(0x03, Buffer.of(0), sign(hash, body, issuer.keys.privateKey)));
}

const SIGNATURE_ALGORITHMS = {
  'rsa-sha1': '1.2.840.113549.1.1.5',
  'rsa-sha256': '1.2.840.113549.1.1.11',
  'ec-sha1': '1.2.840.10045.4.1',
  'ec-sha256': '1.2.840.10045.4.3.2',
} as const;

export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const short = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.of(tag, 0x80 | short.length), short, content]);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f));
    return digits;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

const integer = (value: number): Buffer => der(0x02, Buffer.of(value));

const time = (text: string): Buffer => der(0x18, Buffer.from(text));

function bits(positions: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2);
  for (const position of positions) {
    const index = position >> 3;
    bytes.writeUInt8(bytes.readUInt8(index) | (0x80 >> (position & 7)), index);
  }
  return der(0x03, Buffer.of(0), bytes);
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  const mark = isCritical ? [der(0x01, Buffer.of(0xff))] : [];
  return der(0x30, oid(id), ...mark, der(0x04, value));
}

function distinguishedName(commonName: string): Buffer {
  const attribute = (type: string, value: string): Buffer =>
    der(0x31, der(0x30, oid(type), der(0x0c, Buffer.from(value))));
  return der(
    0x30,
    attribute('2.5.4.6', 'US'),
    attribute('2.5.4.10', 'Acme, Inc.'),
    attribute('2.5.4.3', commonName),
  );
}
