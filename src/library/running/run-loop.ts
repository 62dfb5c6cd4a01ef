/**
 * The loop that keeps a programme built: it takes stock, begins whatever can begin, and takes stock again as soon as something has
 * ended. So the child of an image begins when its parent was admitted, and not at some next look.
 */
import { HallmarkError } from '../../model/errors.ts';
import { isBuilt, type BuiltAttempt } from '../admission/built-image.ts';
import type { Admission } from '../admission/admission.ts';
import { failedChecks } from '../admission/checks.ts';
import type { ExaminedAgain } from '../admission/examined-again.ts';
import { type GraphTarget, targetName } from '../builds/build-graph.ts';
import { type BuildId, type IdentifiedBuild, targetKey } from '../builds/build.ts';
import type { WorkItem } from '../plan/work.ts';
import type { PublisherReport } from '../publishing/publish.ts';
import type { AttemptOutcome } from '../state/programme-state.ts';
import type { NamedBuild, OnRunEvent } from './run-event.ts';
import type { DefinedProgramme, Stock } from './stock/take-stock.ts';

/** What is done here; null for what others do. */
export interface PlayedRoles {
  readonly build: BuilderRole | null;
  readonly examine: VerifierRole | null;
  readonly publish: PublisherRole | null;
}

export interface BuilderRole {
  /** Builds for its architecture that may run at the same time; 0 where nothing here builds it. */
  readonly places: (target: GraphTarget) => number;
  readonly make: (
    item: WorkItem,
    target: GraphTarget,
  ) => Promise<{ readonly outcome: Exclude<AttemptOutcome, { kind: 'running' }>; readonly log: string }>;
}

export type VerifierRole = (
  attempt: BuiltAttempt,
  build: IdentifiedBuild,
  target: GraphTarget,
  defined: DefinedProgramme,
) => Promise<Admission>;

export type PublisherRole = (stock: Stock) => Promise<PublisherReport>;

