/**
 * The plan: what is to be built, in which order, and what has to wait for what.
 *
 * Parents come before children, and nobody is built twice in one wave. So whatever is going to get a new image holds all its
 * descendants that have something to do, directly or over images that have nothing to do themselves. In return it is as urgent
 * as the most urgent of those. One thing holds nobody: a build that failed and waits to be tried again, since a descendant
 * with a fixable flaw is better built on what there is.
 */
import type { BuildGraph, GraphTarget } from '../builds/build-graph.ts';
import {
  type Build,
  type BuildId,
  type BuildTarget,
  type IdentifiedBuild,
  type MissingParent,
  targetKey,
} from '../builds/build.ts';
import { SEVERITY_RANK, type SeverityLevel } from '../../model/severity.ts';
import type { BuildRequestedByHand, BuiltImage } from '../state/programme-state.ts';
import { retryNotBefore } from './back-off.ts';
import { findBlocked } from './blocked.ts';
import { type Circumstances, type Due, findDue } from './due.ts';
import { inOrder, type Ranked } from './priority.ts';
import type { DeferredItem, Plan, WaitingTarget, WorkItem } from './work.ts';

export interface PlanInputs extends Circumstances {
  readonly graph: BuildGraph;
  /** One for each target of the graph, in the same order. */
  readonly builds: readonly Build[];
  /** Builds whose image is to be examined again, and may not be what it was afterwards. */
  readonly again: Pick<ReadonlySet<BuildId>, 'has'>;
}

/** How urgent a build is for others. */
interface Pull {
  readonly severity: SeverityLevel | null;
  readonly deadline: number | null;
}

/** Pure: the same inputs give the same plan. Linear in targets and edges but for sorting what is to be done. */
export function planWork(inputs: PlanInputs): Plan {
  const { graph, builds, snapshot, again } = inputs;
  const blocked = findBlocked(graph, builds);
  const unexaminedBuilds = new Set(snapshot.unexamined.map(({ buildId }) => buildId));
  const isUnderExamination = ({ buildId }: IdentifiedBuild): boolean =>
    unexaminedBuilds.has(buildId) || again.has(buildId);
  const images = builds.map((build) =>
    build.kind === 'identified' ? (snapshot.images.get(build.buildId) ?? null) : null,
  );
  const requests = newestRequests(snapshot.requests);
  const due = graph.targets.map((target, number) => {
    const build = builds[number];
    if (build === undefined || blocked.has(number)) return null;
    if (build.kind === 'identified' && isUnderExamination(build)) return null;
    const image = images[number] ?? null;
    const parentImage = (from: string): BuiltImage | null => parentImageOf(graph, images, target, from);
    const request = requests.get(targetKey(target)) ?? null;
    return findDue({ target, build, image, parentImage, request }, inputs);
  });
  const pulls = findPulls(graph, due);

  const ranked: Ranked[] = [];
  const deferred: DeferredItem[] = [];
  const waiting: WaitingTarget[] = [];
  const unexamined: BuildTarget[] = [];
  let done = 0;
  /** For each target that will or may get another image: the nearest one on the way up, or itself, that is to be built. */
  const holders = graph.targets.map((): number | null => null);
  for (const number of graph.order) {
    const build = builds[number];
    const target = graph.targets[number];
    if (build === undefined || target === undefined || blocked.has(number)) continue;
    const its = due[number] ?? null;
    const held = distinct((graph.parents[number] ?? []).map((parent) => holders[parent] ?? null));
    holders[number] = number;
    if (build.kind === 'waiting') {
      waiting.push({ ...targetOf(target), for: missingTargets(build.missing) });
    } else if (isUnderExamination(build)) {
      unexamined.push(targetOf(target));
    } else if (its === null) {
      done += 1;
      holders[number] = held[0] ?? null;
    } else if (held.length > 0) {
      waiting.push({ ...targetOf(target), for: held.flatMap((holder) => targetAt(graph, holder)) });
    } else {
      const item = toItem(number, build, its, pulls[number] ?? null, images[number] ?? null, inputs);
      const deferral = findDeferral(item, its, pulls[number] ?? null, inputs);
      if (deferral === null) ranked.push({ item, standingSince: its.standingSince, number });
      else deferred.push(deferral);
      if (deferral?.because === 'back-off') holders[number] = null;
    }
  }
  return {
    work: inOrder(ranked),
    deferred: deferred.sort((a, b) => a.notBefore - b.notBefore),
    waiting,
    blocked: [...blocked].sort(([a], [b]) => a - b).map(([, target]) => target),
    unexamined,
    done,
  };
}

