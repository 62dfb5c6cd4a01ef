import type { AdmissionCheck } from '../../library/admission/admission.ts';
import type { LedgerEvent } from '../../library/ledger/entry.ts';
import { describeReasons } from '../../library/plan/describe-reason.ts';
import type { NamedBuild, RunEvent } from '../../library/running/run-event.ts';
import { formatDuration, plural } from '../../report/quantity.ts';
import { formatSeconds } from '../../formats/time.ts';

/** One line of progress; not escaped. */
export function formatEvent(event: RunEvent): string {
  switch (event.kind) {
    case 'building':
      return `building ${named(event.build)}: ${describeReasons(event.reasons)}`;
    case 'built':
      return `built ${named(event.build)} in ${formatDuration(Math.round(event.seconds))}: ${event.digest}`;
    case 'build-failed':
      return `FAILED ${named(event.build)}: ${event.because}; its log is ${event.log}`;
    case 'admitted':
      return [`admitted ${named(event.build)}`, ...unmetChecks(event.unmet)].join('; ');
    case 'examining-again':
      return `examining ${named(event.build)} again: ${REASONS_TO_EXAMINE[event.because]}`;
    case 'revoked':
      return `REVOKED ${named(event.build)}: ${event.because.join('; ')}; what is public of it stays`;
    case 'rejected':
      return `REJECTED ${named(event.build)}: ${event.because.join('; ')}`;
    case 'not-examined':
      return `NOT EXAMINED ${named(event.build)}: ${event.because}. ${event.remedy}`;
    case 'interrupted':
      return `broken off ${named(event.build)}`;
    case 'published':
      return publication(event.entry.event);
    case 'not-published':
      return `NOT PUBLISHED ${event.repository}:${event.tags.join(', ')}: ${event.because}. ${event.remedy}`;
    case 'without-log':
      return `${event.image} is without its log: ${event.because}`;
    case 'not-signed':
      return `NOT SIGNED ${event.repository}:${event.tags.join(', ')}: ${event.because}`;
    case 'delivered':
      return `told ${event.receiver} of ${plural(event.entries, 'publication')}`;
    case 'not-delivered': {
      const again = event.notBefore === null ? '' : `; again at ${formatSeconds(event.notBefore)}`;
      return `NOT TOLD ${event.receiver}: ${event.because}${again}`;
    }
    case 'problem':
      return `PROBLEM ${event.message}`;
  }
}

const REASONS_TO_EXAMINE = {
  'gate-changed': 'the gate or the tests have changed',
  'flaws-unknown': 'there are advisories by now, and flaws were not looked for',
} as const;

/** How many checks that were not made are told one by one: of a strange architecture all tests are among them. */
const MOST_UNMET = 3;

function unmetChecks(checks: readonly AdmissionCheck[]): readonly string[] {
  const more = checks.length - MOST_UNMET;
  return [
    ...checks
      .slice(0, MOST_UNMET)
      .map(
        ({ id, result, because }) => `${id} ${result === 'failed' ? 'failed' : 'not checked'}: ${because}`,
      ),
    ...(more > 0 ? [`and ${plural(more, 'more', 'more')}: see "hallmark library verify"`] : []),
  ];
}

function publication(event: LedgerEvent): string {
  const name = `${event.kind} ${event.repository}:${event.tags.join(', ')}`;
  if (event.kind === 'published') {
    const { dated = [], digest } = event;
    return `${name}: ${digest}${dated.length === 0 ? '' : `, for good ${dated.join(', ')}`}`;
  }
  return event.successor === null ? name : `${name}; ${event.successor} takes the place`;
}

const named = ({ name, architecture }: NamedBuild) => `${name} on ${architecture}`;
