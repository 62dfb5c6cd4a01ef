import type { KeyObject } from 'node:crypto';
import { FULCIO_EXTENSIONS, type FulcioExtension } from '../../../src/model/trust.ts';
import {
  createCertifiedKey,
  extension,
  extensions,
  generalName,
  issueCertificate,
  USAGES,
  type CertifiedKey,
} from './certificate.ts';
import type { CertificateLog } from './certificate-log.ts';
import { der } from './der.ts';

/** Whom a certificate names, and by whose word. */
export interface Identity {
  /** OIDC issuer. */
  readonly issuer: string;
  readonly subject: { readonly kind: 'uri' | 'email' | 'other'; readonly value: string };
  readonly extensions?: Readonly<Partial<Record<FulcioExtension, string>>>;
}

/** What a test makes otherwise than Fulcio does. */
export interface CertificateOptions {
  /** Default: the authority's clock. */
  readonly notBefore?: Date;
  /** Default: ten minutes later. */
  readonly notAfter?: Date;
  /** Default: code signing. */
  readonly usages?: readonly string[];
  /** Leaves out the older extension .1, the newer .8, or both. */
  readonly withoutIssuer?: readonly (1 | 8)[];
  /** False for a certificate that no transparency log has seen. */
  readonly isLogged?: boolean;
  /** As if the holder were an authority itself. */
  readonly isAuthority?: boolean;
  readonly further?: readonly Buffer[];
}

/** An authority that certifies keys for ten minutes, as Fulcio. */
export interface CertificateAuthority {
  /** The one that signs, then the root. */
  readonly chain: readonly CertifiedKey[];
  issue(publicKey: KeyObject, identity: Identity, options?: CertificateOptions): Buffer;
}

const FULCIO = '1.3.6.1.4.1.57264.1';
const OTHER_NAME = `${FULCIO}.7`;
const TEN_MINUTES = 10 * 60_000;
const TEN_YEARS = 10 * 365 * 24 * 60 * 60_000;

export function createCertificateAuthority(now: () => Date, log: CertificateLog): CertificateAuthority {
  const period = {
    notBefore: new Date(now().getTime() - TEN_YEARS),
    notAfter: new Date(now().getTime() + TEN_YEARS),
  };
  const root = createCertifiedKey({
    subject: [
      ['O', 'hallmark.test'],
      ['CN', 'root'],
    ],
    ...period,
    extensions: [extensions.certificateAuthority(1), extensions.keyUsage('certificate-signing')],
  });
  const intermediate = createCertifiedKey(
    {
      subject: [
        ['O', 'hallmark.test'],
        ['CN', 'intermediate'],
      ],
      ...period,
      extensions: [
        extensions.certificateAuthority(0),
        extensions.keyUsage('certificate-signing'),
        extensions.extendedKeyUsage([USAGES.codeSigning]),
        extensions.authorityKeyIdentifier(root.publicKey),
      ],
    },
    root,
  );
  return {
    chain: [intermediate, root],
    issue: (publicKey, identity, options = {}) => {
      const notBefore = options.notBefore ?? now();
      const recipe = {
        subject: [],
        notBefore,
        notAfter: options.notAfter ?? new Date(notBefore.getTime() + TEN_MINUTES),
        extensions: leafExtensions(publicKey, intermediate.publicKey, identity, options),
      };
      const amend = options.isLogged === false ? undefined : log.promise(intermediate.publicKey);
      return issueCertificate(recipe, publicKey, intermediate, amend);
    },
  };
}

function leafExtensions(
  publicKey: KeyObject,
  authority: KeyObject,
  identity: Identity,
  options: CertificateOptions,
): Buffer[] {
  const { usages = [USAGES.codeSigning], withoutIssuer = [], isAuthority = false, further = [] } = options;
  const { kind, value } = identity.subject;
  const name = kind === 'other' ? generalName.other(OTHER_NAME, value) : generalName[kind](value);
  return [
    extensions.keyUsage('digital-signature'),
    ...(usages.length === 0 ? [] : [extensions.extendedKeyUsage(usages)]),
    ...(isAuthority ? [extensions.certificateAuthority()] : []),
    extensions.subjectKeyIdentifier(publicKey),
    extensions.authorityKeyIdentifier(authority),
    extensions.subjectAlternativeName(name),
    // Fulcio, docs/oid-info.md: up to .6 bare texts, later DER.
    ...(withoutIssuer.includes(1) ? [] : [extension(`${FULCIO}.1`, Buffer.from(identity.issuer))]),
    ...(withoutIssuer.includes(8) ? [] : [extension(`${FULCIO}.8`, der.utf8(identity.issuer))]),
    ...Object.entries(identity.extensions ?? {}).map(([field, text]) =>
      extension(`${FULCIO}.${FULCIO_EXTENSIONS[field as FulcioExtension]}`, der.utf8(text)),
    ),
    ...further,
  ];
}
