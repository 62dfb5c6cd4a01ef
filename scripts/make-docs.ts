/** Writes the pages of docs/ that are made from the code: the JSON Schemas, the list of errors and that of checks. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { formatCheckDocumentation } from '../src/cli/check-documentation.ts';
import { formatErrorDocumentation } from '../src/cli/error-tables.ts';
import { configurationJsonSchema } from '../src/findings/triage/configuration-schema.ts';
import { assessmentJsonSchema } from '../src/report/assessment-schema.ts';
import { copyOutcomeJsonSchema } from '../src/report/copy-schema.ts';
import { signingOutcomeJsonSchema } from '../src/report/signing-schema.ts';
import { trustMemoryJsonSchema } from '../src/report/trust-memory-schema.ts';
import { trustReportJsonSchema } from '../src/report/trust-report-schema.ts';
import { formatJson } from '../src/report/json.ts';
import { trustPolicyJsonSchema } from '../src/trust/policy/policy-schema.ts';
import { policyTestJsonSchema } from '../src/trust/policy/test-file.ts';

const docs = new URL('../docs/', import.meta.url);
mkdirSync(new URL('schema/', docs), { recursive: true });
writeFileSync(new URL('schema/assessment-1.schema.json', docs), formatJson(assessmentJsonSchema()));
writeFileSync(new URL('schema/configuration-1.schema.json', docs), formatJson(configurationJsonSchema()));
writeFileSync(new URL('schema/copy-1.schema.json', docs), formatJson(copyOutcomeJsonSchema()));
writeFileSync(new URL('schema/signing-1.schema.json', docs), formatJson(signingOutcomeJsonSchema()));
writeFileSync(new URL('schema/trust-1.schema.json', docs), formatJson(trustReportJsonSchema()));
writeFileSync(new URL('schema/trust-memory-1.schema.json', docs), formatJson(trustMemoryJsonSchema()));
writeFileSync(new URL('schema/trust-policy-1.schema.json', docs), formatJson(trustPolicyJsonSchema()));
writeFileSync(new URL('schema/trust-policy-test-1.schema.json', docs), formatJson(policyTestJsonSchema()));
writeFileSync(new URL('trust-checks.md', docs), formatCheckDocumentation());
writeFileSync(new URL('errors.md', docs), formatErrorDocumentation());
