/** A review for the terminal, and as a comment on a proposal. */
import { escapeMarkdown, escapeTerminal, markdownCode, shorten } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { REVIEW_CHECKS, type ReviewSeverity, type UncheckedPart } from './checks/checks.ts';
import type { FileDifference } from './git-diff.ts';
import { verdictOf, type JudgedFinding, type RepositoryReview, type Review } from './review.ts';
import { headlineOf, summarise } from './summary.ts';

export interface ReviewText {
  /** Differences of files too. */
  readonly differences: boolean;
}

const VERDICTS = {
  sound: 'No rule is broken.',
  broken: 'Rules are broken.',
  unclear: 'No rule is known to be broken, but not everything could be checked.',
} as const;

const SEVERITY_STYLE = { error: ['bold', 'red'], warning: 'yellow', note: 'cyan' } as const satisfies Record<
  ReviewSeverity,
  Parameters<Style['paint']>[0]
>;

export function formatReviewTerminal(review: Review, style: Style, { differences }: ReviewText): string {
  const lines: string[] = [`${escapeTerminal(review.base)} → ${escapeTerminal(review.head)}`, ''];
  if (review.repositories.length + review.findings.length + review.pins.length === 0)
    lines.push('Nothing changed in the definitions.', '');
  for (const repository of review.repositories) lines.push(...repositoryLines(repository, style), '');
  for (const { image, from, to } of review.pins) {
    lines.push(escapeTerminal(`pin of ${image}: ${from ?? 'none'} → ${to ?? 'none'}`));
  }
  if (differences) {
    for (const repository of review.repositories) lines.push(...differenceLines(repository, style));
  }
  for (const [index, finding] of review.findings.entries()) {
    lines.push(findingLine(finding, style));
    // what to do is said once for all findings of a rule
    const isLast = review.findings[index + 1]?.check !== finding.check;
    if (isLast && !finding.acknowledged)
      lines.push(`  ${style.paint('dim', REVIEW_CHECKS[finding.check].remedy)}`);
  }
  for (const part of review.unchecked) {
    lines.push(
      `${style.paint('magenta', 'not checked')} ${escapeTerminal(`${nameOf(part)}: ${part.because}`)}`,
    );
  }
  for (const { check, subject } of review.unused) {
    const what = escapeTerminal(`${check}${subject === null ? '' : `:${subject}`}`);
    lines.push(`${style.paint('yellow', 'not needed')} --acknowledge ${what}`);
  }
  lines.push(style.paint('bold', VERDICTS[verdictOf(review)]));
  return `${lines.join('\n')}\n`;
}

function repositoryLines(repository: RepositoryReview, style: Style): string[] {
  const name = style.paint('bold', escapeTerminal(repository.change.repository));
  return [
    `${name}: ${headlineOf(repository)}`,
    ...summarise(repository).map(({ about, names, what }) => {
      const text = `${names.join(', ')}${what === '' ? '' : `: ${what}`}`;
      return `  ${style.paint('dim', about.padEnd(20))} ${escapeTerminal(text)}`;
    }),
  ];
}

function findingLine(finding: JudgedFinding, style: Style): string {
  const { check, severity, message, acknowledged } = finding;
  const label = acknowledged ? 'acknowledged' : style.paint(SEVERITY_STYLE[severity], severity);
  return `${label} ${check}: ${escapeTerminal(`${message}${placeOf(finding)}`)}`;
}

