import type { Digest } from '../../model/digest.ts';
import type { Check } from '../../model/trust.ts';
import { IMAGE_CHECKS } from './image-checks.ts';
import { PROVENANCE_CHECKS } from './provenance-checks.ts';

/** What a check asks, and where it is specified. */
export interface CheckDefinition {
  /** One sentence. */
  readonly asks: string;
  readonly specification: string;
}

const DSSE = 'https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md';
const CLIENT = 'https://github.com/sigstore/architecture-docs/blob/main/client-spec.md';
const NOTARY = 'https://github.com/notaryproject/specifications/blob/v1.1.0/specs';
const STATEMENT = 'https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md';

/** Every check there is, by its stable identifier: `docs/trust-checks.md` is made from this table. */
export const CHECKS = {
  ...IMAGE_CHECKS,
  'evidence.readable': {
    asks: 'Is the evidence well-formed: strict JSON, base64 and DER within bounds?',
    specification: CLIENT,
  },
  'signature.value': {
    asks: "Does the signature fit the signed bytes and the signer's key?",
    specification: DSSE,
  },
  'time.authority': {
    asks: 'Do tokens of timestamp authorities come from trusted ones and cover this signature?',
    specification: 'https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2',
  },
  'time.log': {
    asks: 'Did the log promise, with a signature, the time at which it took the entry, and is that time not in the future?',
    specification: CLIENT,
  },
  'time.sources': {
    asks: 'Do enough independent parties say when the signature was made?',
    specification: CLIENT,
  },
  'certificate.form': {
    asks: 'Is the certificate one for signing, not an authority, without critical extensions that are not understood?',
    specification: 'https://www.rfc-editor.org/rfc/rfc5280#section-4.2',
  },
  'certificate.chain': {
    asks: 'Does the certificate chain to a trusted authority, valid at every time that was established?',
    specification: CLIENT,
  },
  'certificate.transparency': {
    asks: 'Did enough trusted certificate logs promise to publish the certificate?',
    specification: 'https://www.rfc-editor.org/rfc/rfc6962#section-3.2',
  },
  'log.checkpoint': {
    asks: 'Is the checkpoint signed by the trusted log that the entry names, and is it of the tree that the proof is for?',
    specification: 'https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md',
  },
  'log.inclusion': {
    asks: 'Is the entry in the log: does its promise or its Merkle proof hold?',
    specification: 'https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1',
  },
  'log.body': {
    asks: 'Is the entry about this signature: the same signature, digest and key or certificate?',
    specification: CLIENT,
  },
  'log.sources': {
    asks: 'Do enough logs of different operators have the signature?',
    specification: CLIENT,
  },
  'key.validity': {
    asks: 'Was the key valid, and not yet distrusted, when it was used?',
    specification: CLIENT,
  },
  'payload.form': {
    asks: 'Is what was signed a statement or payload of a known kind, read from the signed bytes?',
    specification: STATEMENT,
  },
  'attestation.chain': {
    asks: 'Do the signed manifests lead to the statement: each next one by digest, size and media type?',
    specification: 'https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md',
  },
  'subject.digest': {
    asks: 'Is the manifest that was signed the one that was asked for?',
    specification: STATEMENT,
  },
  'notation.attributes': {
    asks: 'Are the signed attributes those of the signing scheme, critical where they must be, and all understood?',
    specification: `${NOTARY}/signature-specification.md#signed-attributes`,
  },
  'notation.chain': {
    asks: 'Is the chain of certificates complete, in order, strong enough and meant for signing code?',
    specification: `${NOTARY}/signature-specification.md#certificate-requirements`,
  },
  'notation.store': {
    asks: 'Does the chain end in a certificate of a trust store of the right kind?',
    specification: `${NOTARY}/trust-store-trust-policy.md#trust-store`,
  },
  'notation.expiry': {
    asks: 'Has the time passed until which the signer wants to be believed?',
    specification: `${NOTARY}/signature-specification.md#signed-attributes`,
  },
  'notation.timestamp': {
    asks: 'Does a trusted authority vouch for the time of the signature?',
    specification: `${NOTARY}/signature-specification.md#unsigned-attributes`,
  },
  'notation.validity': {
    asks: 'Was every certificate valid when the signature was made, as far as that is known?',
    specification: `${NOTARY}/trust-store-trust-policy.md#signature-verification-details`,
  },
  'notation.revocation': {
    asks: 'Was a certificate of the chain revoked?',
    specification: `${NOTARY}/trust-store-trust-policy.md#certificate-revocation-evaluation`,
  },
  ...PROVENANCE_CHECKS,
} as const satisfies Readonly<Record<string, CheckDefinition>>;

export type CheckId = keyof typeof CHECKS;

/** A check that was made, or why it was not. */
export function check(
  id: CheckId,
  outcome: Check['outcome'],
  evidence: Digest | null,
  reason: string,
): Check {
  return { id, outcome, evidence, reason };
}