export interface LoopOptions {
  readonly roles: PlayedRoles;
  readonly takeStock: () => Promise<Stock>;
  /** Asked when nothing runs and nothing can begin. `again` takes stock once more. */
  readonly whenIdle: (stock: Stock) => Promise<'again' | 'end'>;
  /** Ends when something outside may have changed, so that stock is taken while builds go on; and with the signal. */
  readonly changed: (stock: Stock, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onEvent: OnRunEvent;
  readonly signal: AbortSignal;
  /** Ends everything that runs: called when something fails that should not. */
  readonly cancel: (reason: unknown) => void;
}

/** @returns how things stand at the end */
export async function runLoop(options: LoopOptions): Promise<Stock> {
  const tasks = new Set<Task>();
  try {
    return await loop(options, tasks);
  } catch (error) {
    options.cancel(error);
    throw error;
  } finally {
    await Promise.allSettled(tasks);
  }
}

async function loop(options: LoopOptions, tasks: Set<Task>): Promise<Stock> {
  const { roles, takeStock, whenIdle, changed, signal, onEvent } = options;
  /** Kept, since a task may fail while nobody waits for it. */
  const faults: unknown[] = [];
  /** A task takes itself off the lists when it ends, before anybody who waits for it goes on. */
  const start = (work: () => Promise<void>, ended: () => void): Task => {
    const task: Task = work()
      .catch((error: unknown) => void faults.push(error))
      .finally(() => {
        tasks.delete(task);
        ended();
      });
    tasks.add(task);
    return task;
  };
  const building = new Map<string, Task>();
  const examining = new Map<BuildId, Task>();
  /** Could not be examined; tried again with the next look around. */
  const unexaminable = new Set<number>();
  let publishing: Task | null = null;
  let isUnpublished = true;
  /** What could not be had may be there by now, and what was waited for may be over. */
  const lookAround = (): void => {
    unexaminable.clear();
    isUnpublished = true;
  };

  for (;;) {
    const stock = await takeStock();
    if (faults.length > 0) throw faults[0];
    if (!signal.aborted) {
      for (const { item, target } of startable(stock, roles.build, building)) {
        const key = targetKey(target);
        building.set(
          key,
          start(
            () => makeBuild(item, target, options),
            () => building.delete(key),
          ),
        );
      }
      for (const each of examinable(stock, roles.examine, examining, unexaminable)) {
        const { buildId, id } = each.attempt;
        const work = async () => {
          if (await examine(each, options)) isUnpublished = true;
          else unexaminable.add(id);
        };
        examining.set(
          buildId,
          start(work, () => examining.delete(buildId)),
        );
      }
      if (roles.publish !== null && isUnpublished && publishing === null) {
        const { publish } = roles;
        isUnpublished = false;
        publishing = start(
          async () => tellPublications(await publish(stock), onEvent),
          () => (publishing = null),
        );
      }
    }
    if (tasks.size > 0) {
      const waiting = new AbortController();
      const outside = async (): Promise<void> => {
        await changed(stock, waiting.signal);
        // also then, since in a large programme something is always being built
        if (!waiting.signal.aborted) lookAround();
      };
      await Promise.race([...tasks, ...(signal.aborted ? [] : [outside()])]);
      waiting.abort();
      if (faults.length > 0) throw faults[0];
      continue;
    }
    if (signal.aborted || (await whenIdle(stock)) === 'end') return stock;
    lookAround();
  }
}

type Task = Promise<void>;

interface Startable {
  readonly item: WorkItem;
  readonly target: GraphTarget;
}

/** The most urgent work that there are places for. */
function startable(
  { plan, identified }: Stock,
  builder: BuilderRole | null,
  building: ReadonlyMap<string, Task>,
): readonly Startable[] {
  if (builder === null) return [];
  const taken = new Map<string, number>();
  for (const key of building.keys()) {
    const architecture = key.slice(key.lastIndexOf('/') + 1);
    taken.set(architecture, (taken.get(architecture) ?? 0) + 1);
  }
  return plan.work.flatMap((item) => {
    const { architecture, buildId } = item.build;
    const target = identified.get(buildId)?.target;
    const used = taken.get(architecture) ?? 0;
    if (target === undefined || building.has(targetKey(target)) || used >= builder.places(target)) return [];
    taken.set(architecture, used + 1);
    return [{ item, target }];
  });
}

interface Examinable {
  readonly attempt: BuiltAttempt;
  readonly build: IdentifiedBuild;
  readonly target: GraphTarget;
  readonly defined: DefinedProgramme;
  /** What was said of it before, and why it is asked once more; null for the first time. */
  readonly again: ExaminedAgain | null;
}

/** Each is fetched to this machine, read with all its layers, and tested: whatever waits, no more at once. */
const EXAMINED_AT_ONCE = 4;

/**
 * Images in quarantine that are still wanted: of what is defined no more nobody needs to know anything. New ones come first, then those whose
 * verdict does not hold any more, and none before what it is built on.
 */
function examinable(
  { defined, snapshot, identified, again }: Stock,
  verifier: VerifierRole | null,
  examining: ReadonlyMap<BuildId, Task>,
  unexaminable: ReadonlySet<number>,
): readonly Examinable[] {
  if (verifier === null) return [];
  const chosen = new Set<BuildId>(examining.keys());
  const inDoubt = new Set(
    [...again.values()].flatMap(({ image: { admission }, because }) =>
      because === 'gate-changed' ? `${admission.digest} ${admission.architecture}` : [],
    ),
  );
  const candidates = [
    ...snapshot.unexamined.map((attempt) => ({ attempt, again: null })),
    ...again.values().map((each) => ({ attempt: each.image.attempt, again: each })),
  ];
  return candidates.flatMap(({ attempt, again: before }) => {
    const found = identified.get(attempt.buildId);
    if (
      found === undefined ||
      chosen.size >= EXAMINED_AT_ONCE ||
      chosen.has(attempt.buildId) ||
      unexaminable.has(attempt.id) ||
      found.build.parents.some(({ digest }) => inDoubt.has(`${digest} ${attempt.architecture}`)) ||
      !isBuilt(attempt)
    )
      return [];
    chosen.add(attempt.buildId);
    return [{ attempt, defined, again: before, ...found }];
  });
}

async function makeBuild(
  item: WorkItem,
  target: GraphTarget,
  { roles, onEvent, now }: LoopOptions,
): Promise<void> {
  if (roles.build === null) return;
  const build = nameOf(target, item.build.buildId, item.generation);
  const begun = now();
  onEvent({ kind: 'building', build, reasons: item.reasons });
  const { outcome, log } = await roles.build.make(item, target);
  if (outcome.kind === 'built') {
    onEvent({ kind: 'built', build, digest: outcome.digest, seconds: (now() - begun) / 1000 });
  } else if (outcome.kind === 'failed') {
    onEvent({ kind: 'build-failed', build, because: `${outcome.code}: ${outcome.because}`, log });
  } else {
    onEvent({ kind: 'interrupted', build });
  }
}

/** @returns whether it could be examined */
async function examine(
  { attempt, build, target, defined, again }: Examinable,
  { roles, onEvent, signal }: LoopOptions,
): Promise<boolean> {
  if (roles.examine === null) return false;
  const named = nameOf(target, attempt.buildId, attempt.generation);
  if (again !== null) onEvent({ kind: 'examining-again', build: named, because: again.because });
  try {
    const admission = await roles.examine(attempt, build, target, defined);
    const { verdict, digest, checks } = admission;
    if (verdict === 'admitted') {
      const unmet = checks.filter(({ result }) => result !== 'passed');
      onEvent({ kind: 'admitted', build: named, digest, unmet });
    } else {
      const kind = again?.image.admission.verdict === 'admitted' ? 'revoked' : 'rejected';
      onEvent({ kind, build: named, because: failedChecks(admission) });
    }
    return true;
  } catch (error) {
    if (!(error instanceof HallmarkError)) throw error;
    onEvent(
      signal.aborted
        ? { kind: 'interrupted', build: named }
        : { kind: 'not-examined', build: named, ...reasonOf(error) },
    );
    return false;
  }
}

function tellPublications(
  { entries, problems, withoutLog, unsigned }: PublisherReport,
  onEvent: OnRunEvent,
): void {
  for (const entry of entries) onEvent({ kind: 'published', entry });
  for (const { repository, tags, error } of problems) {
    onEvent({ kind: 'not-published', repository, tags, ...reasonOf(error) });
  }
  for (const one of withoutLog) onEvent({ kind: 'without-log', ...one });
  for (const one of unsigned) onEvent({ kind: 'not-signed', ...one });
}

function reasonOf({ code, message, remedy }: HallmarkError): {
  readonly because: string;
  readonly remedy: string;
} {
  return { because: `${code}: ${message}`, remedy };
}

function nameOf(target: GraphTarget, buildId: BuildId, generation: number): NamedBuild {
  return { name: targetName(target), architecture: target.architecture, buildId, generation };
}
