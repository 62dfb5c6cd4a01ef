import { openProgramme } from '../../programme/open-programme.ts';
import { openStateToRead } from '../../state/open-state.ts';
import { askTags, type TagsAnswer, type TagsQuestion } from '../../tags/ask-tags.ts';
import { recordedContents } from './read-programme.ts';

/**
 * Answers a question about tags by what there is on this machine: definitions and their history, what is recorded of commits, the ledger.
 *
 * @param folder of the programme
 * @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID, DEFINITION_NOT_FOUND, CONTENTS_INVALID, STATE_UNREADABLE, GIT_MISSING
 */
export async function readTags(
  folder: string,
  question: Omit<TagsQuestion, 'contents' | 'ledger'>,
): Promise<TagsAnswer> {
  const programme = openProgramme(folder);
  const { settings } = programme;
  const state = openStateToRead(settings.state);
  try {
    const ledger = state.ledger();
    return await askTags(programme, { ...question, contents: recordedContents(settings), ledger });
  } finally {
    state.close();
  }
}
