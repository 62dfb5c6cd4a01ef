/** The pages and feeds of a programme as files: for the command that writes them, and for the publisher that keeps them as they should be. */
import { HallmarkError } from '../../model/errors.ts';
import { recallSize } from '../documents/image-sizes.ts';
import {
  programmeDocuments,
  type DocumentsInput,
  type ProgrammeDocuments,
} from '../documents/programme-documents.ts';
import { writeDocuments } from '../documents/write-documents.ts';
import { feedFiles, feedOptions } from '../feeds/feed-files.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import type { Programme } from '../programme/programme.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { recordedContents } from './stock/read-programme.ts';
import { formatSeconds } from '../../formats/time.ts';

export type PagesChoice = Pick<DocumentsInput, 'only' | 'architecture' | 'limitBytes'>;

const WHOLE: PagesChoice = { only: null, architecture: null, limitBytes: null };

/**
 * @param state null for a programme that was never run
 * @throws {LibraryError} CONTENTS_INVALID; TEXTS_INVALID for texts of all repositories
 */
export function programmePages(
  programme: Programme,
  tags: TagStates,
  state: Pick<ProgrammeState, 'recall'> | null,
  choice: PagesChoice = WHOLE,
): ProgrammeDocuments {
  return programmeDocuments({
    ...choice,
    programme,
    tags,
    contents: recordedContents(programme.settings),
    sizeOf: (image) => (state === null ? null : recallSize(state, image)),
  });
}

/**
 * Writes pages and feeds where the settings say. A file that cannot be written keeps nothing from being published.
 *
 * @param now seconds since 1970
 * @returns what went wrong, one sentence each
 */
export function writePublishedPages(
  programme: Programme,
  state: Pick<ProgrammeState, 'ledger' | 'tagStates' | 'recall'>,
  now: number,
): readonly string[] {
  const { settings } = programme;
  const { pages, feeds } = settings;
  const problems: string[] = [];
  if (pages !== null) {
    tryTo(problems, () => {
      const documents = programmePages(programme, state.tagStates(), state);
      const { broken } = programme;
      for (const { repository, because } of documents.problems) {
        // what cannot be read was told when it was read
        if (!broken.some(({ name }) => name === repository)) problems.push(`${repository}: ${because}`);
      }
      writeDocuments(documents.files, pages.folder, { write: true });
    });
  }
  if (feeds !== null) {
    tryTo(problems, () => {
      const options = feedOptions(settings, formatSeconds(now));
      writeDocuments(feedFiles([...state.ledger()], options, feeds.address), feeds.folder, { write: true });
    });
  }
  return problems;
}

/** Texts that are wrong, and folders that cannot be written. */
function tryTo(problems: string[], write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof HallmarkError) problems.push(`${error.code}: ${error.message}`);
    else if (error instanceof Error && 'syscall' in error)
      problems.push(`pages cannot be written: ${error.message}`);
    else throw error;
  }
}
