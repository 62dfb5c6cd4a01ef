import { entryTitle } from '../../library/ledger/describe-entry.ts';
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
      return `admitted ${named(event.build)}`;
    case 'rejected':
      return `REJECTED ${named(event.build)}: ${event.because.join('; ')}`;
    case 'not-examined':
      return `NOT EXAMINED ${named(event.build)}: ${event.because}`;
    case 'published':
      return `published ${entryTitle(event.entry.event)}`;
    case 'not-published':
      return `NOT PUBLISHED ${event.repository}:${event.tags.join(', ')}: ${event.because}`;
    case 'without-log':
      return `${event.image} is without its log: ${event.because}`;
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

const named = ({ name, architecture }: NamedBuild) => `${name} on ${architecture}`;
