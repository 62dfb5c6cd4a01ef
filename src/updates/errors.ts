import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

export const UPDATE_ERRORS = {
  UPDATE_FROM_NOWHERE: {
    exit: 3,
    means: 'Nothing says where the advisory database is to be updated from.',
    remedy:
      'Name a published database with --from and --key, or fetch from upstream with --upstream or --source.',
  },
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
  FEED_BROKEN: {
    exit: 1,
    means: 'What an upstream source serves is not what it should be.',
    remedy: 'Try again later; "hallmark db sources" says how old its last good facts are, which stay in use.',
  },
  FEED_TOO_LARGE: {
    exit: 1,
    means: 'An upstream source serves more than Hallmark takes from it.',
    remedy: 'Check its address: what is there may not be the feed. Its last good facts stay in use.',
  },
  FEEDS_DAMAGED: {
    exit: 1,
    means: 'The facts that were kept of an upstream source are not those that were written.',
    remedy: 'Fetch the source again with --force. The database in use was not changed.',
  },
  FEEDS_LOCKED: {
    exit: 1,
    means: 'Another process is updating from upstream sources.',
    remedy: 'Wait until it is done; a process that was killed holds no lock.',
  },
  FEEDS_NOT_WRITTEN: {
    exit: 1,
    means: 'What was fetched from an upstream source could not be kept.',
    remedy: 'Check that the folder may be written to and has room. The database in use was not changed.',
  },
  GIT_FAILED: {
    exit: 1,
    means: 'The program git is missing, or could not fetch an upstream repository.',
    remedy: 'Install git and check the address; other sources do not need it.',
  },
  SOURCES_FILE_INVALID: {
    exit: 3,
    means: 'A file that names upstream sources is not of the form that it should be.',
    remedy: 'Write one line for each source: its identifier, a colon, and an address or nothing.',
  },
  SOURCE_TERMS: {
    exit: 3,
    means: 'The terms of an upstream source have to be read and accepted before it is fetched.',
    remedy: 'Read them; if you may use the source, name it with --accept-licence as well.',
  },
  UPSTREAM_UNKNOWN: {
    exit: 3,
    means: 'There is no upstream source of this name.',
    remedy: 'Run "hallmark db sources" for the list.',
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
