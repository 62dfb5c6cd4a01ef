/**
 * Trusted roots of Sigstore: the authorities, logs and timestamp authorities of one deployment. `sigstore_trustroot.proto` of
 * sigstore/protobuf-specs; media types 0.1 and 0.2.
 */
import { createPublicKey, type KeyObject, X509Certificate as NodeCertificate } from 'node:crypto';
import { X509Certificate } from '@sigstore/core';
import {
  type CertificateAuthority,
  HashAlgorithm,
  PublicKeyDetails,
  type TimeRange,
  type TransparencyLogInstance,
  TrustedRoot,
} from '@sigstore/protobuf-specs';
import { toTrustMaterial } from '@sigstore/verify';
import { readStrictJson } from '../../formats/strict-json.ts';
import { TrustError } from '../errors.ts';
import { weakness } from './keys.ts';
import type { SigstoreRoot, Thresholds } from './material.ts';
import { readMessage } from './protobuf-json.ts';
import { unknownCriticalExtension } from '../sigstore/certificate-extensions.ts';

const MAX_ROOT_BYTES = 4 * 1024 * 1024;
const MAX_INSTANCES = 100;

const MEDIA_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);

export interface TrustedRootOptions extends Pick<SigstoreRoot, 'name' | 'origin'> {
  readonly updated?: string | null;
  readonly expires?: string | null;
  /** Those that differ from {@link thresholdsOf}. */
  readonly thresholds?: Partial<Thresholds>;
}

/**
 * Reads a `trusted_root.json`. Everything in it must be usable: a log whose key has no start of validity, a weak key or a broken
 * certificate makes the whole file invalid, since whoever wrote it did not mean that.
 *
 * @throws {TrustError} TRUSTED_ROOT_INVALID
 */
export function parseTrustedRoot(bytes: Uint8Array, options: TrustedRootOptions): SigstoreRoot {
  const { name, origin, updated = null, expires = null } = options;
  const invalid = (problem: string) =>
    new TrustError('TRUSTED_ROOT_INVALID', `the trust root ${name} ${problem}`, { subject: name });
  const json = readStrictJson(bytes, { maxBytes: MAX_ROOT_BYTES, numbers: 'exact' });
  if ('problem' in json) throw invalid(json.problem);
  const root = readMessage(TrustedRoot, json.value);
  if (typeof root === 'string') throw invalid(root);
  const problem = problemIn(root);
  if (problem !== null) throw invalid(problem);
  const thresholds = { ...thresholdsOf(root), ...options.thresholds };
  return { name, origin, root, parsed: parse(root), updated, expires, thresholds };
}

/** One of each kind of witness that the root names. A deployment without a log (GitHub's own, for one) cannot be asked for entries. */
function thresholdsOf({ tlogs, ctlogs }: TrustedRoot): Thresholds {
  return {
    logs: Math.min(tlogs.length, 1),
    timestamps: 1,
    certificateTransparency: Math.min(ctlogs.length, 1),
  };
}

/** The library takes the identifier in checkpoints, of four bytes, for the one in log entries and certificates. */
function parse(root: TrustedRoot): SigstoreRoot['parsed'] {
  const parsed = toTrustMaterial(root);
  const named = (logs: typeof parsed.tlogs, described: typeof root.tlogs) =>
    logs.map((log, index) => ({ ...log, logID: described[index]?.logId?.keyId ?? log.logID }));
  return { ...parsed, tlogs: named(parsed.tlogs, root.tlogs), ctlogs: named(parsed.ctlogs, root.ctlogs) };
}

function problemIn(root: TrustedRoot): string | null {
  if (!MEDIA_TYPES.has(root.mediaType)) return `has the media type ${JSON.stringify(root.mediaType)}`;
  const logs = [...root.tlogs, ...root.ctlogs];
  const authorities = [...root.certificateAuthorities, ...root.timestampAuthorities];
  if (logs.length + authorities.length === 0) return 'names nobody';
  if (logs.length + authorities.length > MAX_INSTANCES) {
    return `names ${logs.length + authorities.length} logs and authorities; at most ${MAX_INSTANCES} are read`;
  }
  for (const log of logs) {
    const problem = problemOfLog(log);
    if (problem !== null) return `has the log ${JSON.stringify(log.baseUrl)}, which ${problem}`;
  }
  for (const authority of authorities) {
    const problem = problemOfAuthority(authority);
    if (problem !== null) return `has the authority ${JSON.stringify(authority.uri)}, which ${problem}`;
  }
  return null;
}

function problemOfLog({
  baseUrl,
  hashAlgorithm,
  publicKey,
  logId,
  checkpointKeyId,
}: TransparencyLogInstance): string | null {
  if (!URL.canParse(baseUrl)) return 'has no address';
  if (hashAlgorithm !== HashAlgorithm.SHA2_256) return 'does not hash with SHA-256';
  if (logId?.keyId.length !== 32) return 'has no identifier of 32 bytes';
  if (checkpointKeyId !== undefined && checkpointKeyId.keyId.length < 4)
    return 'has a checkpoint key of no four bytes';
  if (publicKey?.rawBytes === undefined) return 'has no key';
  return problemOfKey(publicKey.rawBytes, publicKey.keyDetails) ?? problemOfWindow(publicKey.validFor);
}

/** Old logs have RSA keys in PKCS#1; all others are a SubjectPublicKeyInfo. */
function problemOfKey(rawBytes: Buffer, details: PublicKeyDetails): string | null {
  const type = details === PublicKeyDetails.PKCS1_RSA_PKCS1V5 ? 'pkcs1' : 'spki';
  let key: KeyObject;
  try {
    key = createPublicKey({ key: rawBytes, format: 'der', type });
  } catch {
    return 'has a key that cannot be read';
  }
  const weak = weakness(key);
  return weak === null ? null : `has a key that ${weak}`;
}

function problemOfAuthority({ certChain, validFor }: CertificateAuthority): string | null {
  const certificates = certChain?.certificates ?? [];
  if (certificates.length === 0) return 'has no certificates';
  for (const { rawBytes } of certificates) {
    const problem = problemOfCertificate(rawBytes);
    if (problem !== null) return `has a certificate that ${problem}`;
  }
  return problemOfWindow(validFor);
}

function problemOfCertificate(der: Buffer): string | null {
  let weak: string | null;
  let unknown: string | null;
  try {
    const certificate = new NodeCertificate(der);
    if (!certificate.raw.equals(der)) return 'has bytes after its end';
    weak = weakness(certificate.publicKey);
    unknown = unknownCriticalExtension(X509Certificate.parse(Buffer.from(der)));
  } catch {
    // neither OpenSSL nor the library says more than that it could not
    return 'cannot be read';
  }
  if (weak !== null) return `has a key that ${weak}`;
  return unknown === null ? null : `has the critical extension ${unknown}, which is not understood`;
}

/** Without a start, a window would reach back to the beginning of time. */
function problemOfWindow(window: TimeRange | undefined): string | null {
  if (window?.start === undefined) return 'has no start of its validity';
  return window.end !== undefined && window.end < window.start ? 'ends before it starts' : null;
}
