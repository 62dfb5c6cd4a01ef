/** What a programme defines for as long as it runs: read again when its files have changed, or when something could not be had. */
import { HallmarkError } from '../../../model/errors.ts';
import type { ProgrammeSettings } from '../../programme/programme.ts';
import { fingerprint } from './read-programme.ts';
import type { DefinedProgramme } from './take-stock.ts';

/** Repositories that were not reached, and engines that did not answer, are asked again after so long. */
const RETRY_MS = 600_000;

/**
 * @param read may fail later on: who edits a file may save half of it, and until it can be read what was there before counts
 * @param now milliseconds since 1970
 */
export function createCurrentProgramme(
  settings: Pick<ProgrammeSettings, 'folder' | 'library' | 'pins' | 'tests'>,
  read: () => Promise<DefinedProgramme>,
  now: () => number,
): () => Promise<DefinedProgramme> {
  let known: {
    readonly print: string;
    readonly at: number;
    readonly programme: DefinedProgramme;
  } | null = null;
  return async () => {
    const print = fingerprint(settings);
    const before = known?.programme ?? null;
    const isComplete = before?.problems.length === 0 || now() - (known?.at ?? 0) < RETRY_MS;
    if (before !== null && known?.print === print && isComplete) return before;
    const programme = await readOr(before, read);
    known = { print, at: now(), programme };
    return programme;
  };
}

async function readOr(
  before: DefinedProgramme | null,
  read: () => Promise<DefinedProgramme>,
): Promise<DefinedProgramme> {
  try {
    return await read();
  } catch (error) {
    if (before === null || !(error instanceof HallmarkError)) throw error;
    return { ...before, problems: [`${error.code}: ${error.message}`] };
  }
}
