import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { z } from 'zod';
import { assessmentJsonSchema, type assessmentSchema } from './assessment-schema.ts';
import { type AssessmentDocument, formatJson } from './json.ts';

test('the published schema is the one that the code describes', () => {
  const published = new URL('../../docs/schema/assessment-1.schema.json', import.meta.url);
  assert.equal(readFileSync(published, 'utf8'), formatJson(assessmentJsonSchema()), 'run npm run make:docs');
});

test('the schema and the types speak of the same fields', () => {
  type Schema = z.infer<typeof assessmentSchema>;
  type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
  const image: Same<keyof Schema['image'], keyof AssessmentDocument['image']> = true;
  const packages: Same<keyof Schema['packages'][number], keyof AssessmentDocument['packages'][number]> = true;
  const findings: Same<keyof Schema['findings'][number], keyof AssessmentDocument['findings'][number]> = true;
  const document: Same<keyof Schema, keyof AssessmentDocument> = true;
  assert.deepEqual([image, packages, findings, document], [true, true, true, true]);
});
