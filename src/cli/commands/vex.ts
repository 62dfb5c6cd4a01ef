import { openVexFiles } from '../../assess/triage-choice.ts';
import { exportOpenVex } from '../../findings/triage/export-openvex.ts';
import type { GivenVex } from '../../findings/vex/apply-vex.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { type Column, formatTable } from '../../report/table.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { TriageFlags } from '../options.ts';
import { chooseConfiguration } from '../run-assessment.ts';
import { issueDate, styleFor, type Terminal } from '../terminal.ts';

export const CHECK_FORMATS = ['terminal', 'json'] as const;

/** Reads documents and lists what they state. Exit status 3 when a part of one cannot be used. */
export async function checkVex(
  paths: readonly string[],
  flags: { readonly format: readonly string[] },
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, CHECK_FORMATS);
  const given = await openVexFiles(paths, new Date(terminal.now()));
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) =>
      format === 'json'
        ? formatJson(given.map(({ place, document }) => ({ place, ...document })))
        : given.map((each) => formatDocument(each, style)).join('\n'),
    terminal.stdout,
  );
  return given.some(({ document }) => document.faults.length > 0) ? 3 : 0;
}

interface Row {
  readonly flaw: string;
  readonly status: string;
  readonly why: string;
  readonly product: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'VULNERABILITY', text: ({ flaw }) => flaw },
  { title: 'STATUS', text: ({ status }) => status.replaceAll('_', ' ') },
  { title: 'JUSTIFICATION', text: ({ why }) => why },
  { title: 'PRODUCT', text: ({ product }) => product },
];

function formatDocument({ document, place }: GivenVex, style: Style): string {
  const { format, author, id, statements, faults } = document;
  const rows = statements.flatMap((statement) =>
    statement.products.flatMap(({ identifiers, digests, subcomponents }) => {
      const [product = ''] = [...identifiers, ...digests];
      const parts = subcomponents.map((names) => `${product} > ${names[0] ?? '?'}`);
      const why =
        statement.justification?.replaceAll('_', ' ') ?? (statement.note === null ? '' : 'in words');
      const row = { flaw: statement.flaws[0] ?? '', status: statement.status, why };
      return (parts.length === 0 ? [product] : parts).map((name) => ({ ...row, product: name }));
    }),
  );
  const heading = `${place}: ${format} by ${author ?? 'an unnamed author'}, ${plural(statements.length, 'statement')}`;
  return [
    `${style.paint('bold', escapeTerminal(heading))}\n${escapeTerminal(id)}\n`,
    rows.length === 0 ? '' : `\n${formatTable(COLUMNS, rows, style)}`,
    ...faults.map((fault) => `${style.paint('yellow', '!')} ${escapeTerminal(fault)}\n`),
  ].join('');
}

export type ExportFlags = Pick<TriageFlags, 'config'> & { readonly output?: string };

/** Writes the exceptions as OpenVEX; what VEX cannot express is named on standard error. */
export async function exportVex(flags: ExportFlags, terminal: Terminal): Promise<ExitStatus> {
  const { now, stdout, stderr, workingDirectory } = terminal;
  const configuration = await chooseConfiguration(flags.config, workingDirectory);
  const { author } = configuration.vex;
  if (author === null) {
    throw new CliError('USAGE', 'the configuration does not say who the author is', {
      remedy: 'Write "vex: { author: … }" into the configuration, or name one with --config.',
    });
  }
  const { document, left } = exportOpenVex(configuration, {
    author,
    timestamp: issueDate(terminal),
    now: now(),
  });
  for (const { exception, reason } of left) {
    stderr.write(
      escapeTerminal(`${exception.place}: not exported, ${reason}: ${exception.vulnerabilities.join(', ')}`) +
        '\n',
    );
  }
  writeTargets([{ format: 'json', file: flags.output ?? null }], () => formatJson(document), stdout);
  return 0;
}
