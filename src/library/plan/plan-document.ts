/** A plan as a document: `hallmark library plan --format json`. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { type BuildGraph, targetName } from '../builds/build-graph.ts';
import type { BuildTarget } from '../builds/build.ts';
import { describeReasons } from './describe-reason.ts';
import { BuildReasonSchema, SeveritySchema } from './reason-schema.ts';
import type { Plan, WorkItem } from './work.ts';
import { formatSeconds } from '../../formats/time.ts';

export const PLAN_SCHEMA = 'hallmark.plan/1';

const text = z.string();
const time = text.describe('RFC 3339');
const count = z.int().nonnegative();
const identity = text.regex(/^[0-9a-f]{64}$/);

const target = {
  image: text.describe('first tag: repository:tag'),
  architecture: z.enum(ARCHITECTURE_NAMES),
  sourceId: identity,
};
const TargetSchema = z.strictObject(target);

const work = {
  ...target,
  buildId: identity,
  generation: z.int().positive().describe('1 for the first image of this build'),
  because: text.describe('the reasons in words'),
  reasons: z.array(BuildReasonSchema),
  severity: SeveritySchema.nullable().describe('of the flaws that it, or what waits for it, is built for'),
  deadline: time.nullable(),
  depth: count.describe('longest way to an image without parents in the programme'),
  fanOut: count.describe('how many images are built on it'),
  attempts: count.describe('that failed so far'),
  parents: z.array(z.strictObject({ from: text, reference: text, digest: text })),
};

export const PlanSchema = z.strictObject({
  schema: z.literal(PLAN_SCHEMA),
  programme: text,
  at: time,
  counts: z
    .strictObject({
      targets: count,
      work: count,
      deferred: count,
      waiting: count,
      blocked: count,
      unexamined: count,
      done: count,
    })
    .describe('of the whole programme'),
  work: z.array(z.strictObject(work)).describe('what can be built now, the most urgent first'),
  deferred: z.array(
    z.strictObject({ ...work, notBefore: time, deferredFor: z.enum(['back-off', 'settling']) }),
  ),
  waiting: z.array(z.strictObject({ ...target, for: z.array(TargetSchema) })),
  blocked: z.array(
    z.strictObject({
      ...target,
      because: text,
      behind: TargetSchema.nullable().describe(
        'the blocked image that it is built on; null: the reason is its own',
      ),
    }),
  ),
  unexamined: z.array(TargetSchema).describe('built, and not examined yet'),
  problems: z.array(text).describe('parts of the programme that could not be read'),
});

export type PlanDocument = z.output<typeof PlanSchema>;

/** The published JSON Schema, draft 2020-12. */
export function planJsonSchema(): object {
  return { $id: PLAN_SCHEMA, ...z.toJSONSchema(PlanSchema) };
}

/** What a document of a plan says beside the plan. */
export interface PlanContext {
  /** Name of the programme. */
  readonly programme: string;
  readonly graph: BuildGraph;
  /** Seconds since 1970. */
  readonly now: number;
  readonly problems: readonly string[];
  /** Which targets are listed; counts are of all. */
  readonly isChosen: (target: BuildTarget) => boolean;
}

export function toPlanDocument(plan: Plan, context: PlanContext): PlanDocument {
  const { graph, isChosen, problems } = context;
  const named = ({ sourceId, architecture }: BuildTarget) => {
    const found = graph.targets[graph.numberOf(sourceId, architecture) ?? -1];
    return { image: found === undefined ? '' : targetName(found), architecture, sourceId };
  };
  const worked = ({ build, ...item }: WorkItem) => ({
    ...named(build),
    buildId: build.buildId,
    generation: item.generation,
    because: describeReasons(item.reasons),
    reasons: item.reasons.map((reason) => BuildReasonSchema.parse(reason)),
    severity: item.severity,
    deadline: item.deadline === null ? null : formatSeconds(item.deadline),
    depth: item.depth,
    fanOut: item.fanOut,
    attempts: item.attempts,
    parents: build.parents.map(({ from, reference, digest }) => ({ from, reference, digest })),
  });
  const { work: items, deferred, waiting, blocked, unexamined, done } = plan;
  return {
    schema: PLAN_SCHEMA,
    programme: context.programme,
    at: formatSeconds(context.now),
    counts: {
      targets: graph.targets.length,
      work: items.length,
      deferred: deferred.length,
      waiting: waiting.length,
      blocked: blocked.length,
      unexamined: unexamined.length,
      done,
    },
    work: items.filter(({ build }) => isChosen(build)).map(worked),
    deferred: deferred
      .filter(({ item }) => isChosen(item.build))
      .map(({ item, notBefore, because }) => ({
        ...worked(item),
        notBefore: formatSeconds(notBefore),
        deferredFor: because,
      })),
    waiting: waiting.filter(isChosen).map((each) => ({ ...named(each), for: each.for.map(named) })),
    blocked: blocked.filter(isChosen).map((each) => ({
      ...named(each),
      because: each.because,
      behind: each.behind === null ? null : named(each.behind),
    })),
    unexamined: unexamined.filter(isChosen).map(named),
    problems: [...problems],
  };
}
