/** Writes the pages of docs/ that are made from the code: the JSON Schemas and the list of errors. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { formatErrorDocumentation } from '../src/cli/error-tables.ts';
import { configurationJsonSchema } from '../src/findings/triage/configuration-schema.ts';
import { assessmentJsonSchema } from '../src/report/assessment-schema.ts';
import { formatJson } from '../src/report/json.ts';

const docs = new URL('../docs/', import.meta.url);
mkdirSync(new URL('schema/', docs), { recursive: true });
writeFileSync(new URL('schema/assessment-1.schema.json', docs), formatJson(assessmentJsonSchema()));
writeFileSync(new URL('schema/configuration-1.schema.json', docs), formatJson(configurationJsonSchema()));
writeFileSync(new URL('errors.md', docs), formatErrorDocumentation());
