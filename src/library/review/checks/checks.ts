/** Rules of review. `docs/review-checks.md` is made from this table. */
import { ARCHITECTURE_NAMES, type Architecture } from '../../../definitions/architectures.ts';

/** An error stops a change unless it is acknowledged; a warning is for whoever reviews it; a note is worth knowing. */
export type ReviewSeverity = 'error' | 'warning' | 'note';

export interface ReviewCheckDefinition {
  readonly severity: ReviewSeverity;
  /** One question, whose answer should be no. */
  readonly asks: string;
  /** Why it matters, and what to do. */
  readonly remedy: string;
}

/** Every rule there is, by its stable identifier. */
export const REVIEW_CHECKS = {
  'definition.unreadable': {
    severity: 'error',
    asks: 'Does the file not follow the format, so that the repository would be left out?',
    remedy: 'Correct it at the place that is named; "hallmark library lint" tells everything that is wrong.',
  },
  'definition.contact': {
    severity: 'warning',
    asks: 'Is there a maintainer without a mail address or page, so that security reports have nowhere to go?',
    remedy: 'Add the address in angle brackets: Name <address> (@handle).',
  },
  'tags.lost': {
    severity: 'error',
    asks: 'Is a tag gone although an entry is still what its name asks for?',
    remedy:
      'Give the tag to the entry that is named. Whoever uses it would otherwise stay on the last image for ever, without a word. Acknowledge it where that is meant.',
  },
  'tags.backwards': {
    severity: 'error',
    asks: 'Does a tag mean older software than before?',
    remedy: 'Give it to the newest entry of its line, or acknowledge it where a release was withdrawn.',
  },
  'tags.mixed': {
    severity: 'error',
    asks: 'Do entries that share a tag have different versions of the software?',
    remedy:
      'Share the tag only among entries of one version: on some architectures it would mean another one.',
  },
  'tags.latest-in-name': {
    severity: 'error',
    asks: 'Is "latest" a part of a longer tag?',
    remedy: 'Use "latest" alone; name the variant without it.',
  },
  'tags.latest-pre-release': {
    severity: 'warning',
    asks: 'Does "latest" mean a pre-release?',
    remedy: 'Give "latest" to the newest release.',
  },
  'tags.shared-architecture': {
    severity: 'error',
    asks: 'Do two entries that share a tag have the same architecture?',
    remedy: 'Take the shared tag or the architecture from one of them: the index can hold only one.',
  },
  'tags.shared-windows': {
    severity: 'error',
    asks: 'Do two entries that share a tag have the same version of Windows?',
    remedy: 'Take the shared tag from one of them: hosts of that version would get either.',
  },
  'architectures.lost': {
    severity: 'warning',
    asks: 'Does an entry that goes on lose an architecture?',
    remedy: 'Say why in the change: tags stop being updated on that architecture.',
  },
  'from.unknown-tag': {
    severity: 'error',
    asks: 'Is an image built on a tag that the programme does not have?',
    remedy: 'Build on a supported tag of the programme.',
  },
  'from.architecture': {
    severity: 'error',
    asks: 'Does the image that it is built on lack an architecture of the entry?',
    remedy: 'Take the architecture from the entry, or build on an image that has it.',
  },
  'from.outside': {
    severity: 'error',
    asks: 'Is an image built on one from outside of the programme that is not pinned?',
    remedy: 'Build on an image of the programme, or pin the outside one.',
  },
  'from.scratch-on-windows': {
    severity: 'error',
    asks: 'Is an image for Windows built from scratch?',
    remedy: "Build on one of Windows' own base images.",
  },
  'from.riscv64': {
    severity: 'error',
    asks: 'Is an image for riscv64 built on Ubuntu 25.10 or newer, which needs RVA23?',
    remedy: 'Build on Ubuntu 24.04 or on Debian: no hardware for RVA23 is to be had.',
  },
  'from.end-of-life': {
    severity: 'warning',
    asks: 'Is an image built on a release without public security updates?',
    remedy: 'Build on a supported release.',
  },
  'from.lost': {
    severity: 'error',
    asks: 'Is an image of the programme built on a tag that the change takes away?',
    remedy: 'Move the images that are named first, or keep the tag until they are.',
  },
  'constraints.missing': {
    severity: 'error',
    asks: 'Is there no constraint for the version of Windows that an image is built on?',
    remedy: 'Add the constraint that is named.',
  },
  'constraints.extra': {
    severity: 'error',
    asks: 'Is there a constraint that nothing it is built on asks for?',
    remedy: 'Take the constraint away.',
  },
  'commit.missing': {
    severity: 'error',
    asks: 'Is the commit, or the directory or file in it, not to be found?',
    remedy: 'Check GitCommit, Directory and File of the entry.',
  },
  'commit.not-in-branch': {
    severity: 'error',
    asks: 'Is the commit not a part of the ref that GitFetch names?',
    remedy: 'Merge the commit, or name the ref that has it: it could vanish from the repository.',
  },
  'commit.large-archive': {
    severity: 'error',
    asks: 'Does the history of a commit change or delete an archive of 3 MiB or more?',
    remedy: 'Keep such archives in a branch with a single commit: every clone carries all of them.',
  },
  'dockerfile.unreadable': {
    severity: 'error',
    asks: 'Can the Dockerfile not be parsed, or its images not be told?',
    remedy: 'Correct it at the line that is named.',
  },
  'dockerfile.unverified-download': {
    severity: 'warning',
    asks: 'Is something downloaded and used without a checksum or signature in the same step?',
    remedy: 'Check it against a SHA-256 in the Dockerfile, or its signature by a full fingerprint.',
  },
  'dockerfile.piped-download': {
    severity: 'warning',
    asks: 'Is something downloaded straight into a shell?',
    remedy: 'Save it, check it, then run it.',
  },
  'dockerfile.weak-checksum': {
    severity: 'warning',
    asks: 'Is a download checked by nothing but MD5 or SHA-1?',
    remedy: 'Use SHA-256 or better, or a signature.',
  },
  'dockerfile.plain-http': {
    severity: 'warning',
    asks: 'Is something downloaded over plain HTTP?',
    remedy: 'Use https.',
  },
  'dockerfile.short-key': {
    severity: 'warning',
    asks: 'Is a key of OpenPGP fetched by less than its whole fingerprint?',
    remedy: 'Write all 40 digits: shorter identifiers can be forged.',
  },
  'dockerfile.healthcheck': {
    severity: 'warning',
    asks: 'Is there a HEALTHCHECK?',
    remedy: 'Leave it to whoever runs the image: what is healthy depends on the deployment.',
  },
  'dockerfile.uname': {
    severity: 'note',
    asks: 'Is the architecture asked from the kernel?',
    remedy: 'Ask dpkg --print-architecture or apk --print-arch: the kernel may be of another one.',
  },
  'dockerfile.privileged': {
    severity: 'warning',
    asks: 'Does the build or the image ask for more rights than a container has?',
    remedy: 'Find the capability that is really needed; images must run without --privileged.',
  },
  'context.secret': {
    severity: 'error',
    asks: 'Is there a key, token or password in a file that is built from?',
    remedy: 'Remove it and revoke it: it is public already.',
  },
} as const satisfies Readonly<Record<string, ReviewCheckDefinition>>;

