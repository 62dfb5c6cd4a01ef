import type { SourceProgress } from '../oci/image.ts';

/** What an assessment is doing, for a progress display. */
export type AssessmentProgress = SourceProgress | { readonly kind: 'matching'; readonly packages: number };