function toItem(
  number: number,
  build: IdentifiedBuild,
  { reasons, severity, deadline }: Due,
  pull: Pull | null,
  image: BuiltImage | null,
  { graph, snapshot }: PlanInputs,
): WorkItem {
  const { buildId } = build;
  const generation = Math.max(snapshot.generations.get(buildId) ?? 0, image?.attempt.generation ?? 0) + 1;
  return {
    build,
    generation,
    reasons,
    deadline: earlier(deadline, pull?.deadline ?? null),
    severity: moreSevere(severity, pull?.severity ?? null),
    depth: graph.depth[number] ?? 0,
    fanOut: graph.fanOut[number] ?? 0,
    attempts: snapshot.failures.get(buildId)?.count ?? 0,
  };
}

/** Null for what can begin now. */
function findDeferral(
  item: WorkItem,
  { requestedAt, settledAt }: Due,
  pull: Pull | null,
  { snapshot, now }: PlanInputs,
): DeferredItem | null {
  const failure = snapshot.failures.get(item.build.buildId);
  if (failure !== undefined) {
    const notBefore = retryNotBefore(failure, now);
    // who asks for it after a failure knows why
    const insisted = requestedAt !== null && requestedAt > failure.lastAt;
    if (notBefore > now && !insisted) return { item, notBefore, because: 'back-off' };
  }
  if (settledAt !== null && settledAt > now && pull === null) {
    return { item, notBefore: settledAt, because: 'settling' };
  }
  return null;
}

/** For each target the most urgent of all that is built on it: null where nothing urgent is. */
function findPulls(graph: BuildGraph, due: readonly (Due | null)[]): readonly (Pull | null)[] {
  const pulls = graph.targets.map((): Pull | null => null);
  for (const number of graph.order.toReversed()) {
    const its = due[number] ?? null;
    const own = its !== null && (its.severity !== null || its.requestedAt !== null) ? its : null;
    const pull = stronger(own, pulls[number] ?? null);
    for (const parent of graph.parents[number] ?? []) pulls[parent] = stronger(pulls[parent] ?? null, pull);
  }
  return pulls;
}

function stronger(a: Pull | null, b: Pull | null): Pull | null {
  if (a === null || b === null) return a ?? b;
  return { severity: moreSevere(a.severity, b.severity), deadline: earlier(a.deadline, b.deadline) };
}

function moreSevere(a: SeverityLevel | null, b: SeverityLevel | null): SeverityLevel | null {
  if (a === null || b === null) return a ?? b;
  return SEVERITY_RANK[a] >= SEVERITY_RANK[b] ? a : b;
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function newestRequests(
  requests: readonly BuildRequestedByHand[],
): ReadonlyMap<string, BuildRequestedByHand> {
  const newest = new Map<string, BuildRequestedByHand>();
  for (const request of requests) {
    const key = targetKey(request);
    if ((newest.get(key)?.at ?? Number.NEGATIVE_INFINITY) <= request.at) newest.set(key, request);
  }
  return newest;
}

function parentImageOf(
  graph: BuildGraph,
  images: readonly (BuiltImage | null)[],
  { place, architecture }: GraphTarget,
  from: string,
): BuiltImage | null {
  const sourceId = place.parents.get(from)?.sourceId ?? null;
  const number = sourceId === null ? null : graph.numberOf(sourceId, architecture);
  return number === null ? null : (images[number] ?? null);
}

/** Each once: a Dockerfile may name one image by two tags. */
function missingTargets(missing: readonly MissingParent[]): readonly BuildTarget[] {
  const targets = missing.flatMap(({ target }) => target ?? []);
  return [...new Map(targets.map((target) => [targetKey(target), target])).values()];
}

function targetOf({ sourceId, architecture }: BuildTarget): BuildTarget {
  return { sourceId, architecture };
}

function targetAt({ targets }: BuildGraph, number: number): readonly BuildTarget[] {
  const target = targets[number];
  return target === undefined ? [] : [targetOf(target)];
}

function distinct(numbers: readonly (number | null)[]): readonly number[] {
  return [...new Set(numbers.filter((number) => number !== null))];
}
