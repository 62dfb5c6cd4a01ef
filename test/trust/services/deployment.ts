import type { KeyObject } from 'node:crypto';
import { createCertificateAuthority, type CertificateAuthority } from './certificate-authority.ts';
import { createCertificateLog, type CertificateLog } from './certificate-log.ts';
import { spkiOf, type CertifiedKey } from './certificate.ts';
import { createTimestampAuthority, type TimestampAuthority } from './timestamp-authority.ts';
import { createTransparencyLog, type TransparencyLog } from './transparency-log.ts';

/*
 * A deployment of Sigstore in memory: real keys, certificates, logs and timestamps, made anew for every test.
 *
 *   const sigstore = createSigstore({ now: () => new Date('2026-06-01T12:00:00Z') });
 *   const { bundle } = makeBundle(sigstore, { statement });             see bundles.ts
 *   TrustedRoot.fromJSON(sigstore.trustedRoot());
 *
 * `startSigstore` (server.ts) speaks its protocols on loopback. For another time, let `now` return another time.
 */

export interface Sigstore {
  readonly now: () => Date;
  readonly certificateLog: CertificateLog;
  readonly authority: CertificateAuthority;
  readonly logs: Readonly<Record<1 | 2, TransparencyLog>>;
  readonly timestamps: TimestampAuthority;
  /** The trust root as `trusted_root.json` has it; fields can be changed. */
  trustedRoot(version?: '0.1' | '0.2'): TrustedRootJson;
}

/** `TrustedRoot` as proto3 JSON. */
export interface TrustedRootJson {
  mediaType: string;
  tlogs: LogInstanceJson[];
  certificateAuthorities: AuthorityJson[];
  ctlogs: LogInstanceJson[];
  timestampAuthorities: AuthorityJson[];
}

export interface PeriodJson {
  start?: string;
  end?: string;
}

export interface LogInstanceJson {
  baseUrl: string;
  hashAlgorithm: string;
  publicKey: { rawBytes: string; keyDetails: string; validFor: PeriodJson };
  logId: { keyId: string };
  checkpointKeyId?: { keyId: string };
  operator?: string;
}

export interface AuthorityJson {
  subject: { organization: string; commonName: string };
  uri: string;
  certChain: { certificates: { rawBytes: string }[] };
  validFor: PeriodJson;
  operator?: string;
}

const OPERATOR = 'hallmark.test';
const ONE_YEAR = 365 * 24 * 60 * 60_000;

export function createSigstore({ now }: { readonly now: () => Date }): Sigstore {
  const certificateLog = createCertificateLog(now);
  const authority = createCertificateAuthority(now, certificateLog);
  const timestamps = createTimestampAuthority(now);
  const logs = {
    1: createTransparencyLog(1, now, `log1.${OPERATOR}`),
    2: createTransparencyLog(2, now, `log2.${OPERATOR}`),
  };
  const start = new Date(now().getTime() - ONE_YEAR).toISOString();
  return {
    now,
    certificateLog,
    authority,
    logs,
    timestamps,
    trustedRoot: (version = '0.1') => {
      const further = version === '0.1' ? {} : { operator: OPERATOR };
      const log = (host: string, publicKey: KeyObject, id: Buffer): LogInstanceJson => ({
        baseUrl: `https://${host}`,
        hashAlgorithm: 'SHA2_256',
        publicKey: {
          rawBytes: spkiOf(publicKey).toString('base64'),
          keyDetails: publicKey.asymmetricKeyType === 'ed25519' ? 'PKIX_ED25519' : 'PKIX_ECDSA_P256_SHA_256',
          validFor: { start },
        },
        logId: { keyId: id.toString('base64') },
        ...(version === '0.1' ? {} : { checkpointKeyId: { keyId: id.subarray(0, 4).toString('base64') } }),
        ...further,
      });
      const chain = (host: string, certificates: readonly CertifiedKey[]): AuthorityJson => ({
        subject: { organization: OPERATOR, commonName: host },
        uri: `https://${host}`,
        certChain: {
          certificates: certificates.map(({ certificate }) => ({ rawBytes: certificate.toString('base64') })),
        },
        validFor: { start },
        ...further,
      });
      return {
        mediaType:
          version === '0.1'
            ? 'application/vnd.dev.sigstore.trustedroot+json;version=0.1'
            : 'application/vnd.dev.sigstore.trustedroot.v0.2+json',
        tlogs: [logs[1], logs[2]].map(({ host, publicKey, id }) => log(host, publicKey, id)),
        certificateAuthorities: [chain(`fulcio.${OPERATOR}`, authority.chain)],
        ctlogs: [log(`ct.${OPERATOR}`, certificateLog.publicKey, certificateLog.id)],
        timestampAuthorities: [chain(`timestamps.${OPERATOR}`, timestamps.chain)],
      };
    },
  };
}