/** Where it is: file and line, entry, architectures. */
function placeOf({ place, repository, entry, architectures }: JudgedFinding): string {
  const parts = [
    ...(place === null ? [] : [`${place.file} line ${place.line}`]),
    ...(entry === null ? [] : [`${repository}:${entry}`]),
    ...(architectures.length === 0 ? [] : [architectures.join(', ')]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

function nameOf({ repository, entry }: UncheckedPart): string {
  return entry === null ? repository : `${repository}:${entry}`;
}

function differenceLines({ change, definition, files }: RepositoryReview, style: Style): string[] {
  const lines: string[] = [];
  for (const file of [...(definition === null ? [] : [definition]), ...files]) {
    const inside = file === definition ? file.path : `${change.repository}:${file.path}`;
    lines.push(style.paint('bold', escapeTerminal(titleOf(file, inside))));
    for (const line of file.patch === '' ? [] : file.patch.split('\n')) {
      const text = escapeTerminal(line.replaceAll('\t', '    '));
      lines.push(
        line.startsWith('+')
          ? style.paint('green', text)
          : line.startsWith('-')
            ? style.paint('red', text)
            : line.startsWith('@@')
              ? style.paint('cyan', text)
              : text,
      );
    }
    lines.push('');
  }
  return lines;
}

function titleOf({ kind, from }: FileDifference, path: string): string {
  return from === null ? `${kind} ${path}` : `${kind} ${path} (from ${from})`;
}

/** In characters: what GitHub takes as a comment, less a reserve for a frame around it. */
const LONGEST_COMMENT = 60_000;
/** Of names in one line. */
const MOST_NAMES = 40;

/** Parts that do not fit are left out, and that is said: rules first, then what changed, then differences. */
export function formatReviewMarkdown(review: Review, { differences }: ReviewText): string {
  const parts = [
    `**${VERDICTS[verdictOf(review)]}** ${code(review.base)} → ${code(review.head)}\n`,
    findingsMarkdown(review),
    ...review.repositories.map(repositoryMarkdown),
    ...review.pins.map(
      ({ image, from, to }) => `- pin of ${code(image)}: ${code(from ?? 'none')} → ${code(to ?? 'none')}\n`,
    ),
    ...(differences ? review.repositories.flatMap(differencesMarkdown) : []),
  ].filter((part) => part !== '');
  let text = '';
  let left = 0;
  for (const part of parts) {
    if (left > 0 || text.length + part.length > LONGEST_COMMENT) left += 1;
    else text += `${part}\n`;
  }
  return left === 0 ? text : `${text}*${plural(left, 'part')} left out: too long for a comment.*\n`;
}

function findingsMarkdown({ findings, unchecked }: Review): string {
  const rows = findings.map((finding, index) => {
    const isFirst = findings[index - 1]?.check !== finding.check;
    const state = finding.acknowledged ? 'acknowledged' : finding.severity;
    return `| ${state} | ${code(finding.check)} | ${prose(finding.message)}${prose(placeOf(finding))} | ${isFirst && !finding.acknowledged ? prose(REVIEW_CHECKS[finding.check].remedy) : ''} |\n`;
  });
  const parts = unchecked.map((part) => `- not checked: ${code(nameOf(part))}: ${prose(part.because)}\n`);
  const table =
    rows.length === 0 ? '' : `| | rule | what it found | what to do |\n|---|---|---|---|\n${rows.join('')}`;
  return `${table}${rows.length > 0 && parts.length > 0 ? '\n' : ''}${parts.join('')}`;
}

function repositoryMarkdown(repository: RepositoryReview): string {
  const lines = summarise(repository).map(({ about, names, what }) => {
    const shown = names.slice(0, MOST_NAMES).map(code).join(' ');
    const rest = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
    return `- ${about}: ${shown}${rest}${what === '' ? '' : `: ${prose(what)}`}\n`;
  });
  return `### ${prose(repository.change.repository)}: ${headlineOf(repository)}\n\n${lines.join('')}`;
}

function differencesMarkdown({ change, definition, files }: RepositoryReview): string[] {
  return [...(definition === null ? [] : [definition]), ...files].map((file) => {
    const title = titleOf(file, file === definition ? file.path : `${change.repository}:${file.path}`);
    const patch = file.patch
      .split('\n')
      .map((line) => escapeTerminal(line.replaceAll('\t', '    ')))
      .join('\n');
    const longest = Math.max(2, ...Array.from(patch.matchAll(/`+/g), ([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    const sums = `+${file.addedLines} −${file.removedLines}`;
    return `<details><summary>${prose(shorten(title, 300))} (${sums})</summary>\n\n${fence}diff\n${patch}\n${fence}\n\n</details>\n`;
  });
}

function code(text: string): string {
  return markdownCode(text).replaceAll('|', '\\|');
}

/** Nobody is called by a name in a definition, and no other proposal is pointed to. */
function prose(text: string): string {
  return escapeMarkdown(text).replaceAll(/\\?[@#]/g, (found) => (found.endsWith('@') ? '&#64;' : '&#35;'));
}
