import { formatPublications } from '../../library/publishing/format-publications.ts';
import { toPublicationsDocument } from '../../library/publishing/publications-document.ts';
import type { PublicationReport } from '../../library/publishing/publish.ts';
import { publishProgramme } from '../../library/running/publish-programme.ts';
import { readDefined } from '../../library/running/stock/read-stock.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { type ActingFlags, actingOptions } from '../library/acting-options.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface PublishFlags extends ProgrammeFlags, ActingFlags {
  readonly dryRun?: true;
  readonly allowOlder?: true;
  readonly format: readonly string[];
}

export async function publishImages(
  references: readonly string[],
  flags: PublishFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, ['terminal', 'json']);
  if (flags.allowOlder === true && references.length === 0)
    throw new CliError('USAGE', '--allow-older needs a reference: which tags are to go back');
  const defined = await readDefined(programmeFolder(flags, terminal), terminal);
  const { environment, stdout, stderr } = terminal;
  for (const problem of defined.problems) stderr.write(`${escapeTerminal(problem)}\n`);
  const { onEvent, ...options } = actingOptions(flags, terminal);
  let hasProblems = defined.problems.length > 0;
  const { plan, report } = await publishProgramme(defined, {
    references,
    isDryRun: flags.dryRun === true,
    putBackBy: flags.allowOlder === true ? (terminal.environment['USER'] ?? 'somebody') : null,
    ...options,
    onEvent(event) {
      hasProblems ||= event.kind === 'problem';
      onEvent(event);
    },
  });
  const document = toPublicationsDocument(plan, report);
  writeTargets(
    targets,
    (format) =>
      format === 'json' ? formatJson(document) : formatPublications(document, styleFor(stdout, environment)),
    stdout,
  );
  return statusOf(report, hasProblems);
}

/** What failed, or could not be read or written, is told before what was not admitted. */
function statusOf(report: PublicationReport | null, hasProblems: boolean): ExitStatus {
  if (hasProblems) return 1;
  const statuses = (report?.problems ?? []).map(({ error }) => error.exit);
  if (statuses.length === 0) return 0;
  return statuses.includes(1) ? 1 : (statuses[0] ?? 1);
}
