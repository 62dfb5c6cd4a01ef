/** What is remembered of a repository as a schema: the document of `hallmark trust history --format json`. */
import { z } from 'zod';
import { MEMORY_SCHEMA } from '../trust/memory/memory-file.ts';

const text = z.string();
const time = z.string().describe('RFC 3339');
const digest = z
  .string()
  .regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/)
  .describe('algorithm:hex');
const version = z.int().nonnegative();

const observation = {
  signers: z.array(text),
  sources: z.array(text).describe('source repositories'),
  builders: z.array(text),
};

const sighting = {
  digest,
  created: text.nullable().describe('by the image itself'),
  verifiedTime: time.nullable().describe('the newest that a log or timestamp authority vouches for'),
};

/** The document of `hallmark trust history --format json`. */
export const TrustMemorySchema = z.strictObject({
  schema: z.literal(MEMORY_SCHEMA),
  repository: text,
  expectation: z
    .strictObject({ since: time, ...observation })
    .nullable()
    .describe('null: nothing was learnt'),
  tags: z
    .record(text, z.array(z.strictObject({ ...sighting, firstSeen: time, lastSeen: time })))
    .describe('what each pointed to, the oldest first'),
  marks: z
    .record(text, z.strictObject({ version, digest, seen: time }))
    .describe('the newest signed statement about each tag'),
  pending: z
    .strictObject({
      observation: z.strictObject(observation),
      tag: z.strictObject({ name: text, ...sighting }).nullable(),
      mark: z.strictObject({ tag: text, mark: z.strictObject({ version, digest }).nullable() }).nullable(),
      seen: time,
      alarms: z.array(text),
    })
    .nullable()
    .describe('what raised an alarm and was not accepted'),
});

/** The published JSON Schema, draft 2020-12. */
export function trustMemoryJsonSchema(): object {
  return { $id: MEMORY_SCHEMA, ...z.toJSONSchema(TrustMemorySchema) };
}
