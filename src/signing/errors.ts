import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

export const SIGNING_ERRORS = {
  SIGNING_KEY_INVALID: {
    exit: 3,
    means: 'A private key cannot be used: it is damaged, of an unknown form, or too weak.',
    remedy: 'Give a key as "hallmark key generate" or cosign writes it, or PKCS#8 in PEM.',
  },
  SIGNING_KEY_NOT_FOUND: {
    exit: 3,
    means: 'The private key is not where it was said to be.',
    remedy: 'Name a file, env://VARIABLE, a pkcs11: URI, or the address of a key of a KMS plugin.',
  },
  SIGNING_KEY_EXISTS: {
    exit: 3,
    means: 'A new key would take the place of a file that is there already.',
    remedy: 'Choose another name with --output; a key is never overwritten.',
  },
  SIGNING_KEY_NOT_WRITTEN: {
    exit: 1,
    means: 'A new key could not be written.',
    remedy: 'Check that the folder exists and can be written to.',
  },
  SIGNING_KEY_PASSWORD: {
    exit: 3,
    means: 'The password of a private key is wrong, or was not given.',
    remedy:
      'Set HALLMARK_KEY_PASSWORD (or COSIGN_PASSWORD), or run the command on a terminal, which asks for it.',
  },
  SIGNING_PROGRAM_MISSING: {
    exit: 3,
    means: 'The program that gives access to the key is not installed.',
    remedy: 'Install it, and see that it is found on PATH.',
  },
  SIGNING_PROGRAM_FAILED: {
    exit: 1,
    means: 'The program that gives access to the key failed, hung, or answered with something else.',
    remedy:
      'Run the program by itself to see what is wrong; for tokens also check the module, the label and the PIN.',
  },
  SIGNING_SERVICES_MISSING: {
    exit: 3,
    means: "Signing without a key of one's own needs an authority and a log, and none were named.",
    remedy:
      'Give --signing-config FILE (and --trusted-root FILE for a private deployment), or sign with --key.',
  },
  SIGNING_CONFIG_INVALID: {
    exit: 3,
    means: 'A file is not a signing config of Sigstore, or names no services that can be used now.',
    remedy:
      'Give a signing_config.json of version 0.2, as "cosign signing-config create" or a TUF repository gives it.',
  },
  SIGNING_SERVICE_UNAVAILABLE: {
    exit: 1,
    means: 'A service for signing could not be reached, or refused the request.',
    remedy: 'Read what the service answered; check the network, the signing config and the identity token.',
  },
  SIGNING_SERVICE_ANSWER: {
    exit: 1,
    means: 'A service for signing answered with something that it was not asked for.',
    remedy: 'Nothing was attached. Check that the signing config names services that you trust.',
  },
  IDENTITY_TOKEN_MISSING: {
    exit: 3,
    means: 'Nothing says who signs: there is neither a key nor an identity token.',
    remedy:
      'Give --key, or --identity-token FILE or SIGSTORE_ID_TOKEN; in GitHub Actions grant "id-token: write". There is no log-in by browser.',
  },
  IDENTITY_TOKEN_INVALID: {
    exit: 3,
    means: 'The identity token is not a JSON Web Token, has expired, or does not say whose it is.',
    remedy: 'Fetch a new token with the audience that the authority expects, "sigstore" as a rule.',
  },
  PREDICATE_INVALID: {
    exit: 3,
    means: 'The file is not a predicate of the type that was named.',
    remedy: 'Give the bare predicate as JSON, without statement and envelope, and the --type that it has.',
  },
  SIGNING_NOT_CONFIRMED: {
    exit: 3,
    means: 'Something would become public, and nobody agreed to it.',
    remedy: 'Look at it with --dry-run, then add --yes or run the command on a terminal, which asks.',
  },
  SIGNING_SUBJECT_UNKNOWN: {
    exit: 3,
    means: 'There is nothing of the kind that is to be signed.',
    remedy: 'Check the reference, the platform and --only.',
  },
  SIGNING_TAG_MISSING: {
    exit: 3,
    means: 'A statement about a tag was asked for, and the reference names none.',
    remedy: 'Name the image by its tag, or give the tag with --as REGISTRY/REPOSITORY:TAG.',
  },
  SIGNATURE_UNSOUND: {
    exit: 1,
    means: 'What was signed does not verify, and was therefore not attached.',
    remedy:
      'Check that the trusted root is that of the services in the signing config, and the clock of this machine.',
  },
  ATTACHING_INCOMPLETE: {
    exit: 1,
    means: 'Only a part of what was signed could be attached.',
    remedy: 'Run the same command again: what is there is left as it is, and only the rest is added.',
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
