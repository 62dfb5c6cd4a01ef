/** What a run came to, as a document: `hallmark library run --format json`. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { targetName } from '../builds/build-graph.ts';
import type { BuildTarget } from '../builds/build.ts';
import type { RunEvent } from './run-event.ts';
import type { Stock } from './stock/take-stock.ts';

export const RUN_SCHEMA = 'hallmark.library-run/1';

const image = {
  name: z.string().describe('repository:tag, the first one'),
  architecture: z.enum(ARCHITECTURE_NAMES),
};
const Image = z.strictObject(image);

export const RunSchema = z.strictObject({
  schema: z.literal(RUN_SCHEMA),
  done: z.int().nonnegative().describe('images that are as they should be'),
  work: z.array(Image).describe('can be built, and are not built here'),
  deferred: z.array(
    z.strictObject({
      ...image,
      because: z.enum(['back-off', 'settling']),
      notBefore: z.int().describe('seconds since 1970'),
    }),
  ),
  waiting: z.array(Image).describe('for other images'),
  blocked: z.array(z.strictObject({ ...image, because: z.string() })),
  unexamined: z.array(Image).describe('in quarantine, and not examined here'),
  problems: z.array(z.string()).describe('parts of the programme that could not be read'),
  events: z
    .array(z.looseObject({ kind: z.string() }))
    .describe('what happened, in its order: docs/operating.md lists the kinds'),
});

/** Events are those that `onEvent` is told of. */
export type RunDocument = Omit<z.infer<typeof RunSchema>, 'events'> & {
  readonly events: readonly RunEvent[];
};

/** The published JSON Schema, draft 2020-12. */
export function runJsonSchema(): object {
  return { $id: RUN_SCHEMA, ...z.toJSONSchema(RunSchema) };
}

export function toRunDocument({ plan, defined }: Stock, events: readonly RunEvent[]): RunDocument {
  const { graph } = defined;
  const named = ({ sourceId, architecture }: BuildTarget) => {
    const target = graph.targets[graph.numberOf(sourceId, architecture) ?? -1];
    return { name: target === undefined ? sourceId : targetName(target), architecture };
  };
  return {
    schema: RUN_SCHEMA,
    done: plan.done,
    work: plan.work.map(({ build }) => named(build)),
    deferred: plan.deferred.map(({ item, because, notBefore }) => ({
      ...named(item.build),
      because,
      notBefore,
    })),
    waiting: plan.waiting.map(named),
    blocked: plan.blocked.map((target) => ({ ...named(target), because: target.because })),
    unexamined: plan.unexamined.map(named),
    problems: [...defined.problems],
    events,
  };
}
