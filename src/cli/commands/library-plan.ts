import type { Architecture } from '../../definitions/architectures.ts';
import { formatBuilds } from '../../library/builds/builds-document.ts';
import { createIndexReader, toBuildRecords } from '../../library/builds/build-records.ts';
import { selectTargets } from '../../library/builds/select-targets.ts';
import { formatAllUpstreamCommands } from '../../library/engines/upstream/upstream-commands.ts';
import { toPlanDocument } from '../../library/plan/plan-document.ts';
import { renderPlan } from '../../library/plan/render-plan.ts';
import { connectionOfRole } from '../../library/running/roles/role-connection.ts';
import type { Stock } from '../../library/running/stock/take-stock.ts';
import { formatSources } from '../../library/sources/sources-document.ts';
import { isTime } from '../../formats/time.ts';
import { readDefined, withStock } from '../../library/running/stock/read-stock.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { advisoriesOf, type AdvisoryFlags } from '../library/advisories.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface PlanFlags extends ProgrammeFlags, AdvisoryFlags {
  readonly arch: readonly Architecture[];
  readonly why?: boolean;
  readonly now?: string;
  readonly format: readonly string[];
}

const FORMATS = ['terminal', 'json', 'sources', 'builds', 'commands'] as const;
/** Made from the records of builds. */
const OF_BUILDS: readonly string[] = ['builds', 'commands'];

/** Exit status 1 when parts of the programme are blocked or could not be read: the plan of the others is told all the same. */
export async function planProgramme(
  references: readonly string[],
  flags: PlanFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, FORMATS);
  const now = flags.now === undefined ? Math.floor(terminal.now() / 1000) : parseNow(flags.now);
  const defined = await readDefined(programmeFolder(flags, terminal), terminal);
  const { programme, graph, problems } = defined;
  const isChosen = selectTargets(graph, references, flags.arch, programme.broken);
  const { name } = programme.settings;
  const [document, builds] = await withStock(
    defined,
    { environment: terminal.environment, advisories: advisoriesOf(flags, terminal), now },
    async (stock) => [
      toPlanDocument(stock.plan, { programme: name, graph, now, problems, isChosen }),
      targets.some(({ format }) => OF_BUILDS.includes(format))
        ? await buildsOf(stock, isChosen, terminal)
        : '',
    ],
  );
  const options = { now, isExplained: flags.why === true };
  const style = styleFor(terminal.stdout, terminal.environment);
  const render = {
    terminal: () => renderPlan(document, style, options),
    json: () => formatJson(document),
    sources: () => formatSources(defined.sources),
    builds: () => builds,
    commands: () => formatAllUpstreamCommands(Object.values(JSON.parse(builds) as object), { epoch: now }),
  };
  writeTargets(targets, (format) => render[format](), terminal.stdout);
  const isTold = targets.some(({ format, file }) => format === 'terminal' && file === null);
  if (!isTold) {
    for (const problem of problems) terminal.stderr.write(`${escapeTerminal(problem)}\n`);
    const causes = document.blocked.filter(({ behind }) => behind === null);
    for (const { image, architecture, because } of causes) {
      terminal.stderr.write(`${escapeTerminal(`${image} on ${architecture} is blocked: ${because}`)}\n`);
    }
  }
  return document.blocked.length === 0 && problems.length === 0 ? 0 : 1;
}

async function buildsOf(
  { defined, builds, snapshot }: Stock,
  isChosen: ReturnType<typeof selectTargets>,
  { environment, signal }: Terminal,
): Promise<string> {
  const { settings } = defined.programme;
  const connection = connectionOfRole(settings, settings.roles.builder, { environment, signal });
  const { quarantine } = settings.registry;
  const readIndex = createIndexReader(connection);
  const options = { quarantine, isChosen };
  return formatBuilds(await toBuildRecords(defined.graph, builds, snapshot.images, readIndex, options));
}

/** Seconds since 1970. @throws {CliError} USAGE */
function parseNow(text: string): number {
  if (isTime(text)) return Math.floor(Date.parse(text) / 1000);
  throw new CliError('USAGE', `--now ${JSON.stringify(text)} is not a time such as 2026-12-24T00:00:00Z`);
}
