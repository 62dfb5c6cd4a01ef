import { readStatus } from '../../library/running/stock/read-status.ts';
import { formatStatus, formatStatusPage } from '../../library/status/format-status.ts';
import type { ProgrammeStatus } from '../../library/status/programme-status.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatJson } from '../../report/json.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { advisoriesOf, type AdvisoryFlags } from '../library/advisories.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface StatusFlags extends ProgrammeFlags, AdvisoryFlags {
  readonly format: readonly string[];
}

const FORMATS = ['terminal', 'json', 'markdown'] as const;

/** Exit status 0 whatever the status is: to be told is not to be judged. */
export async function tellStatus(
  repositories: readonly string[],
  flags: StatusFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, FORMATS);
  const { environment, signal } = terminal;
  const status = await readStatus(programmeFolder(flags, terminal), repositories, {
    environment,
    signal,
    advisories: advisoriesOf(flags, terminal),
    now: Math.floor(terminal.now() / 1000),
  });
  writeTargets(targets, (format) => formatAs(format, status, terminal), terminal.stdout);
  return 0;
}

function formatAs(format: (typeof FORMATS)[number], status: ProgrammeStatus, terminal: Terminal): string {
  switch (format) {
    case 'terminal':
      return formatStatus(status, styleFor(terminal.stdout, terminal.environment));
    case 'json':
      return formatJson(status);
    case 'markdown':
      return formatStatusPage(status);
  }
}
