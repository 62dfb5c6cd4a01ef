import type { Digest } from '../model/digest.ts';
import type { Check } from '../model/trust.ts';

/** What a check asks, and where it is specified. */
export interface CheckDefinition {
  /** One sentence. */
  readonly asks: string;
  readonly specification: string;
}

const DSSE = 'https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md';
const CLIENT = 'https://github.com/sigstore/architecture-docs/blob/main/client-spec.md';
const STATEMENT = 'https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md';

/** Every check there is, by its stable identifier: `docs/trust-checks.md` is made from this table. */
export const CHECKS = {
  'evidence.readable': {
    asks: 'Is the evidence well-formed: strict JSON, base64 and DER within bounds?',
    specification: CLIENT,
  },
  'signature.value': {
    asks: "Does the signature fit the signed bytes and the signer's key?",
    specification: DSSE,
  },
  'subject.digest': {
    asks: 'Is the manifest that was signed the one that was asked for?',
    specification: STATEMENT,
  },
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
