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
  EVIDENCE_FILE_INVALID: {
    exit: 3,
    means: 'A file that was given as evidence holds none.',
    remedy: 'Give a Sigstore bundle, a DSSE envelope or an in-toto statement, one in the file or one a line.',
  },
  TRUST_STORE_INVALID: {
    exit: 3,
    means:
      'A folder is no trust store as Notation has them, or holds something else than certificates of authorities.',
    remedy:
      'Lay it out as x509/ca/NAME/, x509/signingAuthority/NAME/ and x509/tsa/NAME/, with plain files in PEM or DER.',
  },
  TRUST_ROOT_NOT_FETCHED: {
    exit: 1,
    means: 'The repository of a trust root cannot be reached, or does not answer as one.',
    remedy: 'Check the address and the connection; what was fetched before is still used, with its age told.',
  },
  TRUST_ROOT_REFUSED: {
    exit: 1,
    means:
      'What the repository of a trust root serves is not signed as it must be, older than what was seen, or expired.',
    remedy:
      'Do not use that mirror; what was fetched before is still used. Try again later, or another mirror.',
  },
  TRUST_ROOT_UNKNOWN: {
    exit: 3,
    means: 'There is no trust root of that name.',
    remedy: 'List those that there are with "hallmark trust root show".',
  },
  TRUST_ROOT_NAME_TAKEN: {
    exit: 3,
    means: 'Another repository already has the name that was given to a trust root.',
    remedy: 'Give it another name with --name: policies tell trust roots apart by it.',
  },
  TRUST_ROOT_EXPORT_INVALID: {
    exit: 3,
    means:
      'A file is no trust root as "hallmark trust root export" writes it, or one that may not be imported.',
    remedy: 'Export it again on the machine that has the network.',
  },
  TRUST_STATE_INVALID: {
    exit: 4,
    means: 'What was kept of a trust root cannot be read.',
    remedy: 'Remove the file that is named, and run "hallmark trust root update" again.',
  },
  TRUST_STATE_NOT_WRITTEN: {
    exit: 1,
    means: 'A trust root cannot be kept in the data folder.',
    remedy: 'Check that the folder can be written to and that the disk is not full.',
  },
  TRUST_STATE_LOCKED: {
    exit: 1,
    means: 'Another process is updating the same trust root.',
    remedy: 'Wait until it has ended.',
  },
  MEMORY_INVALID: {
    exit: 4,
    means: 'What was remembered of a repository cannot be read, so nothing can be compared with it.',
    remedy: 'Look at the file; "hallmark trust forget REFERENCE" begins anew.',
  },
  MEMORY_NOT_WRITTEN: {
    exit: 1,
    means: 'What was seen of a repository could not be written down.',
    remedy: 'Check the data folder, or name another one with HALLMARK_DATA_DIR.',
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
