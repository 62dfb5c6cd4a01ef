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
import { hasImagePage } from '../catalogue/image-files.ts';
import { followTagEvents, type TagEvents } from '../ledger/tag-events.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import type { Programme, ProgrammeSettings } from '../programme/programme.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { recordedContents } from './stock/read-programme.ts';
import { formatSeconds } from '../../formats/time.ts';

export interface PagesChoice extends Pick<DocumentsInput, 'only' | 'architecture' | 'limitBytes'> {
  /** Pages of tags too, with links to those pages of images that are in the folder; null for none. */
  readonly images: { readonly folder: string; readonly events: TagEvents } | null;
}

/** @throws {LibraryError} CONTENTS_INVALID; TEXTS_INVALID for texts of all repositories */
export function programmePages(
  programme: Programme,
  tags: TagStates,
  state: Pick<ProgrammeState, 'recall'>,
  { images, ...choice }: PagesChoice,
): ProgrammeDocuments {
  return programmeDocuments({
    ...choice,
    programme,
    tags,
    images: images && {
      events: images.events,
      hasPage: (repository, image) => hasImagePage(images.folder, repository, image),
    },
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
  const events = followTagEvents((from) => state.ledger(from));
  return (programme, now) => {
    const problems = writePages(programme, state, events);
    return [...problems, ...problemOf(() => writeFeeds(programme.settings, now))];
  };
}

function writePages(
  programme: Programme,
  state: Pick<ProgrammeState, 'tagStates' | 'recall'>,
  events: () => TagEvents,
): readonly string[] {
  const { pages } = programme.settings;
  if (pages === null) return [];
  const { folder } = pages;
  const problems: string[] = [];
  const failed = problemOf(() => {
    const images = pages.images ? { folder, events: events() } : null;
    const choice = { only: null, architecture: null, limitBytes: null, images };
    const documents = programmePages(programme, state.tagStates(), state, choice);
    const { broken } = programme;
    for (const { repository, because } of documents.problems) {
      // what cannot be read was told when it was read
      if (!broken.some(({ name }) => name === repository)) problems.push(`${repository}: ${because}`);
    }
    writeDocuments(documents.files, folder, { write: true });
  });
  return [...problems, ...failed];
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

function problemOf(write: () => void): readonly string[] {
  try {
    write();
    return [];
  } catch (error) {
    return [pagesProblem(error)];
  }
}

/** Texts that are wrong, and folders that cannot be written, in a sentence. @throws what is neither */
export function pagesProblem(error: unknown): string {
  if (error instanceof HallmarkError) return `${error.code}: ${error.message}`;
  if (error instanceof Error && 'syscall' in error) return `pages cannot be written: ${error.message}`;
  throw error;
}
