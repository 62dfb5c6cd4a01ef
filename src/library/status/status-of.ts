import type { Digest } from '../../model/digest.ts';
import { failedChecks } from '../admission/checks.ts';
import { targetName, type BuildGraph } from '../builds/build-graph.ts';
import type { Build, BuildTarget } from '../builds/build.ts';
import type { LedgerEntry, PublishedImage } from '../ledger/entry.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import { describeReasons } from '../plan/describe-reason.ts';
import type { Plan, WorkItem } from '../plan/work.ts';
import type { Programme } from '../programme/programme.ts';
import type { PublicationPlan } from '../publishing/publication-plan.ts';
import { recallReproduction } from '../reproduction/reproduction.ts';
import { reproductionShares, sharedCauses } from '../reproduction/reproduction-shares.ts';
import type { Attempt, ProgrammeState, StateSnapshot } from '../state/programme-state.ts';
import { architectureMatrix } from './architecture-matrix.ts';
import { evidenceShares, publishedImages } from './evidence-shares.ts';
import { measureFreshness } from './freshness.ts';
import type {
  FailingBuild,
  HeldTags,
  ImageName,
  OldestImage,
  ProgrammeStatus,
  QueuedBuild,
  RefusedImage,
  Reproducibility,
  RunningBuild,
} from './programme-status.ts';
import { formatSeconds } from '../../formats/time.ts';

export interface StatusFacts {
  readonly programme: Programme;
  readonly graph: BuildGraph;
  /** One for each target of the graph, in its order. */
  readonly builds: readonly Build[];
  readonly snapshot: StateSnapshot;
  readonly plan: Plan;
  readonly publications: PublicationPlan;
  readonly state: Pick<ProgrammeState, 'attempts' | 'admission' | 'ledger' | 'tagStates' | 'recall'>;
  /** What could not be read or identified: one sentence each. */
  readonly problems: readonly string[];
  /** Seconds since 1970. */
  readonly now: number;
  /** Which repositories are asked for; all without it. Counts and measures are of the whole programme. */
  readonly only?: ReadonlySet<string>;
}

/** Where the programme stands. Everything in it is in the state, the ledger or the definitions; nothing is estimated. */
export function statusOf(facts: StatusFacts): ProgrammeStatus {
  const { programme, graph, plan, publications, state, snapshot, now } = facts;
  const ledger = [...state.ledger()];
  const tags = state.tagStates();
  const names = namer(graph);
  const isWanted = wanted(facts);
  const failing = findFailing(facts);
  const queue = [
    ...plan.work.map((item) => queued(item, null, names(item.build), now)),
    ...plan.deferred.map(({ item, notBefore }) => queued(item, notBefore, names(item.build), now)),
  ];
  return {
    schema: 'hallmark.status/1',
    programme: programme.settings.name,
    at: formatSeconds(now),
    counts: {
      repositories: programme.repositories.size,
      images: graph.targets.length,
      built: plan.done,
      queued: plan.work.length,
      deferred: plan.deferred.length,
      waiting: plan.waiting.length,
      unexamined: plan.unexamined.length,
      blocked: plan.blocked.length,
      failing: failing.length,
      late: queue.filter(({ isLate }) => isLate).length,
      held: publications.held.length,
      ready: publications.ready.length,
    },
    problems: facts.problems,
    running: findRunning(facts).filter(isWanted),
    failing: failing.filter(isWanted),
    queue: queue.filter(isWanted),
    waiting: plan.waiting
      .map((target) => ({ ...names(target), for: target.for.map((each) => names(each).image) }))
      .filter(isWanted),
    blocked: plan.blocked.map((target) => ({ ...names(target), because: target.because })).filter(isWanted),
    held: publications.held
      .filter(({ repository }) => facts.only?.has(repository) ?? true)
      .map(({ repository, tags: held, missing, until, because }): HeldTags => ({
        repository,
        tags: held,
        missing,
        until: until === null ? null : formatSeconds(until),
        because,
      })),
    orphaned: orphanedTags(programme, tags),
    refused: refusedImages(facts, tags),
    oldest: oldestImage(ledger, tags),
    architectures: architectureMatrix(graph, snapshot, tags),
    freshness: measureFreshness({ ledger, parentsOf: parentFinder(state), settings: programme.settings }),
    evidence: evidenceShares(tags, state),
    reproducibility: measureReproducibility(tags, state),
  };
}

function measureReproducibility(tags: TagStates, state: StatusFacts['state']): Reproducibility {
  const found = publishedImages(tags).map((image) => recallReproduction(state, image));
  const measured = found.filter((one) => one !== null);
  return {
    unmeasured: found.length - measured.length,
    architectures: reproductionShares(measured),
    causes: sharedCauses(measured),
  };
}

type NameOf = (target: BuildTarget) => ImageName;

