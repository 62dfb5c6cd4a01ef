/** From a programme's folder to what is defined: definitions, facts of their commits, sources. */
import { statSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Contents } from '../../contents/contents.ts';
import { contentUses } from '../../contents/content-uses.ts';
import { fetchContents } from '../../contents/fetch-contents.ts';
import { type ContentReading, describeProblems, readContents } from '../../contents/read-contents.ts';
import {
  contentKey,
  forgetUnused,
  readRecordedContents,
  toContents,
  writeRecordedContents,
} from '../../contents/recorded-contents.ts';
import type { GitStore } from '../../git/git-store.ts';
import { openProgramme } from '../../programme/open-programme.ts';
import type { Programme, ProgrammeSettings } from '../../programme/programme.ts';
import { makeSources } from '../../sources/make-sources.ts';
import { contentsFile } from '../programme-folders.ts';
import { type DefinedProgramme, defineProgramme } from './take-stock.ts';

/**
 * Reads everything that a programme defines. Commits that are not at hand are fetched; what cannot be had is a problem of the entries
 * that need it.
 *
 * @param isFetched whether missing commits are fetched
 * @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID, PIN_INVALID, CONTENTS_INVALID, GIT_MISSING
 */
export async function readProgramme(
  folder: string,
  store: GitStore,
  { isFetched }: { readonly isFetched: boolean },
): Promise<DefinedProgramme> {
  const programme = openProgramme(folder);
  const reading = await readFacts(programme, store, isFetched);
  const { sources, problems } = makeSources(
    programme.repositories.values(),
    reading.contents,
    programme.pins,
  );
  return defineProgramme(programme, sources, [
    ...unmeant(programme),
    ...programme.broken.flatMap((broken) => broken.problems),
    ...describeProblems(reading.problems),
    ...problems.map(({ code, message }) => `${code}: ${message}`),
  ]);
}

/** What is hardly meant as it is, and would go unnoticed: rules that hold for nobody, and a programme without a single definition. */
function unmeant({ settings, repositories, broken }: Programme): readonly string[] {
  const known = new Set([...repositories.keys(), ...broken.map(({ name }) => name)]);
  if (known.size === 0) return [`there is no definition in ${settings.library}: nothing is built or retired`];
  return [
    ...Object.keys(settings.repositoryRules).map((name) => ({ name, field: 'repositories' })),
    ...Object.keys(settings.gate.toleratedTests).map((name) => ({ name, field: 'gate.toleratedTests' })),
  ]
    .filter(({ name }) => !known.has(name))
    .map(
      ({ name, field }) => `programme.yaml: ${field}.${name}: the programme has no repository of this name`,
    );
}

async function readFacts(programme: Programme, store: GitStore, isFetched: boolean): Promise<ContentReading> {
  const file = contentsFile(programme.settings);
  const uses = contentUses(programme.repositories.values());
  const recorded = readRecordedContents(file);
  const reading = isFetched
    ? await fetchContents(uses, store, recorded, { which: 'unknown' })
    : await readContents(uses, store, recorded);
  if (reading.read > 0) {
    // what a definition that cannot be read uses is not known
    const used = programme.broken.length > 0 ? null : new Set(uses.map(({ inputs }) => contentKey(inputs)));
    const kept = used === null ? reading.recorded : forgetUnused(reading.recorded, used);
    try {
      writeRecordedContents(file, kept);
    } catch (error) {
      // it saves reading the same again, which whoever may only look does each time
      if (isFetched || !isForbidden(error)) throw error;
    }
  }
  return reading;
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS');
}

/** What was read of commits before. @throws {LibraryError} CONTENTS_INVALID */
export function recordedContents(settings: Pick<ProgrammeSettings, 'state'>): Contents {
  return toContents(readRecordedContents(contentsFile(settings)));
}

/** Changes when a definition, a pin, a test or the settings do. Times and sizes are enough: files are replaced, not edited under us. */
export function fingerprint({
  folder,
  library,
  pins,
  tests,
}: Pick<ProgrammeSettings, 'folder' | 'library' | 'pins' | 'tests'>): string {
  const files = [
    join(folder, 'programme.yaml'),
    ...filesIn(library),
    ...(pins === null ? [] : filesIn(pins)),
    ...(tests === null ? [] : filesIn(tests)),
  ];
  return files
    .map((file) => {
      const found = statSync(file, { throwIfNoEntry: false, bigint: true });
      return found === undefined ? `${file} -` : `${file} ${found.mtimeNs} ${found.size} ${found.ino}`;
    })
    .join('\n');
}

function filesIn(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => join(folder, name));
}
