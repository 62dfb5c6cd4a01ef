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
} as const satisfies ErrorTable;

export type TrustErrorCode = keyof typeof TRUST_ERRORS;

export class TrustError extends HallmarkError {
  override readonly name = 'TrustError';
  declare readonly code: TrustErrorCode;
  constructor(code: TrustErrorCode, message: string, details?: ErrorDetails) {
    super(code, TRUST_ERRORS[code], message, details);
  }
}
