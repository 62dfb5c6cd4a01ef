import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

/**
 * What keeps trust from being decided: files of the user that cannot be read. Evidence that does not hold is no error; it is
 * a check that failed.
 */
export const TRUST_ERRORS = {
  TRUSTED_ROOT_INVALID: {
    exit: 3,
    means: 'A file is not a trusted root of Sigstore, or lacks what one must have.',
    remedy: 'Give a trusted_root.json as "cosign trusted-root create" or a TUF repository gives it.',
  },
  KEY_INVALID: {
    exit: 3,
    means: 'A file is not a key, or of a kind or strength that is not accepted.',
    remedy: 'Give a public key in PEM: ECDSA P-256, P-384 or P-521, Ed25519, or RSA of 2048 bits or more.',
  },
  POLICY_INVALID: {
    exit: 3,
    means: 'A trust policy is not as it should be.',
    remedy: 'Mend the places that are named; docs/trust-policy.md describes each field.',
  },
  POLICY_UNREADABLE: {
    exit: 3,
    means: 'A trust policy, or a file that it names, cannot be read.',
    remedy: 'Check the path; files that a policy names are looked for beside it.',
  },
  POLICY_ABSENT: {
    exit: 3,
    means: 'There is no trust policy where one is looked for.',
    remedy: 'Write hallmark-trust.yaml, or name a policy with --policy or HALLMARK_TRUST_POLICY.',
  },
  POLICY_NOT_IMPORTED: {
    exit: 3,
    means: 'A policy of another program cannot be carried over as strictly as it is.',
    remedy: 'Look at what would be lost; --allow-weaker writes the rest.',
  },
  RECORDING_INVALID: {
    exit: 3,
    means: 'A file is not the report of a verification, or not a list of cases for a trust policy.',
    remedy: 'Record reports with "hallmark verify --format json=FILE".',
  },
} as const satisfies ErrorTable;

export type TrustErrorCode = keyof typeof TRUST_ERRORS;

export class TrustError extends HallmarkError {
  override readonly name = 'TrustError';
  declare readonly code: TrustErrorCode;
  constructor(code: TrustErrorCode, message: string, details?: ErrorDetails) {
    super(code, TRUST_ERRORS[code], message, details);
  }
}
