import { randomBytes, sign } from 'node:crypto';
import { ASN1Obj } from '@sigstore/core';
import {
  createCertifiedKey,
  extensions,
  SIGNATURE_ALGORITHMS,
  USAGES,
  type CertifiedKey,
} from './certificate.ts';
import { der } from './der.ts';
import { sha256 } from './sha256.ts';

/** An authority that says when it has seen something. RFC 3161 */
export interface TimestampAuthority {
  /** The one that signs, then the root. */
  readonly chain: readonly CertifiedKey[];
  /** The answer to a TimeStampReq; its status tells a request that cannot be answered. */
  answer(query: Uint8Array): Buffer;
  /** The answer about bytes, without a query. */
  timestamp(signed: Uint8Array, options?: TimestampOptions): Buffer;
}

/** What a test makes otherwise. */
export interface TimestampOptions {
  /** Default: the authority's clock. */
  readonly at?: Date;
  /** Content octets of the integer. */
  readonly nonce?: Uint8Array | null;
  /** False leaves the authority's certificate out. Default: true. */
  readonly hasCertificate?: boolean;
}

const OIDS = {
  sha256: '2.16.840.1.101.3.4.2.1',
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  policy: '1.3.6.1.4.1.57264.2',
} as const;

const SHA256 = der.sequence(der.oid(OIDS.sha256), der.null());
const TEN_YEARS = 10 * 365 * 24 * 60 * 60_000;

export function createTimestampAuthority(now: () => Date, operator = 'hallmark.test'): TimestampAuthority {
  const period = {
    notBefore: new Date(now().getTime() - TEN_YEARS),
    notAfter: new Date(now().getTime() + TEN_YEARS),
  };
  const root = createCertifiedKey({
    subject: [
      ['O', operator],
      ['CN', 'timestamp root'],
    ],
    ...period,
    extensions: [extensions.certificateAuthority(0), extensions.keyUsage('certificate-signing')],
  });
  const signer = createCertifiedKey(
    {
      subject: [
        ['O', operator],
        ['CN', 'timestamps'],
      ],
      ...period,
      extensions: [
        extensions.notAnAuthority(),
        extensions.keyUsage('digital-signature'),
        extensions.extendedKeyUsage([USAGES.timeStamping], true),
        extensions.authorityKeyIdentifier(root.publicKey),
      ],
    },
    root,
  );
  const answerAbout = (digest: Buffer, options: TimestampOptions): Buffer =>
    granted(signer, root.name, digest, { at: now(), nonce: null, hasCertificate: true, ...options });
  return {
    chain: [signer, root],
    timestamp: (signed, options = {}) => answerAbout(sha256(signed), options),
    answer: (query) => {
      const asked = readQuery(query);
      return asked === null ? REFUSED : answerAbout(asked.digest, asked);
    },
  };
}

/** PKIStatusInfo: rejection, badDataFormat. RFC 3161, 2.4.2 */
const REFUSED = der.sequence(der.sequence(der.integer(2), der.bitString(Buffer.of(0x04), 2)));

interface Query {
  readonly digest: Buffer;
  readonly nonce: Uint8Array | null;
  readonly hasCertificate: boolean;
}

/** RFC 3161, 2.4.1; only SHA-256 is taken. */
function readQuery(query: Uint8Array): Query | null {
  const [version, imprint, ...rest] = ASN1Obj.parseBuffer(Buffer.from(query)).subs;
  const [algorithm, hashed] = imprint?.subs ?? [];
  if (version?.toInteger() !== 1n || algorithm?.subs[0]?.toOID() !== OIDS.sha256) return null;
  if (hashed?.value.length !== 32) return null;
  const nonce = rest.find(({ tag }) => tag.number === 0x02);
  const wantsCertificate = rest.find(({ tag }) => tag.number === 0x01);
  return {
    digest: hashed.value,
    nonce: nonce?.value ?? null,
    hasCertificate: wantsCertificate?.toBoolean() ?? false,
  };
}

function granted(
  signer: CertifiedKey,
  issuer: Buffer,
  digest: Buffer,
  { at, nonce, hasCertificate }: Required<TimestampOptions>,
): Buffer {
  const serial = der.integer(Buffer.concat([Buffer.of(0x40), randomBytes(15)]));
  const info = der.sequence(
    der.integer(1),
    der.oid(OIDS.policy),
    der.sequence(SHA256, der.octets(digest)),
    serial,
    der.generalizedTime(at),
    ...(nonce === null ? [] : [der.integer(nonce)]),
  );
  const status = der.sequence(der.integer(0));
  return der.sequence(status, signedMessage(signer, issuer, info, at, hasCertificate));
}

const attribute = (oid: string, value: Buffer): Buffer => der.sequence(der.oid(oid), der.set(value));

/** SignedData around a TSTInfo. RFC 5652, 5; ESSCertIDv2: RFC 5035, 4 */
function signedMessage(
  signer: CertifiedKey,
  issuer: Buffer,
  info: Buffer,
  at: Date,
  hasCertificate: boolean,
): Buffer {
  const certificateIds = der.sequence(der.sequence(der.sequence(der.octets(sha256(signer.certificate)))));
  const attributes = [
    attribute(OIDS.contentType, der.oid(OIDS.timestampInfo)),
    attribute(OIDS.signingTime, der.time(at)),
    attribute(OIDS.messageDigest, der.octets(sha256(info))),
    attribute(OIDS.signingCertificateV2, certificateIds),
  ];
  const signed = der.set(...attributes);
  const signerInfo = der.sequence(
    der.integer(1),
    der.sequence(issuer, serialOf(signer.certificate)),
    SHA256,
    // Signed as a SET, sent as [0] IMPLICIT. RFC 5652, 5.4
    Buffer.concat([Buffer.of(0xa0), signed.subarray(1)]),
    SIGNATURE_ALGORITHMS.sha256,
    der.octets(sign('sha256', signed, signer.privateKey)),
  );
  return der.sequence(
    der.oid(OIDS.signedData),
    der.explicit(
      0,
      der.sequence(
        der.integer(3),
        der.set(SHA256),
        der.sequence(der.oid(OIDS.timestampInfo), der.explicit(0, der.octets(info))),
        ...(hasCertificate ? [der.explicit(0, signer.certificate)] : []),
        der.set(signerInfo),
      ),
    ),
  );
}

function serialOf(certificate: Buffer): Buffer {
  const serial = ASN1Obj.parseBuffer(Buffer.from(certificate)).subs[0]?.subs[1];
  if (serial === undefined) throw new TypeError('a certificate without a serial number');
  return serial.toDER();
}
