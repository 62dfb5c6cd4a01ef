/** The publisher: finishes what was begun, then publishes what is ready. */
import type { Publication } from '../../ledger/entry.ts';
import { planPublications } from '../../publishing/plan-publications.ts';
import { prepareAgain } from '../../publishing/prepare-publication.ts';
import type { PublicationPlan } from '../../publishing/publication-plan.ts';
import { publish, type PublisherReport, resumePublications } from '../../publishing/publish.ts';
import type { Publisher } from '../../publishing/publisher.ts';
import { renewTags } from '../../publishing/renew-tags.ts';
import type { ProgrammeState } from '../../state/programme-state.ts';
import type { Announcements } from '../announcements.ts';
import type { PublisherRole } from '../run-loop.ts';
import type { DefinedProgramme, Stock } from '../stock/take-stock.ts';

/** What could be published as things stand. @param now seconds since 1970 */
export function publicationsOf(
  { defined: { programme, sources, gates }, builds, snapshot }: Stock,
  state: Pick<ProgrammeState, 'tagStates'>,
  now: number,
): PublicationPlan {
  return planPublications({ programme, sources, gates, builds, snapshot, tags: state.tagStates(), now });
}

/** @param now milliseconds since 1970 */
export function createPublisherRole(
  state: ProgrammeState,
  publisher: Publisher,
  announcements: Announcements,
  now: () => number,
): PublisherRole {
  return async (stock) => {
    const plan = () => publicationsOf(stock, state, Math.floor(now() / 1000));
    const { report } = await finishAndPublish(stock.defined, state, publisher, plan);
    announcements.announce(stock.defined, report.entries.length > 0);
    return report;
  };
}

/**
 * @param plan asked when everything that was begun before is finished
 * @param putBackBy who asks by hand for images that are older than what their tags mean; null: they are refused
 */
export async function finishAndPublish(
  { programme, gates }: DefinedProgramme,
  state: ProgrammeState,
  publisher: Publisher,
  plan: () => PublicationPlan,
  putBackBy: string | null = null,
): Promise<{ readonly plan: PublicationPlan; readonly report: PublisherReport }> {
  const settings = { ...programme.settings, gates };
  const finished = await resumePublications({ ...programme, settings }, state, publisher);
  const planned = plan();
  const published = await publish(settings, state, planned, publisher, putBackBy);
  const prove = (event: Publication) => prepareAgain(event, programme, settings, publisher);
  const unsigned = await renewTags({ settings, state, publisher, prove });
  return {
    plan: planned,
    report: {
      entries: [...finished.entries, ...published.entries],
      problems: [...finished.problems, ...published.problems],
      withoutLog: [...finished.withoutLog, ...published.withoutLog],
      unsigned,
    },
  };
}
