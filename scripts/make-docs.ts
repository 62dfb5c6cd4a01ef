/** Writes the pages of docs/ that are made from the code: the JSON Schemas, the list of errors and that of checks. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { formatCheckDocumentation } from '../src/cli/check-documentation.ts';
import { formatErrorDocumentation } from '../src/cli/error-tables.ts';
import { configurationJsonSchema } from '../src/findings/triage/configuration-schema.ts';
import { buildOrderJsonSchema } from '../src/library/engines/program/build-order.ts';
import { verificationJsonSchema } from '../src/library/admission/verification-document.ts';
import { repositoryJsonSchema } from '../src/library/documents/repository-schema.ts';
import { reproductionJsonSchema } from '../src/library/reproduction/reproduction-document.ts';
import { formatReviewCheckDocumentation } from '../src/library/review/checks/check-documentation.ts';
import { buildAttemptsJsonSchema, buildLogJsonSchema } from '../src/library/logs/log-documents.ts';
import { planJsonSchema } from '../src/library/plan/plan-document.ts';
import { formatSettingsDocumentation } from '../src/library/programme/settings-documentation.ts';
import { programmeJsonSchema } from '../src/library/programme/settings-schema.ts';
import { publicationsJsonSchema } from '../src/library/publishing/publications-document.ts';
import { reviewJsonSchema } from '../src/library/review/review-schema.ts';
import { runJsonSchema } from '../src/library/running/run-document.ts';
import { statusJsonSchema } from '../src/library/status/status-schema.ts';
import { tagsJsonSchema } from '../src/library/tags/tags-schema.ts';
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
writeFileSync(new URL('schema/build-attempts-1.schema.json', docs), formatJson(buildAttemptsJsonSchema()));
writeFileSync(new URL('schema/build-log-1.schema.json', docs), formatJson(buildLogJsonSchema()));
writeFileSync(new URL('schema/build-order-1.schema.json', docs), formatJson(buildOrderJsonSchema()));
writeFileSync(new URL('schema/configuration-1.schema.json', docs), formatJson(configurationJsonSchema()));
writeFileSync(new URL('schema/copy-1.schema.json', docs), formatJson(copyOutcomeJsonSchema()));
writeFileSync(
  new URL('schema/library-verification-1.schema.json', docs),
  formatJson(verificationJsonSchema()),
);
writeFileSync(new URL('schema/library-run-1.schema.json', docs), formatJson(runJsonSchema()));
writeFileSync(new URL('schema/plan-1.schema.json', docs), formatJson(planJsonSchema()));
writeFileSync(new URL('schema/programme-1.schema.json', docs), formatJson(programmeJsonSchema()));
writeFileSync(new URL('schema/publications-1.schema.json', docs), formatJson(publicationsJsonSchema()));
writeFileSync(new URL('schema/repository-1.schema.json', docs), formatJson(repositoryJsonSchema()));
writeFileSync(new URL('schema/reproduction-1.schema.json', docs), formatJson(reproductionJsonSchema()));
writeFileSync(new URL('schema/review-1.schema.json', docs), formatJson(reviewJsonSchema()));
writeFileSync(new URL('schema/signing-1.schema.json', docs), formatJson(signingOutcomeJsonSchema()));
writeFileSync(new URL('schema/status-1.schema.json', docs), formatJson(statusJsonSchema()));
writeFileSync(new URL('schema/tags-1.schema.json', docs), formatJson(tagsJsonSchema()));
writeFileSync(new URL('schema/trust-1.schema.json', docs), formatJson(trustReportJsonSchema()));
writeFileSync(new URL('schema/trust-memory-1.schema.json', docs), formatJson(trustMemoryJsonSchema()));
writeFileSync(new URL('schema/trust-policy-1.schema.json', docs), formatJson(trustPolicyJsonSchema()));
writeFileSync(new URL('schema/trust-policy-test-1.schema.json', docs), formatJson(policyTestJsonSchema()));
writeFileSync(new URL('programme-settings.md', docs), formatSettingsDocumentation());
writeFileSync(new URL('review-checks.md', docs), formatReviewCheckDocumentation());
writeFileSync(new URL('trust-checks.md', docs), formatCheckDocumentation());
writeFileSync(new URL('errors.md', docs), formatErrorDocumentation());
