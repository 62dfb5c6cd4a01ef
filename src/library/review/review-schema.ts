/** The document of `hallmark library diff`: docs/schema/review-1.schema.json is made from this. */
import { z } from 'zod';
import { REVIEW_CHECKS, type ReviewCheckId } from './checks/checks.ts';
import { verdictOf, type Review } from './review.ts';

const architectures = z.array(z.string());
const names = z.array(z.string()).describe('first tags of entries');
const inputs = z.strictObject({
  gitRepo: z.string(),
  gitFetch: z.string(),
  gitCommit: z.string(),
  directory: z.string(),
  file: z.string(),
  builder: z.string(),
});
const difference = z.strictObject({
  kind: z.enum(['added', 'removed', 'changed', 'renamed', 'copied']),
  path: z.string(),
  from: z.string().nullable().describe('what it was renamed or copied from'),
  addedLines: z.int().min(0),
  removedLines: z.int().min(0),
  patch: z.string().describe('hunks of a unified difference; empty for a file that is gone'),
});

export const ReviewSchema = z.strictObject({
  schema: z.literal('hallmark.review/1'),
  base: z.string(),
  head: z.string(),
  verdict: z
    .enum(['sound', 'broken', 'unclear'])
    .describe('broken: an error is not acknowledged; unclear: none is, but something could not be checked'),
  repositories: z.array(
    z.strictObject({
      repository: z.string(),
      kind: z.enum(['new', 'changed', 'retired', 'removed']),
      gained: z.array(z.strictObject({ tag: z.string(), means: names })),
      lost: z.array(
        z.strictObject({
          tag: z.string(),
          meant: names,
          carrier: z
            .string()
            .nullable()
            .describe(
              'the entry that is still what its name asks for; null where its line has come to an end',
            ),
          successor: z
            .string()
            .nullable()
            .describe('the entry as which the one that had it goes on; null where that is gone as well'),
        }),
      ),
      moved: z.array(
        z.strictObject({
          tag: z.string(),
          from: names,
          to: names,
          direction: z.enum(['forwards', 'backwards', 'sideways']),
        }),
      ),
      architectures: z.array(
        z.strictObject({ entry: z.string(), gained: architectures, lost: architectures }),
      ),
      sources: z.array(
        z.strictObject({
          entry: z.string(),
          architectures,
          from: inputs.nullable(),
          to: inputs.nullable(),
        }),
      ),
      bases: z.array(
        z.strictObject({
          entry: z.string(),
          architectures,
          from: z.array(z.string()),
          to: z.array(z.string()),
        }),
      ),
      definition: difference.nullable(),
      files: z.array(difference),
    }),
  ),
  pins: z.array(
    z.strictObject({ image: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
  ),
  findings: z.array(
    z.strictObject({
      check: z.enum(Object.keys(REVIEW_CHECKS) as [ReviewCheckId, ...ReviewCheckId[]]),
      severity: z.enum(['error', 'warning', 'note']),
      acknowledged: z.boolean(),
      repository: z.string(),
      entry: z.string().nullable(),
      architectures,
      subject: z.string().describe('what it can be acknowledged by'),
      message: z.string(),
      place: z.strictObject({ file: z.string(), line: z.int().min(1) }).nullable(),
    }),
  ),
  unchecked: z.array(
    z.strictObject({
      repository: z.string(),
      entry: z.string().nullable().describe('null for the whole repository'),
      architectures,
      because: z.string(),
    }),
  ),
  unused: z.array(z.strictObject({ check: z.string(), subject: z.string().nullable() })),
});

export type ReviewDocument = z.infer<typeof ReviewSchema>;

export function toReviewDocument(review: Review): ReviewDocument {
  const { base, head, repositories, ...rest } = review;
  const document = {
    schema: 'hallmark.review/1',
    base,
    head,
    verdict: verdictOf(review),
    repositories: repositories.map(({ change, definition, files, bases }) => {
      const { repository, kind, gained, lost, moved, architectures: changed, sources } = change;
      return {
        repository,
        kind,
        gained,
        lost,
        moved,
        architectures: changed,
        sources,
        bases,
        definition,
        files,
      };
    }),
    ...rest,
  };
  return ReviewSchema.parse(document);
}

/** The published JSON Schema, draft 2020-12. */
export function reviewJsonSchema(): object {
  return { $id: 'hallmark.review/1', ...z.toJSONSchema(ReviewSchema) };
}
