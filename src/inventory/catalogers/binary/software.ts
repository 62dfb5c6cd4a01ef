/** Finds the software whose clues a file may hold, by its path alone and at the cost of one look into a table. */
import { APPLICATIONS } from './applications.ts';
import { type Clue, endsLike, programName, type Software } from './classifier.ts';
import { COMMANDS } from './commands.ts';
import { CRYPTOGRAPHY } from './cryptography.ts';
import { DATABASES } from './databases.ts';
import { INTERPRETERS } from './interpreters.ts';
import { LIBRARIES } from './libraries.ts';
import { SERVERS } from './servers.ts';
import { TOOLCHAINS } from './toolchains.ts';

/** All that is known; names are unique. */
export const SOFTWARE: readonly Software[] = [
  ...APPLICATIONS,
  ...COMMANDS,
  ...CRYPTOGRAPHY,
  ...DATABASES,
  ...INTERPRETERS,
  ...LIBRARIES,
  ...SERVERS,
  ...TOOLCHAINS,
];

export interface Suspect {
  readonly name: string;
  readonly clues: readonly Clue[];
}

interface TextSuspect extends Suspect {
  readonly ending: string;
}

const PROGRAMS: ReadonlyMap<string, readonly Suspect[]> = groupSuspects(
  SOFTWARE.flatMap(({ name, evidence }) =>
    evidence.flatMap((shown) =>
      'programs' in shown
        ? [...new Set(shown.programs.map(programName))].map((key) => ({
            key,
            suspect: { name, clues: shown.clues },
          }))
        : [],
    ),
  ),
);

const TEXTS: ReadonlyMap<string, readonly TextSuspect[]> = groupSuspects(
  SOFTWARE.flatMap(({ name, evidence }) =>
    evidence.flatMap((shown) =>
      'texts' in shown
        ? shown.texts.map((ending) => ({
            key: baseName(ending),
            suspect: { name, clues: shown.clues, ending },
          }))
        : [],
    ),
  ),
);

const NONE: readonly Suspect[] = [];

/** What an ELF file of that path may be. */
export function programSuspects(path: string): readonly Suspect[] {
  return PROGRAMS.get(programName(path)) ?? NONE;
}

/** What a file of that path may be that is no ELF file. */
export function textSuspects(path: string): readonly Suspect[] {
  return TEXTS.get(baseName(path))?.filter(({ ending }) => endsLike(path, ending)) ?? NONE;
}

/** Base names of the files that are no ELF files. */
export const TEXT_NAMES: readonly string[] = [...TEXTS.keys()];

function groupSuspects<S>(found: readonly { key: string; suspect: S }[]): ReadonlyMap<string, readonly S[]> {
  return new Map(
    [...Map.groupBy(found, ({ key }) => key)].map(([key, group]) => [
      key,
      group.map(({ suspect }) => suspect),
    ]),
  );
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
