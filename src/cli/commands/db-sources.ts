import { join } from 'node:path';
import { dataDirectory } from '../../assess/directories.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { formatBytes, formatCount, plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { formatTable } from '../../report/table.ts';
import { feedsFolder, readState, type FeedState } from '../../updates/upstream/feed-state.ts';
import { UPSTREAMS } from '../../updates/upstream/register.ts';
import { recallSelection } from '../../updates/upstream/selection.ts';
import type { Upstream } from '../../updates/upstream/upstream.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { styleFor, type Terminal } from '../terminal.ts';

const HOUR_MS = 3_600_000;

interface SourceRow {
  readonly upstream: Upstream;
  readonly isSelected: boolean;
  readonly state: FeedState | null;
}

/** Lists every upstream source, the selected ones with what is known of them. */
export function databaseSources(flags: { readonly format: string }, terminal: Terminal): ExitStatus {
  const targets = parseTargets([flags.format], ['terminal', 'json']);
  const folder = feedsFolder(dataDirectory(terminal.environment));
  const selected = new Set(recallSelection(folder)?.sources);
  const rows = UPSTREAMS.map((upstream): SourceRow => ({
    upstream,
    isSelected: selected.has(upstream.id),
    state: readState(join(folder, upstream.id)),
  }));
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) =>
      format === 'json' ? formatJson(rows.map(toDocument)) : formatSources(rows, style, terminal.now()),
    terminal.stdout,
  );
  return 0;
}

function toDocument({ upstream, isSelected, state }: SourceRow) {
  const { id, title, addresses, licence, terms, byDefault, everyHours, sizeBytes } = upstream;
  const facts =
    state?.facts === null || state === null
      ? null
      : {
          digest: state.facts.digest,
          fetchedAt: state.facts.fetchedAt,
          records: state.facts.records,
          rejected: state.facts.rejected,
          rejections: state.facts.rejections,
          skipped: state.facts.skipped,
        };
  return {
    id,
    title,
    addresses: state?.addresses ?? addresses,
    licence,
    terms,
    byDefault,
    selected: isSelected,
    everyHours,
    sizeBytes,
    checkedAt: state?.checkedAt ?? null,
    outcome: state?.outcome ?? null,
    problem: state?.problem ?? null,
    facts,
  };
}

function formatSources(rows: readonly SourceRow[], style: Style, now: number): string {
  const problems = rows.flatMap(({ upstream, state }) =>
    state === null || state.problem === null ? [] : [`${upstream.id}: ${state.problem}`],
  );
  return [
    formatTable<SourceRow>(
      [
        { title: 'SOURCE', text: ({ upstream }) => upstream.id },
        { title: 'STATE', text: stateOf },
        { title: 'CHECKED', text: ({ state }) => ageOf(state?.checkedAt, now) },
        { title: 'CHANGED', text: ({ state }) => ageOf(state?.facts?.fetchedAt, now) },
        {
          title: 'RECORDS',
          align: 'right',
          text: ({ state }) => (state?.facts ? formatCount(state.facts.records) : '-'),
        },
        {
          title: 'FIRST FETCH',
          align: 'right',
          text: ({ upstream }) => `~${formatBytes(upstream.sizeBytes)}`,
        },
        { title: 'LICENCE', most: 28, text: ({ upstream }) => upstream.licence },
        { title: 'WHAT', text: ({ upstream }) => upstream.title },
      ],
      rows,
      style,
    ),
    ...problems.map((problem) => `\n${escapeTerminal(problem)}\n`),
  ].join('');
}

/** `on` and `off`: whether `--upstream` would fetch what was never fetched. */
function stateOf({ upstream, isSelected, state }: SourceRow): string {
  if (upstream.retrieval === null) return 'never';
  if (isSelected) return state?.outcome ?? 'not yet fetched';
  return upstream.terms === null ? (upstream.byDefault ? 'on' : 'off') : 'terms';
}

function ageOf(time: string | undefined, now: number): string {
  if (time === undefined) return '-';
  const hours = Math.max(0, Math.floor((now - Date.parse(time)) / HOUR_MS));
  return hours < 48 ? plural(hours, 'hour') : plural(Math.floor(hours / 24), 'day');
}
