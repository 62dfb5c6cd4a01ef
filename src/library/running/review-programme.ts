import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Environment } from '../../assess/directories.ts';
import { openProgramme } from '../programme/open-programme.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import type { Acknowledgement } from '../review/acknowledgement.ts';
import type { Review } from '../review/review.ts';
import { reviewChange } from '../review/review-change.ts';
import { type Revision, revisionAt, revisionOf } from '../review/revision.ts';
import { openCommits } from './programme-folders.ts';
import { recordedContents } from './stock/read-programme.ts';

export interface ReviewProgrammeOptions {
  /** A folder with the programme as it was, relative to the working directory, or a revision in git. */
  readonly base: string;
  /** The same of what it is to be; null for what the folder has now. */
  readonly head: string | null;
  readonly workingDirectory: string;
  readonly acknowledged: readonly Acknowledgement[];
  /** Fetch commits that are missing, and the history of the refs that are named. */
  readonly isFetched: boolean;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID, GIT_MISSING, SOURCE_REPOSITORY_FAILED */
export async function reviewProgramme(folder: string, options: ReviewProgrammeOptions): Promise<Review> {
  const { base, head, environment, signal, acknowledged, isFetched, now } = options;
  const programme = openProgramme(folder);
  const { settings } = programme;
  const store = openCommits(settings, { environment, signal });
  try {
    return await reviewChange({
      base: await revisionNamed(base, settings, options),
      head: head === null ? revisionOf(programme) : await revisionNamed(head, settings, options),
      store,
      contents: recordedContents(settings),
      isFetched,
      acknowledged,
      place: { environment, signal, scratch: environment['TMPDIR'] || tmpdir() },
      nowMs: now(),
    });
  } finally {
    await store.close();
  }
}

/** A folder where there is one of that name, else a revision in git. */
async function revisionNamed(
  name: string,
  settings: ProgrammeSettings,
  options: ReviewProgrammeOptions,
): Promise<Revision> {
  const folder = resolve(options.workingDirectory, name);
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? revisionOf(openProgramme(folder)) : await revisionAt(settings, name, options);
}
