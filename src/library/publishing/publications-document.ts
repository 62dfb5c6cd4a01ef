/** The document of `hallmark library publish`: docs/schema/publications-1.schema.json is made from this. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { formatDatedName } from '../ledger/dated-name.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { PublicationPlan } from './publication-plan.ts';
import type { PublisherReport } from './publish.ts';

const SCHEMA = 'hallmark.publications/1';

const architectures = z.array(z.enum(ARCHITECTURE_NAMES));
const named = { repository: z.string(), tags: z.array(z.string()) };
const image = z.strictObject({
  architecture: z.enum(ARCHITECTURE_NAMES),
  digest: z.string(),
  buildId: z.string(),
  generation: z.int().min(1),
});

export const PublicationsSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  isDryRun: z.boolean(),
  published: z
    .array(
      z.strictObject({
        ...named,
        sequence: z.int().nullable().describe('of its entry in the ledger; null in a dry run'),
        digest: z.string().nullable().describe('of the index; null in a dry run'),
        dated: z
          .array(z.string())
          .describe('names that mean it for good; in a dry run those of today that the ledger has not given'),
        images: z.array(image),
        missing: architectures.describe('defined, and without an image yet'),
        lost: architectures.describe('that a tag had before, and has no more'),
      }),
    )
    .describe('in a dry run: what would be'),
  retired: z.array(z.strictObject({ ...named, digest: z.string(), successor: z.string().nullable() })),
  held: z.array(
    z.strictObject({
      ...named,
      missing: architectures,
      until: z.iso.datetime().nullable().describe('null: not before something changes'),
      because: z.string(),
    }),
  ),
  problems: z.array(z.strictObject({ ...named, code: z.string(), because: z.string() })),
  withoutLog: z
    .array(z.strictObject({ image: z.string().describe('repository@digest'), because: z.string() }))
    .describe('published without the build log that their provenance names'),
  unsigned: z
    .array(z.strictObject({ ...named, because: z.string() }))
    .describe('tags of which it is not signed what they mean, where that is asked for, or soon not any more'),
  unchanged: z.int().min(0).describe('tags that mean already what they should'),
});

export type PublicationsDocument = z.infer<typeof PublicationsSchema>;

/** The published JSON Schema, draft 2020-12. */
export function publicationsJsonSchema(): object {
  return { $id: SCHEMA, ...z.toJSONSchema(PublicationsSchema) };
}

/** @param report null in a dry run */
export function toPublicationsDocument(
  plan: PublicationPlan,
  report: PublisherReport | null,
): PublicationsDocument {
  const done = report?.entries ?? [];
  return {
    schema: SCHEMA,
    isDryRun: report === null,
    published:
      report === null ? plan.ready.map(toPlanned) : done.flatMap((entry) => toPublished(entry, plan)),
    retired: (report === null ? plan.retired : done.flatMap(retirementIn)).map(
      ({ repository, tags, digest, successor }) => ({ repository, tags: [...tags], digest, successor }),
    ),
    held: plan.held.map(({ repository, tags, missing, until, because }) => ({
      repository,
      tags: [...tags],
      missing: [...missing],
      until: until === null ? null : new Date(until * 1000).toISOString(),
      because,
    })),
    problems: (report?.problems ?? []).map(({ repository, tags, error }) => ({
      repository,
      tags: [...tags],
      code: error.code,
      because: error.message,
    })),
    withoutLog: (report?.withoutLog ?? []).map(({ image: of, because }) => ({ image: of, because })),
    unsigned: (report?.unsigned ?? []).map((one) => ({ ...one, tags: [...one.tags] })),
    unchanged: plan.unchanged,
  };
}

type PublishedDocument = PublicationsDocument['published'][number];

function toPlanned({
  repository,
  tags,
  dated,
  members,
  missing,
  lost,
}: PublicationPlan['ready'][number]): PublishedDocument {
  return {
    repository,
    tags: [...tags],
    sequence: null,
    digest: null,
    dated: dated.map(formatDatedName),
    images: members.map(toImage),
    missing: [...missing],
    lost: [...lost],
  };
}

function toPublished({ sequence, event }: LedgerEntry, { ready }: PublicationPlan): PublishedDocument[] {
  if (event.kind === 'retired') return [];
  const { repository, tags, dated = [], digest, images, missing } = event;
  const planned = ready.find(
    (one) => one.repository === repository && one.tags.some((tag) => tags.includes(tag)),
  );
  return [
    {
      repository,
      tags: [...tags],
      sequence,
      digest,
      dated: [...dated],
      images: images.map(toImage),
      missing: [...missing],
      lost: [...(planned?.lost ?? [])],
    },
  ];
}

const retirementIn = ({ event }: LedgerEntry) => (event.kind === 'retired' ? [event] : []);

function toImage({
  architecture,
  digest,
  buildId,
  generation,
}: z.infer<typeof image>): z.infer<typeof image> {
  return { architecture, digest, buildId, generation };
}
