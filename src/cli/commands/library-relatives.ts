import type { Architecture } from '../../definitions/architectures.ts';
import { childNames, parentNames } from '../../library/builds/relatives.ts';
import { readDefined } from '../../library/running/stock/read-stock.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import type { Terminal } from '../terminal.ts';

export interface RelativeFlags extends ProgrammeFlags {
  readonly depth: number;
  readonly arch?: Architecture;
}

/** A name a line, each once. Exit status 1 when parts of the programme could not be read. */
export async function listRelatives(
  of: 'parents' | 'children',
  references: readonly string[],
  flags: RelativeFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { programme, graph, problems } = await readDefined(programmeFolder(flags, terminal), terminal);
  const options = { depth: flags.depth, architecture: flags.arch ?? null };
  const find = of === 'parents' ? parentNames : childNames;
  const names = new Set(references.flatMap((reference) => find(reference, programme, graph, options)));
  for (const name of names) terminal.stdout.write(`${escapeTerminal(name)}\n`);
  for (const problem of problems) terminal.stderr.write(`${escapeTerminal(problem)}\n`);
  return problems.length === 0 ? 0 : 1;
}
