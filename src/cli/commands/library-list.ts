import type { Architecture } from '../../definitions/architectures.ts';
import { toListDocument } from '../../library/listing/definition-documents.ts';
import { listedRepositories, listedTags, listEntries } from '../../library/listing/list-entries.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { parseTargets, writeTargets } from '../formats.ts';
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

/** Lists tags. Exit status 3 when a definition cannot be read; those of the others are listed. */
export async function listDefinitions(
  references: readonly string[],
  flags: ListFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, FORMATS);
  const { chosen, broken } = chosenDefinitions(references, flags, terminal);
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
  return tellBroken(broken, terminal);
}
