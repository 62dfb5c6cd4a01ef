import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

export const UPDATE_ERRORS = {
  CHANNEL_NOT_FOUND: {
    exit: 1,
    means: 'Nothing is published where an advisory database was to be fetched from.',
    remedy: 'Check the reference; "hallmark db publish" puts a database there.',
  },
  CHANNEL_UNREADABLE: {
    exit: 1,
    means: 'What is published is not a channel of advisory databases, or it is damaged.',
    remedy: 'Check the reference, or use another mirror. The database in use was not changed.',
  },
  CHANNEL_UNSIGNED: {
    exit: 2,
    means: 'A channel carries no signature of the key that was asked for.',
    remedy:
      'Check that --key is the publisher’s. If it is, somebody else wrote what is there: do not use it.',
  },
  CHANNEL_ROLLED_BACK: {
    exit: 2,
    means: 'A channel offers an older state than was seen there before.',
    remedy: 'Use another mirror, or ask the publisher. The newer database stays in use.',
  },
  CHANNEL_EXPIRED: {
    exit: 2,
    means:
      'What a channel offers is past its date: it is no longer published, or somebody holds back what is newer.',
    remedy: 'Use another mirror, or ask the publisher. The database in use was not changed.',
  },
  CHANNEL_KEY_INVALID: {
    exit: 3,
    means: 'A file is not a key that channels are signed with.',
    remedy:
      'Use PEM files of an Ed25519 or ECDSA P-256 key, as "openssl genpkey -algorithm ed25519" makes them.',
  },
  CHANNEL_KEY_MISSING: {
    exit: 3,
    means: 'A channel is to be read for the first time and no key says who may have written it.',
    remedy: 'Name the publisher’s public key with --key; it is remembered for this channel.',
  },
  UPDATE_FAILED: {
    exit: 1,
    means: 'No mirror of a channel gave a database that could be used.',
    remedy: 'The message has each mirror’s reason. The database in use was not changed.',
  },
} as const satisfies ErrorTable;

export class UpdateError extends HallmarkError {
  override readonly name = 'UpdateError';
  constructor(code: keyof typeof UPDATE_ERRORS, message: string, details?: ErrorDetails) {
    super(code, UPDATE_ERRORS[code], message, details);
  }
}
