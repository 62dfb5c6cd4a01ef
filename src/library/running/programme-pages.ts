/** The pages and feeds of a programme as files: for the command that writes them, and for the publisher that keeps them as they should be. */
import { HallmarkError } from '../../model/errors.ts';
import { recallSize } from '../documents/image-sizes.ts';
import {
  programmeDocuments,
  type DocumentsInput,
  type ProgrammeDocuments,
} from '../documents/programme-documents.ts';
import { writeDocuments } from '../documents/write-documents.ts';
import { type FollowedLedger, feedOptions, followFeedFiles } from '../feeds/feed-files.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import type { Programme, ProgrammeSettings } from '../programme/programme.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { recordedContents } from './stock/read-programme.ts';
import { formatSeconds } from '../../formats/time.ts';

export type PagesChoice = Pick<DocumentsInput, 'only' | 'architecture' | 'limitBytes'>;

const WHOLE: PagesChoice = { only: null, architecture: null, limitBytes: null };

/** @throws {LibraryError} CONTENTS_INVALID; TEXTS_INVALID for texts of all repositories */
export function programmePages(
  programme: Programme,
  tags: TagStates,
  state: Pick<ProgrammeState, 'recall'>,
  choice: PagesChoice = WHOLE,
): ProgrammeDocuments {
  return programmeDocuments({
    ...choice,
    programme,
    tags,
    contents: recordedContents(programme.settings),
    sizeOf: (image) => recallSize(state, image),
  });
}

/**
 * Writes pages and feeds where the settings say. A file that cannot be written keeps nothing from being published.
 *
 * @param now seconds since 1970
 * @returns what went wrong, one sentence each
 */
export type WritePublishedPages = (programme: Programme, now: number) => readonly string[];

/** For one process: what the ledger had before is not read and written again each time. */
export function createPublishedPages(
  state: Pick<ProgrammeState, 'ledger' | 'tagStates' | 'recall'>,
): WritePublishedPages {
  const writeFeeds = createFeeds(state);
  return (programme, now) => writePages(programme, state, () => writeFeeds(programme.settings, now));
}

function writePages(
  programme: Programme,
  state: Pick<ProgrammeState, 'tagStates' | 'recall'>,
  writeFeeds: () => void,
): readonly string[] {
  const { pages } = programme.settings;
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
  tryTo(problems, writeFeeds);
  return problems;
}

function createFeeds(state: Pick<ProgrammeState, 'ledger'>) {
  const ledger: FollowedLedger = {
    from: (sequence) => state.ledger(sequence),
    at(sequence) {
      for (const entry of state.ledger(sequence)) return entry;
      return null;
    },
  };
  let followed = { settings: '', files: followFeedFiles(ledger) };
  return (settings: ProgrammeSettings, now: number): void => {
    const { feeds, name, pageUrl, registry } = settings;
    if (feeds === null) return;
    // whoever changes these wants all files anew
    const chosen = JSON.stringify([feeds, name, pageUrl, registry]);
    if (followed.settings !== chosen) followed = { settings: chosen, files: followFeedFiles(ledger) };
    const options = { ...feedOptions(settings, formatSeconds(now)), address: feeds.address };
    writeDocuments(followed.files(options), feeds.folder, { write: true });
  };
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
