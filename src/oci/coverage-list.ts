import type { Coverage, CoverageCode } from '../model/coverage.ts';

/** Collects what could not be seen in one layer or directory, in bounded memory however hostile it is. */
export interface CoverageList {
  add(code: CoverageCode, subject: string, message: string): void;
  entries(): readonly Coverage[];
}

const ENTRIES_MAX = 200;
/** Code units of a subject; the rest of a longer name tells nobody more. */
const SUBJECT_MAX = 512;

/** @param whole the layer or directory, named in the entry that says that more was left out. */
export function createCoverageList(whole: string): CoverageList {
  const kept: Coverage[] = [];
  let leftOut = 0;
  return {
    add(code, subject, message) {
      if (kept.length === ENTRIES_MAX) leftOut++;
      else kept.push({ code, message, subject: subject.slice(0, SUBJECT_MAX).toWellFormed() });
    },
    entries() {
      if (leftOut === 0) return kept;
      const message = `${leftOut} more things that could not be read were left out of this list.`;
      return [...kept, { code: 'LIMIT_REACHED', message, subject: whole }];
    },
  };
}

export function addTooLarge(coverage: CoverageList, path: string, sizeBytes: number, limit: number): void {
  const message = `The file has ${sizeBytes} bytes, and at most ${limit} are read of it; what it would show is missing.`;
  coverage.add('EVIDENCE_TOO_LARGE', path, message);
}
