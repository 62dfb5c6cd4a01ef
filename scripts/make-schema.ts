/** Writes docs/schema/assessment-1.schema.json from the schema in src/report. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { assessmentJsonSchema } from '../src/report/assessment-schema.ts';
import { formatJson } from '../src/report/json.ts';

const folder = new URL('../docs/schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('assessment-1.schema.json', folder), formatJson(assessmentJsonSchema()));
