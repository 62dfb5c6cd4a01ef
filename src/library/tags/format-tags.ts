/** Answers about tags for the terminal. */
import { escapeTerminal } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { type Column, formatTable } from '../../report/table.ts';
import type { FormerTag, RepositoryEntry, TagsAnswer } from './ask-tags.ts';
import type { TagChoice } from './choose-tag.ts';
import type { TagAnswer } from './tag-answer.ts';
import type { StandingPoint } from './tag-state.ts';

const MOST_CHOICES = 5;
const MOST_FORMER = 50;

export interface TagsText {
  /** Every meaning that a tag has had, and tags that are no longer supported. */
  readonly history: boolean;
}

export function formatTags(answer: TagsAnswer, style: Style, { history }: TagsText): string {
  const parts =
    answer.tag === null
      ? [formatRepository(answer, style), history ? formatFormer(answer, style) : '']
      : [formatTag(answer.tag, style), history ? formatHistory(answer.tag) : ''];
  const why = answer.withoutHistory;
  return [
    ...parts,
    formatChoices(answer.choices, style),
    why === null ? '' : `${style.paint('magenta', 'no history')}: ${escapeTerminal(why)}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const COLUMNS: readonly Column<RepositoryEntry>[] = [
  { title: 'IMAGE', text: ({ tag }) => tag },
  { title: 'VERSION', text: ({ version }) => version || '-' },
  { title: 'KIND', text: ({ kind }) => kind || '-' },
  { title: 'ON', text: ({ system }) => system ?? '-' },
  { title: 'UPDATES UNTIL', text: ({ endOfLife }) => endOfLife?.lastDay ?? '-' },
  {
    title: 'ALSO',
    text: ({ tag, tags, sharedTags }) => [...tags, ...sharedTags].filter((one) => one !== tag).join(' '),
  },
];

function formatRepository({ repository, entries, newest }: TagsAnswer, style: Style): string {
  if (entries === null || entries.length === 0)
    return `${escapeTerminal(repository)} has no supported tags.\n`;
  const latest = newest === null ? '' : `; newest: ${escapeTerminal(newest)}`;
  return `${formatTable(COLUMNS, entries, style)}\n${plural(entries.length, 'image')}${latest}\n`;
}

function formatTag(answer: TagAnswer, style: Style): string {
  const { standing, images, endOfLife, aliases } = answer;
  const rows: (readonly [string, string])[] = [
    ['state', `${standing.state}: ${standing.because}`],
    ['since', standing.since === null ? '' : dateOf(standing.since)],
    ['until', standing.until === null ? '' : dateOf(standing.until)],
    ['use instead', standing.successor ?? ''],
    ['same as', aliases.filter((alias) => alias !== answer.tag).join(', ')],
    ['most specific', answer.mostSpecific ?? ''],
    ['dated name', answer.dated[0]?.name ?? ''],
    ...images.map(
      ({ entry, architectures, base }) =>
        ['image', `${entry} for ${architectures.join(', ')}${base === null ? '' : `, on ${base}`}`] as const,
    ),
    [
      'updates until',
      endOfLife === null
        ? ''
        : `${endOfLife.lastDay} (${endOfLife.release.id} ${endOfLife.release.versionId})${endOfLife.isOver ? ', which is over' : ''}`,
    ],
    ['newest', answer.newest ?? ''],
    ['pre-release', answer.newestPreRelease ?? ''],
    ['slimmer', answer.slimmer.join(', ')],
    ['variants', answer.variants.map(({ tag }) => tag).join(', ')],
  ];
  const name = style.paint('bold', escapeTerminal(`${answer.repository}:${answer.tag}`));
  const lines = rows
    .filter(([, value]) => value !== '')
    .map(([title, value]) => `  ${style.paint('dim', title.padEnd(14))} ${escapeTerminal(value)}\n`);
  return `${name}\n${lines.join('')}`;
}

function formatHistory({ history, dated }: TagAnswer): string {
  const lines = history.flatMap(({ meanings, until }) => [
    ...meanings.map(({ since, entries }) => `  ${dateOf(since)}  ${escapeTerminal(entries.join(', '))}\n`),
    ...(until === null ? [] : [`  ${dateOf(until)}  not supported any more\n`]),
  ]);
  const names = dated.map(({ name, digest }) => `  ${escapeTerminal(`${name}  ${digest}`)}\n`);
  return [
    lines.length === 0 ? '' : `History\n${lines.join('')}`,
    names.length === 0 ? '' : `Names that never move\n${names.join('')}`,
  ].join('');
}

const FORMER_COLUMNS: readonly Column<FormerTag>[] = [
  { title: 'FORMER TAG', text: ({ tag }) => tag },
  { title: 'STATE', text: ({ state }) => state },
  { title: 'UNTIL', text: ({ until }) => (until === null ? '-' : day(until)) },
  { title: 'USE INSTEAD', text: ({ successor }) => successor ?? '-' },
];

function formatFormer({ former }: TagsAnswer, style: Style): string {
  if (former === null || former.length === 0) return '';
  const rest = former.length - MOST_FORMER;
  const more = rest > 0 ? `and ${plural(rest, 'more tag')}; --format json has all\n` : '';
  return `${formatTable(FORMER_COLUMNS, former.slice(0, MOST_FORMER), style)}\n${more}`;
}

function formatChoices(choices: readonly TagChoice[], style: Style): string {
  const lines = choices.slice(0, MOST_CHOICES).flatMap(({ exact, line, reasons }, index) => [
    `  ${index + 1}. ${escapeTerminal(exact)}${line === exact ? '' : ` (its line: ${escapeTerminal(line)})`}\n`,
    ...reasons.map(({ speaks, because }) => {
      const sign = speaks === 'for' ? style.paint('green', '+') : style.paint('red', '-');
      return `     ${sign} ${escapeTerminal(because)}\n`;
    }),
  ]);
  return lines.length === 0 ? '' : `Which to use\n${lines.join('')}`;
}

function dateOf({ at, commit }: StandingPoint): string {
  return `${day(at)} ${commit?.slice(0, 10) ?? '(ledger)'}`;
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
