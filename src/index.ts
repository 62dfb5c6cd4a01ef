/** What programs may use: `import { assess } from 'hallmark'`. Everything else may change at any time. */
export { assess, type AssessOptions } from './assess/library.ts';
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
export type { SeverityLevel } from './model/severity.ts';
export { formatReference, type ImageRef, parseReference } from './oci/reference.ts';
export { compareVersions } from './versions/register.ts';
