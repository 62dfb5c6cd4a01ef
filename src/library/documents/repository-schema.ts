/** The document `repository.json`: docs/schema/repository-1.schema.json is made from this. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';

const digest = z.string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/);
const id = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const architecture = z.enum(ARCHITECTURE_NAMES);
const time = z.iso.datetime({ offset: true });

export const RepositorySchema = z.strictObject({
  schema: z.literal('hallmark.repository/1'),
  name: z.string(),
  image: z.string().describe('registry and path, without a tag'),
  page: z.string().nullable(),
  description: z.string().nullable().describe('of README-short.txt'),
  categories: z.array(z.string()).max(3),
  state: z.enum(['supported', 'deprecated', 'retired']).describe('retired: no entries are left'),
  maintainers: z.array(
    z.strictObject({ name: z.string(), contact: z.string().nullable(), handle: z.string() }),
  ),
  entries: z.array(
    z.strictObject({
      tags: z.array(z.string()).describe('the first is the most specific'),
      sharedTags: z.array(z.string()),
      constraints: z.array(z.string()),
      architectures: z.array(
        z.strictObject({
          architecture,
          platform: z.string(),
          source: z.strictObject({
            repository: z.string(),
            ref: z.string(),
            commit: z.string(),
            directory: z.string(),
            file: z.string(),
          }),
          link: z.string().nullable().describe('page of the file; null for hosts whose pages are not known'),
          builder: z.string().describe('as written; empty for the default'),
          base: z.string().nullable().describe('of the last stage; null where the commit was not read yet'),
        }),
      ),
    }),
  ),
  tags: z.array(
    z.strictObject({
      tag: z.string(),
      state: z
        .enum(['supported', 'retired', 'orphaned'])
        .describe('orphaned: published, in no definition any more, and nobody said that it was retired'),
      kind: z.enum(['simple', 'shared']).nullable().describe('null for a tag that is not defined any more'),
      aliases: z.array(z.string()).describe('tags that mean the same by definition'),
      digest: digest.nullable().describe('of the index; null until it is published'),
      publishedAt: time.nullable(),
      dated: z
        .string()
        .nullable()
        .describe('a name that means this digest for good; null where it was given none: docs/publishing.md'),
      intended: z.array(architecture),
      actual: z
        .array(
          z.strictObject({
            architecture,
            digest,
            sizeBytes: count.nullable().describe('compressed; null where nobody has looked'),
            sourceId: id,
            buildId: id,
            generation: count,
          }),
        )
        .describe('what the published index holds'),
      retiredAt: time.nullable(),
      successor: z.string().nullable(),
    }),
  ),
});

export type RepositoryRecord = z.infer<typeof RepositorySchema>;

/** The published JSON Schema, draft 2020-12. */
export function repositoryJsonSchema(): object {
  return { $id: 'hallmark.repository/1', ...z.toJSONSchema(RepositorySchema) };
}
