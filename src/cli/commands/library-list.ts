import type { Architecture } from '../../definitions/architectures.ts';
import type { ChosenDefinition } from '../../library/listing/choose-definitions.ts';
import { contentUses } from '../../library/contents/content-uses.ts';
import { describeProblems, readContents } from '../../library/contents/read-contents.ts';
import { readRecordedContents } from '../../library/contents/recorded-contents.ts';
import { toListDocument } from '../../library/listing/definition-documents.ts';
import { inOrder, listedRepositories, listedTags, listEntries } from '../../library/listing/list-entries.ts';
import { openSettings } from '../../library/programme/open-programme.ts';
import { contentsFile, openCommits } from '../../library/running/programme-folders.ts';
import { buildOrder, type OrderedEntry } from '../../library/sources/build-order.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { programmeFolder } from '../library/programme-option.ts';
import type { Terminal } from '../terminal.ts';
import { chosenDefinitions, type DefinitionFlags, tellBroken } from '../library/chosen-definitions.ts';

export interface ListFlags extends DefinitionFlags {
  readonly uniq?: boolean;
  readonly repos?: boolean;
  readonly buildOrder?: boolean;
  readonly arch?: Architecture;
  readonly archFilter?: boolean;
  readonly applyConstraints?: boolean;
  readonly constraint: readonly string[];
  readonly exclusiveConstraints?: boolean;
}

const FORMATS = ['terminal', 'json'] as const;

/**
 * Lists tags. Exit status 3 when a definition cannot be read, 1 when the build order is not known of all; the others are listed.
 */
export async function listDefinitions(
  references: readonly string[],
  flags: ListFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, FORMATS);
  const { chosen: given, broken } = chosenDefinitions(references, flags, terminal);
  const { chosen, problems } =
    flags.buildOrder === true ? await inBuildOrder(given, flags, terminal) : { chosen: given, problems: [] };
  const architecture = flags.arch ?? 'amd64';
  const isFiltered =
    flags.archFilter === true || (flags.arch !== undefined && flags.applyConstraints !== true);
  const { listed, skipped } = listEntries(chosen, {
    ...(isFiltered ? { architecture } : {}),
    ...(flags.applyConstraints === true
      ? {
          host: {
            architecture,
            constraints: new Set(flags.constraint),
            isExclusive: flags.exclusiveConstraints === true,
          },
        }
      : {}),
  });
  const options = { isUnique: flags.uniq === true };
  const lines = () =>
    flags.repos === true ? listedRepositories(chosen, options) : listedTags(listed, options);
  for (const { repository, entry, because } of flags.repos === true ? [] : skipped) {
    terminal.stderr.write(
      `${escapeTerminal(`${repository}:${entry.tags[0] ?? ''} is left out: ${because}`)}\n`,
    );
  }
  writeTargets(
    targets,
    (format) =>
      format === 'json'
        ? formatJson(toListDocument(listed))
        : lines()
            .map((line) => `${escapeTerminal(line)}\n`)
            .join(''),
    terminal.stdout,
  );
  for (const problem of problems) terminal.stderr.write(`${escapeTerminal(problem)}\n`);
  const status = tellBroken(broken, terminal);
  return status === 0 && problems.length > 0 ? 1 : status;
}

interface Ordered {
  readonly chosen: readonly ChosenDefinition[];
  /** Commits whose Dockerfiles are not known, and entries that wait for each other. */
  readonly problems: readonly string[];
}

async function inBuildOrder(
  chosen: readonly ChosenDefinition[],
  flags: ListFlags,
  terminal: Terminal,
): Promise<Ordered> {
  const settings = openSettings(programmeFolder(flags, terminal));
  const repositories = chosen.map(({ repository }) => repository);
  const store = openCommits(settings, terminal);
  try {
    const recorded = readRecordedContents(contentsFile(settings));
    const { contents, problems } = await readContents(contentUses(repositories), store, recorded);
    const { entries, cycles } = buildOrder(repositories, contents);
    const order = entries.map(({ entry }) => entry);
    return {
      chosen: inOrder(chosen, order),
      problems: [
        ...describeProblems(problems),
        ...cycles.map((cycle) => `they wait for each other: ${cycle.map(named).join(', ')}`),
      ],
    };
  } finally {
    await store.close();
  }
}

const named = ({ repository, entry }: OrderedEntry) => `${repository.name}:${entry.tags[0] ?? ''}`;
