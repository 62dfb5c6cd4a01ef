import { z } from 'zod';
import type { ContentReading } from './read-contents.ts';

/** What `hallmark library fetch --format json` prints. */
export const FetchSchema = z.object({
  /** Commits that were not here and were asked for. */
  asked: z.int(),
  /** Directories of commits whose facts were read now. */
  read: z.int(),
  problems: z.array(
    z.object({
      repository: z.string(),
      /** First tag of the entry. */
      entry: z.string(),
      architecture: z.string(),
      code: z.string(),
      message: z.string(),
    }),
  ),
});

export type FetchDocument = z.infer<typeof FetchSchema>;

export function toFetchDocument(asked: number, { read, problems }: ContentReading): FetchDocument {
  return {
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
