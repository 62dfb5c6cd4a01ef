import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

export const SIGNING_ERRORS = {
  SIGNING_KEY_INVALID: {
    exit: 3,
    means: 'A private key cannot be used: a wrong password, an unknown form, or too weak.',
    remedy: 'Give a key as "hallmark key generate" or cosign writes it, or PKCS#8 in PEM.',
  },
} as const satisfies ErrorTable;

export type SigningErrorCode = keyof typeof SIGNING_ERRORS;

export class SigningError extends HallmarkError {
  override readonly name = 'SigningError';
  declare readonly code: SigningErrorCode;
  constructor(code: SigningErrorCode, message: string, details?: ErrorDetails) {
    super(code, SIGNING_ERRORS[code], message, details);
  }
}
