/** What programs may use: `import { assess, verify } from 'hallmark'`. Everything else may change at any time. */
export { assess, type AssessOptions } from './assess/library.ts';
export { verify, type VerifyImageOptions } from './assess/library-verify.ts';
export type { EvidenceFile } from './assess/verify-image.ts';
export type { AssessmentProgress } from './assess/progress.ts';
export type { AdvisoryDatabase } from './advisories/advisory.ts';
export { openAdvisoryDatabase } from './advisories/database/database.ts';
export type * from './model/assessment.ts';
export type { Coverage, CoverageCode } from './model/coverage.ts';
export { type Digest, parseDigest } from './model/digest.ts';
export { HallmarkError } from './model/errors.ts';
export type * from './model/finding.ts';
export type * from './model/package.ts';
export { formatPlatform, parsePlatform, type Platform } from './model/platform.ts';
export { formatPurl, parsePurl, type Purl } from './model/purl.ts';
export type * from './model/triage.ts';
export type * from './model/trust.ts';
export type * from './model/trust-report.ts';
export type { SeverityLevel } from './model/severity.ts';
export { formatReference, type ImageRef, parseReference } from './oci/reference.ts';
export type { Architecture } from './definitions/architectures.ts';
export type {
  BuildInputs,
  Definition,
  DefinitionBlock,
  Entry,
  Maintainer,
} from './definitions/definition.ts';
export { formatDefinition } from './definitions/format.ts';
export type { Diagnostic } from './definitions/lint/diagnostic.ts';
export { lintDefinition } from './definitions/lint/lint-definition.ts';
export { parseDefinition } from './definitions/parse.ts';
export * from './library/library.ts';
export type { VerificationDocument, VerifiedImage } from './library/admission/verification-document.ts';
export type {
  DocumentFile,
  MissingPage,
  ProgrammeDocuments,
} from './library/documents/programme-documents.ts';
export type * from './library/ledger/entry.ts';
export { verifyLedger } from './library/ledger/ledger-chain.ts';
export type { BuildAttemptsDocument, BuildLogDocument } from './library/logs/log-documents.ts';
export type { PlanDocument } from './library/plan/plan-document.ts';
export { openProgramme } from './library/programme/open-programme.ts';
export type {
  AdmissionGate,
  BrokenRepository,
  EngineSettings,
  ExternalPins,
  FeedSettings,
  GitSettings,
  Programme,
  ProgrammeSettings,
  Repository,
  RepositoryRules,
  Role,
  SigningRole,
  WebhookSettings,
} from './library/programme/programme.ts';
export type { PublicationsDocument } from './library/publishing/publications-document.ts';
export type { Acknowledgement } from './library/review/acknowledgement.ts';
export type { ToldReproduction } from './library/reproduction/reproduction-document.ts';
export type { ReviewDocument } from './library/review/review-schema.ts';
export type { RunDocument } from './library/running/run-document.ts';
export type { OnRunEvent, RunEvent } from './library/running/run-event.ts';
export type { RoleName } from './library/running/run-programme.ts';
export type { ProgrammeStatus } from './library/status/programme-status.ts';
export type { TagsDocument } from './library/tags/tags-schema.ts';
export { compareVersions } from './versions/register.ts';
