import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

export const LIBRARY_ERRORS = {
  PROGRAMME_INVALID: {
    exit: 3,
    means: 'The settings of a programme cannot be read or contradict themselves.',
    remedy:
      'Correct programme.yaml at the place that is named; docs/programme-settings.md lists every setting.',
  },
  PROGRAMME_NOT_FOUND: {
    exit: 3,
    means: 'There is no programme.yaml and no folder of definitions where one was looked for.',
    remedy: 'Run the command in the folder of a programme, or name it with --programme FOLDER.',
  },
  PROGRAMME_BUSY: {
    exit: 1,
    means: 'Another process does this part of the work of the programme already.',
    remedy: 'Wait until it has ended, or let it do the work.',
  },
  DEFINITION_NOT_FOUND: {
    exit: 3,
    means: 'A repository, a file of definitions or a tag in it does not exist.',
    remedy: 'See what there is with "hallmark library list --all".',
  },
  TAG_AMBIGUOUS: {
    exit: 1,
    means: 'Two sources claim one tag on one architecture.',
    remedy: 'Correct the definitions so that each tag belongs to one entry on each architecture.',
  },
  SOURCE_CONFLICT: {
    exit: 1,
    means: 'Two entries are the same source on one architecture, and differ in what they are built on.',
    remedy: 'Give the entries different files or directories, or the same parents.',
  },
  PARENTS_CYCLIC: {
    exit: 1,
    means: 'Images are built on each other in a circle, so that none of them can be built first.',
    remedy: 'Look at the Dockerfiles of the images that are named, and break the circle.',
  },
  GIT_MISSING: {
    exit: 1,
    means: 'The program git is not installed.',
    remedy: 'Install git 2.30 or newer, and see that it is found on PATH.',
  },
  SOURCE_REPOSITORY_FAILED: {
    exit: 1,
    means: 'A git repository could not be read or fetched.',
    remedy: 'Read what git said; check the address, the network and the rewrites in programme.yaml.',
  },
  COMMIT_NOT_FOUND: {
    exit: 1,
    means: 'A commit that a definition names is in no repository at hand, and could not be fetched.',
    remedy:
      'Check GitRepo, GitFetch and GitCommit of the entry; fetch commits with "hallmark library fetch".',
  },
  CONTEXT_INVALID: {
    exit: 1,
    means:
      'The directory or file that an entry is built from is missing from its commit, too large, or unsafe.',
    remedy: 'Check Directory and File of the entry against the commit.',
  },
  DOCKERFILE_INVALID: {
    exit: 1,
    means: 'A Dockerfile cannot be parsed, or its images cannot be told.',
    remedy: 'Correct the Dockerfile at the line that is named.',
  },
  CONTENTS_INVALID: {
    exit: 3,
    means: 'A file of recorded contents of commits is damaged.',
    remedy: 'Delete it: it is made anew from the commits.',
  },
  PIN_INVALID: {
    exit: 3,
    means: 'A pin of an outside image is not a digest.',
    remedy: 'Write one digest into the file, sha256: and 64 hexadecimal digits.',
  },
  DOCUMENT_INVALID: {
    exit: 3,
    means: 'A document of sources, builds or publications is not of the form that is expected.',
    remedy: 'Correct it at the place that is named.',
  },
  ENGINE_MISSING: {
    exit: 1,
    means: 'The engine of an architecture is not installed, or does not answer.',
    remedy: 'Install buildah or BuildKit, or choose another engine in programme.yaml.',
  },
  BUILD_FAILED: {
    exit: 1,
    means: 'An image could not be built.',
    remedy: 'Read the log that is named; the build is tried again after a while.',
  },
  BUILD_TIMEOUT: {
    exit: 1,
    means: 'A build took longer than it may.',
    remedy: 'Read the log that is named, or raise buildTimeout of the repository.',
  },
  LAYOUT_INVALID: {
    exit: 1,
    means: 'What an engine made is not a sound OCI layout with one image.',
    remedy:
      'Nothing was kept. Look at the engine: its output does not match its own digests or the specification.',
  },
  QUARANTINE_CONFLICT: {
    exit: 1,
    means: 'A name in quarantine means another image already. Names in quarantine are never given twice.',
    remedy: 'Find out who wrote it; remove it by hand only when you know.',
  },
  ADMISSION_UNPROVEN: {
    exit: 2,
    means:
      'No statement that the verifier signed admits the image as what was to be published, so it is not published.',
    remedy:
      'Let the verifier examine it: "hallmark library verify"; check roles.verifier.key. An image that was signed for with another key is to be built again: "hallmark library build REF"; so is one that was admitted as something else, and then find out who wrote into the state.',
  },
  PUBLICATION_REFUSED: {
    exit: 1,
    means: 'A registry refused, or forgot, a part of what was to be published. No tag was moved.',
    remedy: 'Read what the registry answered; the same command goes on where it stopped.',
  },
  PUBLICATION_OLDER: {
    exit: 2,
    means: 'A tag would go back to an image of the same source that was examined before the one it means.',
    remedy:
      'Build the image once more with "hallmark library build REF"; to put the older one back all the same: "hallmark library publish --allow-older REF".',
  },
  LOG_NOT_FOUND: {
    exit: 1,
    means:
      'The log of a build is not at hand: it was cleared away, was never attached to the image, or cannot be read.',
    remedy:
      'Ask for another attempt, or for the image in its registry; docs/build-logs.md says what is kept.',
  },
  LOG_UNPROVEN: {
    exit: 2,
    means: 'No log that is attached to the image is one that provenance signed by the key names.',
    remedy: "Check that the key is the publisher's; without --key a log is shown that nobody vouches for.",
  },
  LEDGER_BROKEN: {
    exit: 1,
    means: 'The ledger is not what was written: an entry is missing, changed or out of its place.',
    remedy: 'Compare it with a published copy; do not publish before it is understood.',
  },
  STATE_UNREADABLE: {
    exit: 1,
    means: "The programme's state cannot be opened or read, is damaged, or is of another version.",
    remedy: 'Check the folder in programme.yaml and its permissions.',
  },
  STATE_UNWRITABLE: {
    exit: 1,
    means: "The disk with the programme's state takes nothing more: it is full, read-only, or failing.",
    remedy: 'Make room; the same command goes on where it stopped.',
  },
  TEXTS_INVALID: {
    exit: 3,
    means: 'A text that documentation pages are made of is too long, or not text.',
    remedy: 'Correct the file that is named; no page of this repository was written.',
  },
  REVIEW_FAILED: {
    exit: 2,
    means: 'A change of definitions breaks a rule of review.',
    remedy: 'Mend what is named, or acknowledge it with --acknowledge.',
  },
} as const satisfies ErrorTable;

export type LibraryErrorCode = keyof typeof LIBRARY_ERRORS;

export class LibraryError extends HallmarkError {
  override readonly name = 'LibraryError';
  declare readonly code: LibraryErrorCode;
  constructor(code: LibraryErrorCode, message: string, details?: ErrorDetails) {
    super(code, LIBRARY_ERRORS[code], message, details);
  }
}
