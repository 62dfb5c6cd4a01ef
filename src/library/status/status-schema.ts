/** The document of `hallmark library status`: docs/schema/status-1.schema.json is made from this. */
import { z } from 'zod';
import { ReproductionShareSchema } from '../reproduction/reproduction-document.ts';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';

const count = z.int().min(0);
const architecture = z.enum(ARCHITECTURE_NAMES);
const time = z.iso.datetime();
const seconds = z.number().min(0);
const image = z.string().describe('first tag: redis:8.2.1-bookworm');
const severity = z.enum(['critical', 'high', 'medium', 'low', 'negligible', 'none', 'unknown']);
const log = z.string().describe("file, relative to the state's folder");

const distribution = z.strictObject({
  samples: count,
  p50: seconds.nullable().describe('null without samples'),
  p95: seconds.nullable(),
});

export const StatusSchema = z.strictObject({
  schema: z.literal('hallmark.status/1'),
  programme: z.string(),
  at: time,
  counts: z
    .strictObject({
      repositories: count,
      images: count.describe('to be kept built: one for each source and architecture'),
      built: count,
      queued: count,
      deferred: count.describe('due, and not begun yet: after failures, or while changes gather'),
      waiting: count.describe('for their parents'),
      unexamined: count,
      blocked: count,
      failing: count,
      late: count.describe('past their deadline'),
      held: count.describe('sets of tags that are not published yet'),
      ready: count.describe('sets of tags to be published'),
    })
    .describe('of the whole programme'),
  problems: z.array(z.string()),
  running: z.array(z.strictObject({ image, architecture, since: time, log })),
  failing: z.array(
    z.strictObject({
      image,
      architecture,
      attempts: count.describe('since the last success'),
      lastAt: time,
      because: z.string(),
      log: log.nullable(),
    }),
  ),
  queue: z
    .array(
      z.strictObject({
        image,
        architecture,
        because: z.string(),
        severity: severity.nullable(),
        deadline: time.nullable(),
        isLate: z.boolean(),
        notBefore: time.nullable().describe('null for what can begin now'),
      }),
    )
    .describe('the most urgent first'),
  waiting: z.array(z.strictObject({ image, architecture, for: z.array(z.string()) })),
  blocked: z.array(z.strictObject({ image, architecture, because: z.string() })),
  held: z.array(
    z.strictObject({
      repository: z.string(),
      tags: z.array(z.string()),
      missing: z.array(architecture),
      until: time.nullable().describe('null: it waits for what is required'),
      because: z.string(),
    }),
  ),
  orphaned: z.array(z.string()).describe('published, in no definition any more, and not retired'),
  refused: z
    .array(z.strictObject({ image, architecture, digest: z.string(), because: z.string() }))
    .describe('public, admitted once, and refused by now'),
  oldest: z.strictObject({ image, architecture, publishedAt: time }).nullable(),
  architectures: z.array(
    z.strictObject({
      architecture,
      intended: count,
      built: count.describe('of the present source, on whatever parents'),
      published: count.describe("by the image's first tag"),
    }),
  ),
  freshness: z
    .strictObject({
      firstChild: distribution.describe('from the publication of an image to the first that is built on it'),
      children: z.partialRecord(architecture, distribution),
      requiredArchitectures: distribution,
      allArchitectures: distribution,
      incomplete: count.describe('children whose tags do not have it on all architectures so far'),
    })
    .describe('in seconds; of what was measured, at the nearest rank'),
  evidence: z
    .strictObject({
      images: count,
      withSbom: count,
      withProvenance: count,
      signed: count,
      unknown: count.describe('their admission is not remembered any more'),
      rebuilt: count.describe('again from the same source on the same parents'),
      rebuiltIdentical: count.describe('of these, the same to the byte'),
    })
    .describe('of the images that supported tags mean'),
  reproducibility: z
    .strictObject({
      unmeasured: count.describe('not built again yet'),
      architectures: z.array(ReproductionShareSchema),
      causes: z.array(z.strictObject({ because: z.string(), images: count })),
    })
    .describe('of the images that supported tags mean, as "hallmark library reproduce" found them'),
});

/** The published JSON Schema, draft 2020-12. */
export function statusJsonSchema(): object {
  return { $id: 'hallmark.status/1', ...z.toJSONSchema(StatusSchema) };
}
