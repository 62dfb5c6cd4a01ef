/** A plan on a terminal: what is built, why and by when; what comes later; what cannot be built. */
import { escapeTerminal } from '../../report/escape.ts';
import { formatDuration, plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { type Column, formatTable } from '../../report/table.ts';
import type { PlanDocument } from './plan-document.ts';

export interface RenderOptions {
  /** Seconds since 1970: times are told from here. */
  readonly now: number;
  /** Every image with all its reasons, parents and identities. */
  readonly isExplained: boolean;
}

type Work = PlanDocument['work'][number];

/** How many lines of a list are shown where nothing was asked for by name. */
const MOST_LINES = 50;

export function renderPlan(plan: PlanDocument, style: Style, options: RenderOptions): string {
  const { now, isExplained } = options;
  return [
    summary(plan, style),
    isExplained
      ? section('To build now', plan.work, style, (items) =>
          items.map((item) => explain(item, options)).join(''),
        )
      : section('To build now', plan.work, style, (items) =>
          formatTable(workColumns(now), items, style, '  '),
        ),
    section('Later', plan.deferred, style, (items) => formatTable(deferredColumns(now), items, style, '  ')),
    section('Waiting for other images', plan.waiting, style, (items) =>
      formatTable(WAITING_COLUMNS, items, style, '  '),
    ),
    section('Not examined yet', plan.unexamined, style, (items) =>
      formatTable(IMAGE_COLUMNS, items, style, '  '),
    ),
    blockedSection(plan, style),
    ...plan.problems.map((problem) => `${style.paint('yellow', '!')} ${escapeTerminal(problem)}\n`),
    plan.problems.some((problem) => problem.startsWith('COMMIT_NOT_FOUND'))
      ? '  "hallmark library fetch" fetches commits, and a run does so by itself\n'
      : '',
  ].join('');
}

function summary({ programme, counts }: PlanDocument, style: Style): string {
  const { targets, work, deferred, waiting, blocked, unexamined, done } = counts;
  const parts = [
    plural(targets, 'image'),
    `${work} to build`,
    ...(deferred > 0 ? [`${deferred} later`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(unexamined > 0 ? [`${unexamined} to be examined`] : []),
    ...(blocked > 0 ? [style.paint('red', `${blocked} blocked`)] : []),
    `${done} done`,
  ];
  return `${style.paint('bold', escapeTerminal(programme))}: ${parts.join(', ')}\n`;
}

function section<Item>(
  title: string,
  items: readonly Item[],
  style: Style,
  render: (items: readonly Item[]) => string,
): string {
  if (items.length === 0) return '';
  const more = items.length - MOST_LINES;
  const rest = more > 0 ? `  and ${plural(more, 'more', 'more')}: --format json has all of them\n` : '';
  return `\n${style.paint('bold', title)}\n${render(items.slice(0, MOST_LINES))}${rest}`;
}

interface Image {
  readonly image: string;
  readonly architecture: string;
}

const IMAGE_COLUMNS: readonly Column<Image>[] = [
  { title: 'IMAGE', text: ({ image }) => image, most: 50 },
  { title: 'ARCHITECTURE', text: ({ architecture }) => architecture },
];

const WAITING_COLUMNS: readonly Column<PlanDocument['waiting'][number]>[] = [
  ...IMAGE_COLUMNS,
  { title: 'FOR', text: ({ for: others }) => others.map(({ image }) => image).join(', ') },
];

const workColumns = (now: number): readonly Column<Work>[] => [
  ...IMAGE_COLUMNS,
  { title: 'DUE', text: ({ deadline }) => (deadline === null ? '' : fromNow(deadline, now)) },
  { title: 'WHY', wraps: true, text: ({ because, attempts }) => `${because}${failed(attempts)}` },
];

const deferredColumns = (now: number): readonly Column<PlanDocument['deferred'][number]>[] => [
  ...IMAGE_COLUMNS,
  { title: 'BEGINS', text: ({ notBefore }) => fromNow(notBefore, now) },
  {
    title: 'WHY',
    wraps: true,
    text: ({ because, attempts, deferredFor }) =>
      deferredFor === 'settling' ? `${because}; changes are let gather` : `${because}${failed(attempts)}`,
  },
];

const failed = (attempts: number): string => (attempts === 0 ? '' : `; failed ${plural(attempts, 'time')}`);

function fromNow(time: string, now: number): string {
  const seconds = Date.parse(time) / 1000 - now;
  return seconds < 0 ? `${formatDuration(-seconds)} late` : `in ${formatDuration(seconds)}`;
}

function explain(item: Work, { now }: RenderOptions): string {
  const { image, architecture, buildId, generation, because, deadline, severity, depth, fanOut, attempts } =
    item;
  const lines = [
    `why: ${because}`,
    ...item.reasons.flatMap((reason) =>
      reason.kind === 'advisory'
        ? reason.fixes.map(
            ({ vulnerability, severity: level, package: name, installed, fixed }) =>
              `${vulnerability} (${level}): ${name} ${installed} → ${fixed}`,
          )
        : [],
    ),
    ...(deadline === null ? [] : [`due: ${deadline}, ${fromNow(deadline, now)} (${severity ?? 'unknown'})`]),
    `build: ${buildId}, generation ${generation}`,
    ...item.parents.map(({ from, digest }) => `on: ${from} = ${digest}`),
    `order: depth ${depth}, ${plural(fanOut, 'image')} built on it${failed(attempts)}`,
  ];
  return `  ${escapeTerminal(image)} ${architecture}\n${lines.map((line) => `    ${escapeTerminal(line)}\n`).join('')}`;
}

/** Causes one by one, and what is only built on them as a number. */
function blockedSection({ blocked }: PlanDocument, style: Style): string {
  const causes = blocked.filter(({ behind }) => behind === null);
  const behind = blocked.length - causes.length;
  const columns: readonly Column<PlanDocument['blocked'][number]>[] = [
    ...IMAGE_COLUMNS,
    { title: 'BECAUSE', wraps: true, text: ({ because }) => because },
  ];
  // asked for by name, what is behind another one is told too
  const listed = causes.length === 0 ? blocked : causes;
  const rest = causes.length === 0 || behind === 0 ? '' : `  and ${plural(behind, 'image')} built on these\n`;
  return section('Blocked', listed, style, (items) => formatTable(columns, items, style, '  ')) + rest;
}
