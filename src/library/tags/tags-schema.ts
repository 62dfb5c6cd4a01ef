/** The document of `hallmark library tags`: docs/schema/tags-1.schema.json is made from this. */
import { z } from 'zod';
import type { TagsAnswer } from './ask-tags.ts';
import type { TagInterval } from './tag-history.ts';

const state = z.enum(['supported', 'superseded', 'retired', 'orphaned', 'dated', 'unknown']);
const architectures = z.array(z.string());
const seconds = z.int().describe('seconds since 1970');
const point = z.strictObject({ commit: z.string(), at: seconds });
const standingPoint = z.strictObject({
  commit: z.string().nullable().describe('null where the ledger says it'),
  at: seconds,
});
const endOfLife = z
  .strictObject({
    release: z.strictObject({ id: z.string(), versionId: z.string() }),
    lastDay: z.string().describe('of public security updates of what the image is built on'),
    isOver: z.boolean(),
  })
  .nullable();
const sibling = {
  tag: z.string(),
  version: z.string(),
  kind: z.string(),
  system: z.string().nullable(),
  architectures,
};

export const TagsSchema = z.strictObject({
  schema: z.literal('hallmark.tags/1'),
  repository: z.string(),
  newest: z.string().nullable(),
  tag: z
    .strictObject({
      repository: z.string(),
      tag: z.string(),
      standing: z.strictObject({
        state,
        since: standingPoint.nullable(),
        until: standingPoint.nullable(),
        successor: z.string().nullable(),
        because: z.string(),
      }),
      aliases: z.array(z.string()).describe('tags of the very same images, the most specific first'),
      mostSpecific: z.string().nullable(),
      images: z.array(
        z.strictObject({
          entry: z.string(),
          architectures,
          constraints: z.array(z.string()),
          base: z.string().nullable().describe('image of the last stage; null where it is not known'),
        }),
      ),
      endOfLife,
      newest: z.string().nullable().describe('of the same kind'),
      newestPreRelease: z.string().nullable(),
      variants: z.array(z.strictObject(sibling)),
      slimmer: z.array(z.string()),
      history: z.array(
        z.strictObject({
          since: point,
          until: point.nullable().describe('null: it still is'),
          meanings: z.array(z.strictObject({ since: point, entries: z.array(z.string()) })),
        }),
      ),
      dated: z
        .array(z.strictObject({ name: z.string(), at: z.string(), digest: z.string() }))
        .describe('names of it that never move, the last one first, with what they mean'),
    })
    .nullable()
    .describe('null when a whole repository was asked for'),
  entries: z
    .array(
      z.strictObject({ ...sibling, tags: z.array(z.string()), sharedTags: z.array(z.string()), endOfLife }),
    )
    .nullable()
    .describe('null when one tag was asked for'),
  former: z
    .array(
      z.strictObject({
        tag: z.string(),
        state,
        until: seconds.nullable(),
        successor: z.string().nullable(),
      }),
    )
    .nullable()
    .describe(
      'tags that are no longer supported, by the history of the definitions and the ledger; null where there is neither',
    ),
  choices: z.array(
    z.strictObject({
      exact: z.string(),
      line: z.string(),
      reasons: z.array(z.strictObject({ speaks: z.enum(['for', 'against']), because: z.string() })),
    }),
  ),
  history: z.strictObject({ versions: z.int(), unreadable: z.int(), from: point.nullable() }).nullable(),
  withoutHistory: z.string().nullable().describe('why there is no history, though it was asked for'),
});

export type TagsDocument = z.infer<typeof TagsSchema>;

export function toTagsDocument({ tag, ...rest }: TagsAnswer): TagsDocument {
  const document = {
    schema: 'hallmark.tags/1',
    ...rest,
    tag: tag === null ? null : { ...tag, history: tag.history.map(toInterval) },
  };
  return TagsSchema.parse(document);
}

function toInterval({ meanings, until }: TagInterval) {
  return {
    since: meanings[0].since,
    until,
    meanings: meanings.map(({ since, entries }) => ({ since, entries })),
  };
}

/** The published JSON Schema, draft 2020-12. */
export function tagsJsonSchema(): object {
  return { $id: 'hallmark.tags/1', ...z.toJSONSchema(TagsSchema) };
}
