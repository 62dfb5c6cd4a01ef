import { toolVersion } from '../../assess/tool-version.ts';
import type { Architecture } from '../../definitions/architectures.ts';
import { formatReproductions, reproductionLine } from '../../library/reproduction/format-reproduction.ts';
import {
  type ChosenEngine,
  type ProgrammeReproduction,
  reproduceProgramme,
  type ReproductionEvent,
} from '../../library/reproduction/reproduce-programme.ts';
import type { Reproduction } from '../../library/reproduction/reproduction.ts';
import { toReproductionDocument } from '../../library/reproduction/reproduction-document.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface ReproduceFlags extends ProgrammeFlags {
  readonly arch: readonly Architecture[];
  readonly engine?: ChosenEngine;
  readonly most: number;
  readonly require?: 'identical';
  readonly offline?: boolean;
  readonly quiet?: boolean;
  readonly format: readonly string[];
}

export async function reproduceImages(
  references: readonly string[],
  flags: ReproduceFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, ['terminal', 'json']);
  const { environment, now, signal, stdout, stderr } = terminal;
  const reproduced = await reproduceProgramme({
    folder: programmeFolder(flags, terminal),
    references,
    architectures: flags.arch,
    engine: flags.engine ?? null,
    most: flags.most,
    environment,
    offline: flags.offline === true,
    version: toolVersion(),
    now,
    signal,
    onEvent(event) {
      if (flags.quiet !== true) stderr.write(`${escapeTerminal(formatEvent(event))}\n`);
    },
  });
  const document = toReproductionDocument(reproduced, Math.floor(now() / 1000));
  writeTargets(
    targets,
    (format) =>
      format === 'json' ? formatJson(document) : formatReproductions(document, styleFor(stdout, environment)),
    stdout,
  );
  return statusOf(reproduced, flags);
}

function formatEvent(event: ReproductionEvent): string {
  return event.kind === 'rebuilding'
    ? `building ${event.image} on ${event.architecture} again`
    : reproductionLine(event.reproduction);
}

/** What could not be built again is told before what differs. */
function statusOf(
  { reproductions, skipped }: ProgrammeReproduction,
  { require }: Pick<ReproduceFlags, 'require'>,
): ExitStatus {
  const isFailed = reproductions.some(({ outcome }) => outcome.kind !== 'compared');
  if (isFailed || skipped.some(({ isFailure }) => isFailure)) return 1;
  return require === undefined || reproductions.every(isIdentical) ? 0 : 2;
}

function isIdentical({ outcome }: Reproduction): boolean {
  return outcome.kind === 'compared' && outcome.comparison.kind === 'identical';
}
