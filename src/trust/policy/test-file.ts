/** A list of cases that a trust policy is held to: `hallmark trust policy test`. */
import { z } from 'zod';
import { readYamlFile } from './read-yaml-file.ts';

const PolicyTest = z.strictObject({
  schema: z.literal('hallmark.trust-policy-test/1'),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(500).optional().describe('left out: the file of the report'),
        report: z
          .string()
          .min(1)
          .max(2_000)
          .describe('what "hallmark verify --format json" wrote, beside this file'),
        expect: z.enum(['trusted', 'untrusted', 'unknown', 'error']),
        rule: z.string().min(1).max(2_000).optional().describe('name of the rule that has to decide'),
      }),
    )
    .min(1)
    .max(10_000),
});

export type PolicyTest = z.infer<typeof PolicyTest>;

/** @throws {TrustError} RECORDING_INVALID */
export function parsePolicyTest(text: string, name: string): PolicyTest {
  return readYamlFile(text, PolicyTest, { name, code: 'RECORDING_INVALID' }).value;
}

/** The published JSON Schema, draft 2020-12. */
export function policyTestJsonSchema(): object {
  return { $id: 'hallmark.trust-policy-test/1', ...z.toJSONSchema(PolicyTest, { io: 'input' }) };
}
