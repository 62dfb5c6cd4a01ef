import { resolve } from 'node:path';
import type { Architecture } from '../../definitions/architectures.ts';
import { lookUpSizes } from '../../library/documents/image-sizes.ts';
import { writeDocuments } from '../../library/documents/write-documents.ts';
import { openProgramme } from '../../library/programme/open-programme.ts';
import { programmePages } from '../../library/running/programme-pages.ts';
import { connectionOfRole } from '../../library/running/roles/role-connection.ts';
import { openStateToRead } from '../../library/state/open-state.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import { chosenRepositories } from '../../library/listing/chosen-repositories.ts';
import { CliError } from '../errors.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import type { Terminal } from '../terminal.ts';

export interface DocsFlags extends ProgrammeFlags {
  readonly output?: string;
  readonly check?: true;
  readonly arch?: Architecture;
  readonly limit?: number;
  readonly sizes?: true;
  readonly offline?: true;
}

/** Exit status 1 when a repository has no page, 2 with --check when a page differs. */
export async function writeProgrammeDocuments(
  repositories: readonly string[],
  flags: DocsFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const programme = openProgramme(programmeFolder(flags, terminal));
  const { settings } = programme;
  const output =
    flags.output === undefined ? settings.pages?.folder : resolve(terminal.workingDirectory, flags.output);
  if (output === undefined)
    throw new CliError('USAGE', 'name a folder with --output: programme.yaml names none in pages.folder');
  const only = chosenRepositories(repositories, programme);
  const state = openStateToRead(settings.state);
  try {
    const tags = state.tagStates();
    if (flags.sizes === true) {
      const { environment, signal } = terminal;
      const surroundings = { environment, signal, offline: flags.offline === true };
      await lookUpSizes(
        tags,
        state,
        settings,
        connectionOfRole(settings, settings.roles.publisher, surroundings),
      );
    }
    const { files, problems } = programmePages(programme, tags, state, {
      only,
      architecture: flags.arch ?? null,
      limitBytes: flags.limit ?? null,
    });
    const write = flags.check !== true;
    const { changed, unchanged } = writeDocuments(files, output, { write });
    for (const path of changed) terminal.stdout.write(`${escapeTerminal(path)}\n`);
    for (const { repository, because } of problems)
      terminal.stderr.write(`${escapeTerminal(`${repository}: ${because}`)}\n`);
    const what = write ? 'written' : 'would change';
    terminal.stderr.write(`${plural(changed.length, 'file')} ${what}, ${unchanged} as they should be\n`);
    if (problems.length > 0) return 1;
    return !write && changed.length > 0 ? 2 : 0;
  } finally {
    state.close();
  }
}