function namer(graph: BuildGraph): NameOf {
  return ({ sourceId, architecture }) => {
    const target = graph.targets[graph.numberOf(sourceId, architecture) ?? -1];
    return { image: target === undefined ? sourceId : targetName(target), architecture };
  };
}

function wanted({ only }: StatusFacts): (named: ImageName) => boolean {
  return ({ image }) => only === undefined || only.has(image.slice(0, image.lastIndexOf(':')));
}

function queued(item: WorkItem, notBefore: number | null, name: ImageName, now: number): QueuedBuild {
  const { reasons, severity, deadline } = item;
  return {
    ...name,
    because: describeReasons(reasons),
    severity,
    deadline: deadline === null ? null : formatSeconds(deadline),
    isLate: deadline !== null && deadline < now,
    notBefore: notBefore === null ? null : formatSeconds(notBefore),
  };
}

/** Builds of today's definitions that failed or were rejected, and have not succeeded since. */
function findFailing({ builds, graph, snapshot, state }: StatusFacts): readonly FailingBuild[] {
  const names = namer(graph);
  return builds.flatMap((build) => {
    const failures = build.kind === 'identified' ? snapshot.failures.get(build.buildId) : undefined;
    if (failures === undefined || build.kind !== 'identified') return [];
    const [last] = state.attempts(build.buildId, 1);
    return [
      {
        ...names(build),
        attempts: failures.count,
        lastAt: formatSeconds(failures.lastAt),
        because: last === undefined ? 'nothing is remembered of it' : whyFailed(last, state),
        log: last?.log ?? null,
      },
    ];
  });
}

function whyFailed({ outcome, buildId, generation }: Attempt, state: StatusFacts['state']): string {
  switch (outcome.kind) {
    case 'failed':
      return outcome.because;
    case 'lost':
      return 'its process ended without a word';
    case 'running':
      return 'it is being tried again';
    case 'built': {
      const admission = state.admission(buildId, generation);
      return (admission === null ? '' : failedChecks(admission).join('; ')) || 'it is examined again';
    }
  }
}

function findRunning({ state }: StatusFacts): readonly RunningBuild[] {
  return state
    .attempts()
    .filter(({ outcome }) => outcome.kind === 'running')
    .map(({ tags, architecture, startedAt, log }) => ({
      image: tags[0] ?? '',
      architecture,
      since: formatSeconds(startedAt),
      log,
    }));
}

/** Of repositories whose definitions can be read: of others nobody knows what they are meant to have. */
function orphanedTags({ repositories, broken }: Programme, tags: TagStates): readonly string[] {
  const unknown = new Set(broken.map(({ name }) => name));
  return [...tags].flatMap(([repository, states]) => {
    const entries = repositories.get(repository)?.definition.entries ?? [];
    const defined = new Set(entries.flatMap((entry) => [...entry.tags, ...entry.sharedTags]));
    return [...states.values()]
      .filter(({ tag, retired }) => retired === null && !defined.has(tag) && !unknown.has(repository))
      .map(({ tag }) => `${repository}:${tag}`);
  });
}

/** What is public of images that were admitted once, and are refused by now. */
function refusedImages({ snapshot, state }: StatusFacts, tags: TagStates): readonly RefusedImage[] {
  return publishedImages(tags).flatMap(({ buildId, generation, architecture, digest }) => {
    const admission = state.admission(buildId, generation);
    if (admission?.verdict !== 'rejected' || admission.digest !== digest) return [];
    // another generation may be the same to the byte
    if (snapshot.images.get(buildId)?.admission.digest === digest) return [];
    const [image = digest] = state.attempts(buildId, 1).flatMap((attempt) => attempt.tags);
    return [{ image, architecture, digest, because: failedChecks(admission).join('; ') }];
  });
}

/** Of the images that supported tags mean: the one that was first published longest ago. */
function oldestImage(ledger: readonly LedgerEntry[], tags: TagStates): OldestImage | null {
  const since = new Map<Digest, string>();
  for (const { at, event } of ledger) {
    for (const { digest } of event.kind === 'published' ? event.images : []) {
      if (!since.has(digest)) since.set(digest, at);
    }
  }
  let oldest: OldestImage | null = null;
  for (const [repository, states] of tags) {
    for (const { tag, published, retired } of states.values()) {
      if (retired !== null) continue;
      for (const { digest, architecture } of published?.event.images ?? []) {
        const publishedAt = since.get(digest);
        if (publishedAt === undefined || (oldest !== null && oldest.publishedAt <= publishedAt)) continue;
        oldest = { image: `${repository}:${tag}`, architecture, publishedAt };
      }
    }
  }
  return oldest;
}

function parentFinder(state: StatusFacts['state']): (image: PublishedImage) => readonly Digest[] {
  return ({ buildId, generation }) =>
    (state.attempts(buildId).find((attempt) => attempt.generation === generation)?.parents ?? []).map(
      ({ digest }) => digest,
    );
}
