import { ADVISORY_ERRORS } from '../advisories/errors.ts';
import { UPDATE_ERRORS } from '../updates/errors.ts';
import { ASSESS_ERRORS } from '../assess/errors.ts';
import { DEFINITION_ERRORS } from '../definitions/errors.ts';
import { FINDINGS_ERRORS } from '../findings/errors.ts';
import { LIBRARY_ERRORS } from '../library/errors.ts';
import { MODEL_ERRORS, type ErrorTable } from '../model/errors.ts';
import { OCI_ERRORS } from '../oci/errors.ts';
import { REFERENCE_ERRORS } from '../references/errors.ts';
import { SBOM_ERRORS } from '../sbom/errors.ts';
import { SIGNING_ERRORS } from '../signing/errors.ts';
import { TRUST_ERRORS } from '../trust/errors.ts';
import { VERSION_ERRORS } from '../versions/scheme.ts';
import { CLI_ERRORS } from './errors.ts';

/** Every room's table of error codes, under the heading that the documentation gives it. */
export const ERROR_TABLES: Readonly<Record<string, ErrorTable>> = {
  'The command line': CLI_ERRORS,
  'Images and registries': OCI_ERRORS,
  'The advisory database': ADVISORY_ERRORS,
  'Updates of the advisory database': UPDATE_ERRORS,
  'Around an assessment': ASSESS_ERRORS,
  'Exceptions and overrides': FINDINGS_ERRORS,
  'Bills of materials': SBOM_ERRORS,
  'Trust and verification': TRUST_ERRORS,
  'Signing and attesting': SIGNING_ERRORS,
  'Images that files name': REFERENCE_ERRORS,
  'Definitions of images': DEFINITION_ERRORS,
  'The programme of images': LIBRARY_ERRORS,
  Versions: VERSION_ERRORS,
  Names: MODEL_ERRORS,
};

/** `docs/errors.md`. */
export function formatErrorDocumentation(): string {
  const tables = Object.entries(ERROR_TABLES).map(([heading, table]) => {
    const rows = Object.entries(table)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { exit, means, remedy }]) => `| \`${code}\` | ${exit} | ${means} | ${remedy} |`);
    return `## ${heading}\n\n| code | exit | what happened | what to do |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Errors

An error is one message: the code, what failed and to what, and what to do. Codes are stable. The exit status says what kind it
is: 1 Hallmark could not do it, 2 a gate was not met, 3 the command line or its input is wrong, 4 could not tell. What could be
read only in part is no error but [coverage](coverage.md).

This page is made by \`npm run make:docs\` from the tables in the code.

${tables.join('\n')}`;
}
