import type { Assessment } from '../model/assessment.ts';
import type { Package } from '../model/package.ts';

/** A package as the JSON report writes it: its files only where they were asked for. */
export type ReportedPackage = Omit<Package, 'files'> & { readonly files?: readonly string[] };

/** The JSON report, `docs/schema/assessment-1.schema.json`. */
export type AssessmentDocument = Omit<Assessment, 'packages'> & {
  readonly packages: readonly ReportedPackage[];
};

export interface DocumentOptions {
  /** Lists the files that each package owns, which makes the report some ten times as long. */
  readonly files?: boolean;
}

export function toAssessmentDocument(
  assessment: Assessment,
  options: DocumentOptions = {},
): AssessmentDocument {
  if (options.files === true) return assessment;
  return { ...assessment, packages: assessment.packages.map(({ files: _files, ...rest }) => rest) };
}

/** JSON text in a stable order of keys and entries, two spaces deep, ending in a newline. */
export function formatJson(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * One assessment as its document; the images of several platforms as `{ schema, assessments }`, in the order of the
 * index.
 */
export function formatAssessments(assessments: readonly Assessment[], options: DocumentOptions = {}): string {
  const documents = assessments.map((assessment) => toAssessmentDocument(assessment, options));
  return formatJson(
    documents.length === 1 ? documents[0] : { schema: 'hallmark.assessments/1', assessments: documents },
  );
}
