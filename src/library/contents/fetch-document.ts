/** The document of `hallmark library fetch`: docs/schema/library-fetch-1.schema.json is made from this. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import type { ContentReading } from './read-contents.ts';

export const FetchSchema = z.strictObject({
  schema: z.literal('hallmark.library-fetch/1'),
  asked: z.int().min(0).describe('Commits that were not here and were asked for.'),
  read: z.int().min(0).describe('Directories of commits whose facts were read now.'),
  problems: z.array(
    z.strictObject({
      repository: z.string(),
      entry: z.string().describe('The first tag of the entry.'),
      architecture: z.enum(ARCHITECTURE_NAMES),
      code: z.string(),
      message: z.string(),
    }),
  ),
});

export type FetchDocument = z.infer<typeof FetchSchema>;

export function toFetchDocument(asked: number, { read, problems }: ContentReading): FetchDocument {
  return {
    schema: 'hallmark.library-fetch/1',
    asked,
    read,
    problems: problems.map(({ use: { repository, entry, architecture }, error: { code, message } }) => ({
      repository,
      entry,
      architecture,
      code,
      message,
    })),
  };
}

/** The published JSON Schema, draft 2020-12. */
export function fetchJsonSchema(): object {
  return { $id: 'hallmark.library-fetch/1', ...z.toJSONSchema(FetchSchema) };
}