export type ReviewCheckId = keyof typeof REVIEW_CHECKS;

export interface ReviewFinding {
  readonly check: ReviewCheckId;
  readonly repository: string;
  /** First tag of the entry; null where it is about the whole repository. */
  readonly entry: string | null;
  /** Empty where it does not depend on them. */
  readonly architectures: readonly Architecture[];
  /** What it can be acknowledged by: `mongo:latest`, a file, a URL. */
  readonly subject: string;
  /** One sentence. */
  readonly message: string;
  /** File and line in the context; null where there is none. */
  readonly place: { readonly file: string; readonly line: number } | null;
}

/** A check that could not be made, which is as much as one that failed. */
export interface UncheckedPart {
  readonly repository: string;
  /** Null for the whole repository. */
  readonly entry: string | null;
  readonly architectures: readonly Architecture[];
  readonly because: string;
}

export function severityOf({ check }: Pick<ReviewFinding, 'check'>): ReviewSeverity {
  return REVIEW_CHECKS[check].severity;
}

const MAX_LISTED = 8;

/** Of many names the first ones, and how many there are beside them. */
export function listNames(names: readonly string[]): string {
  const rest = names.length - MAX_LISTED;
  return rest > 1 ? `${names.slice(0, MAX_LISTED).join(', ')} and ${rest} more` : names.join(', ');
}

/** What is found of several entries in the same words is said once, with their names behind it. */
export function sumUp(findings: readonly ReviewFinding[]): readonly ReviewFinding[] {
  const keyOf = ({ check, subject, message }: ReviewFinding) => JSON.stringify([check, subject, message]);
  return sumUpAlike(findings, keyOf).map(([first, names]) => ({ ...first, message: first.message + names }));
}

/** The same for what was not checked: whoever reads of one entry must not take the others for checked. */
export function sumUpUnchecked(parts: readonly UncheckedPart[]): readonly UncheckedPart[] {
  const keyOf = ({ because }: UncheckedPart) => because;
  return sumUpAlike(parts, keyOf).map(([first, names]) => ({ ...first, because: first.because + names }));
}

/** The first of those with one key, for the architectures of all, and what follows its words: names, where it is of several entries. */
function sumUpAlike<One extends Pick<UncheckedPart, 'entry' | 'architectures'>>(
  ones: readonly One[],
  keyOf: (one: One) => string,
): readonly (readonly [One, string])[] {
  return [...Map.groupBy(ones, keyOf).values()].flatMap((alike) => {
    const names = [...new Set(alike.flatMap(({ entry }) => entry ?? []))];
    const concerned = new Set(alike.flatMap((one) => one.architectures));
    const architectures = ARCHITECTURE_NAMES.filter((architecture) => concerned.has(architecture));
    return alike
      .slice(0, 1)
      .map(
        (first) => [{ ...first, architectures }, names.length > 1 ? `: ${listNames(names)}` : ''] as const,
      );
  });
}
