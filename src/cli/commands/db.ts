import { buildDatabase, type BuildProgress, type BuildReport } from '../../advisories/build.ts';
import { exportDatabase, importDatabase } from '../../advisories/database/carry.ts';
import { locateDatabase, type LocatedDatabase } from '../../advisories/database/locate.ts';
import { starterDatabase } from '../../advisories/database/starter.ts';
import { cacheDirectory, dataDirectory } from '../../assess/directories.ts';
import { openDatabase } from '../../assess/open-database.ts';
import type { AdvisoryDatabaseInfo, AdvisorySource } from '../../model/assessment.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal, shorten } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { formatBytes, formatCount, formatDay, plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { formatTable } from '../../report/table.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { createStatusLine } from '../progress.ts';
import { styleFor, type Terminal } from '../terminal.ts';

/** Rejected records that are printed; the count says how many there were. */
const SHOWN_REJECTED = 20;

export interface BuildFlags {
  readonly from: string;
  readonly output: string;
  readonly quiet?: boolean;
}

export async function buildDatabaseCommand(flags: BuildFlags, terminal: Terminal): Promise<ExitStatus> {
  const line = createStatusLine(terminal.stderr, { quiet: flags.quiet === true, now: terminal.now });
  const show = (progress: BuildProgress) =>
    line.draw(
      progress.kind === 'writing'
        ? 'Writing the database'
        : `Reading ${progress.path}: ${plural(progress.records, 'record')} in ${plural(progress.files, 'file')}`,
    );
  let report: BuildReport;
  try {
    report = await buildDatabase({
      from: flags.from,
      output: flags.output,
      now: new Date(terminal.now()),
      onProgress: show,
      signal: terminal.signal,
    });
  } finally {
    line.clear();
  }
  terminal.stdout.write(formatBuild(report, styleFor(terminal.stdout, terminal.environment)));
  return 0;
}

function formatBuild(report: BuildReport, style: Style): string {
  return [
    `${escapeTerminal(report.output)}: ${plural(report.advisories, 'advisory', 'advisories')}, ${plural(report.statements, 'statement')}, ${formatBytes(report.sizeBytes)}\n\n`,
    formatSources(report.sources, style),
    report.skipped.size === 0
      ? ''
      : `\nLeft out: ${plural(sum(report.skipped), 'record')}\n${formatCounts(report.skipped)}`,
    report.rejectedCount === 0 ? '' : `\nRejected: ${plural(report.rejectedCount, 'broken record')}\n`,
    ...report.rejected
      .slice(0, SHOWN_REJECTED)
      .map(({ record, reason }) => `  ${shorten(escapeTerminal(`${record}: ${reason}`), style.width - 2)}\n`),
    report.filesUnknown.size === 0
      ? ''
      : `\nIn no format that Hallmark reads: ${plural(sum(report.filesUnknown), 'file')}\n${formatCounts(report.filesUnknown)}`,
  ].join('');
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

function formatCounts(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `  ${formatCount(count)} ${escapeTerminal(name)}\n`).join('');
}

function formatSources(sources: readonly AdvisorySource[], style: Style): string {
  return formatTable<AdvisorySource>(
    [
      { title: 'SOURCE', text: ({ id }) => id },
      { title: 'RECORDS', align: 'right', text: ({ records }) => formatCount(records) },
      { title: 'NEWEST', text: ({ newest }) => (newest === null ? '-' : formatDay(newest)) },
      { title: 'LICENCE', most: 28, text: ({ licence }) => licence },
      { title: 'NAME', text: ({ name }) => name },
    ],
    sources,
    style,
  );
}

const ORIGIN: Readonly<Record<LocatedDatabase['origin'], string>> = {
  option: 'named with --db',
  environment: 'named by HALLMARK_DB',
  imported: 'imported',
  starter: 'the starter database that comes with Hallmark',
};

const locate = ({ environment }: Terminal, explicit: string | undefined) =>
  locateDatabase({ explicit, environment, dataDirectory: dataDirectory(environment) });

export interface StatusFlags {
  readonly db?: string;
  readonly format: string;
}

export function databaseStatus(flags: StatusFlags, terminal: Terminal): ExitStatus {
  const targets = parseTargets([flags.format], ['terminal', 'json']);
  const located = locate(terminal, flags.db);
  const database = openDatabase({ explicit: flags.db, environment: terminal.environment });
  database.close();
  const { info } = database;
  writeTargets(
    targets,
    (format) =>
      format === 'json'
        ? formatJson({ origin: located.origin, file: located.file, ...info })
        : formatStatus(located, info, styleFor(terminal.stdout, terminal.environment), terminal.now()),
    terminal.stdout,
  );
  return 0;
}

function formatStatus(
  located: LocatedDatabase,
  info: AdvisoryDatabaseInfo,
  style: Style,
  now: number,
): string {
  const days =
    info.newest === null ? null : Math.max(0, Math.floor((now - Date.parse(info.newest)) / 86_400_000));
  const age =
    info.newest === null || days === null
      ? 'unknown'
      : `${formatDay(info.newest)} (${plural(days, 'day')} ago)`;
  return [
    `${escapeTerminal(located.file ?? '')}${located.file === null ? '' : ': '}${ORIGIN[located.origin]}\n`,
    `newest fact ${age}, built ${formatDay(info.built)}, schema ${info.schema}\n${info.digest}\n\n`,
    formatSources(info.sources, style),
    ...info.sources.flatMap(({ attribution }) =>
      attribution === null ? [] : [`\n${escapeTerminal(attribution)}`],
    ),
    '\n',
  ].join('');
}

export function databasePath(terminal: Terminal): ExitStatus {
  terminal.stdout.write(`${databaseFile(terminal, undefined)}\n`);
  return 0;
}

/** The file in use; the starter database is unpacked to have one. */
export function databaseFile(terminal: Terminal, explicit: string | undefined): string {
  const located = locate(terminal, explicit);
  return located.file ?? starterDatabase(cacheDirectory(terminal.environment)).file;
}

export function importDatabaseCommand(from: string, terminal: Terminal): ExitStatus {
  const { info, file } = importDatabase(from, dataDirectory(terminal.environment));
  const newest = info.newest === null ? 'unknown' : formatDay(info.newest);
  terminal.stdout.write(`${file}: ${plural(info.sources.length, 'source')}, newest fact ${newest}\n`);
  return 0;
}

export function exportDatabaseCommand(
  to: string,
  flags: { readonly db?: string },
  terminal: Terminal,
): ExitStatus {
  const { info, sizeBytes } = exportDatabase(databaseFile(terminal, flags.db), to);
  terminal.stdout.write(`${to}: ${formatBytes(sizeBytes)}, ${info.digest}\n`);
  return 0;
}
