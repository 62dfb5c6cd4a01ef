import { tagStates } from '../../library/ledger/tag-states.ts';
import { planPublications } from '../../library/publishing/plan-publications.ts';
import { openState } from '../../library/state/open-state.ts';
import { formatStatus, formatStatusPage } from '../../library/status/format-status.ts';
import type { ProgrammeStatus } from '../../library/status/programme-status.ts';
import { statusOf } from '../../library/status/status-of.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatJson } from '../../report/json.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { chosenRepositories } from '../library/chosen-repositories.ts';
import type { ProgrammeFlags } from '../library/programme-option.ts';
import { readDefined, withStock } from '../library/read-stock.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface StatusFlags extends ProgrammeFlags {
  readonly db?: string;
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
  const now = Math.floor(terminal.now() / 1000);
  const defined = await readDefined(flags, terminal);
  const { programme, sources, graph, problems } = defined;
  const only = chosenRepositories(repositories, programme);
  return withStock(
    defined,
    { database: flags.db, now },
    terminal,
    async ({ builds, plan, snapshot }): Promise<ExitStatus> => {
      const state = openState(programme.settings.state);
      try {
        const tags = tagStates(state.ledger());
        const publications = planPublications({ programme, sources, builds, snapshot, tags, now });
        const facts = { programme, graph, builds, snapshot, plan, publications, state, problems, now };
        const status = statusOf(only === null ? facts : { ...facts, only });
        writeTargets(targets, (format) => formatAs(format, status, terminal), terminal.stdout);
        return 0;
      } finally {
        state.close();
      }
    },
  );
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
