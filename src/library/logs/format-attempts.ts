import { escapeTerminal } from '../../report/escape.ts';
import { formatDuration } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { describeReasons } from '../plan/describe-reason.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import type { Attempt } from '../state/programme-state.ts';
import { keptLogOf } from './attempt-log.ts';
import { formatSeconds } from '../../formats/time.ts';

const COLOURS = { running: 'yellow', built: 'green', failed: 'red', lost: 'red' } as const;

/** A paragraph for each attempt: when, what came of it, why it was made, and where its log is. */
export function formatAttempts(
  attempts: readonly Attempt[],
  settings: Pick<ProgrammeSettings, 'state'>,
  style: Style,
): string {
  return attempts
    .map((attempt) => {
      const { outcome, startedAt, endedAt, reasons } = attempt;
      const after = endedAt === null ? '' : ` after ${formatDuration(endedAt - startedAt)}`;
      const lines = [
        `${style.paint('bold', describeAttempt(attempt))}  ${style.paint(COLOURS[outcome.kind], outcome.kind)}${after}`,
        `  because ${escapeTerminal(describeReasons(reasons))}`,
        ...(outcome.kind === 'failed' ? [`  ${outcome.code}: ${escapeTerminal(outcome.because)}`] : []),
        ...(outcome.kind === 'built' ? [`  ${outcome.digest}`] : []),
        `  ${escapeTerminal(keptLogOf(attempt, settings) ?? 'its log was cleared away')}`,
      ];
      return `${lines.join('\n')}\n`;
    })
    .join('');
}

/** `attempt 7 of redis:8.0 on amd64, begun 2026-11-21T10:00:00Z`; escaped. */
export function describeAttempt({ id, tags, architecture, startedAt }: Attempt): string {
  return `attempt ${id} of ${escapeTerminal(tags[0] ?? '')} on ${architecture}, begun ${formatSeconds(startedAt)}`;
}
