/**
 * A dependency snapshot, as GitHub's dependency submission API takes it.
 * https://docs.github.com/rest/dependency-graph/dependency-submission, "Create a snapshot of dependencies".
 */
import type { BillOrigin } from '../bill.ts';

export interface ResolvedDependency {
  readonly package_url: string;
  /** At most eight, of scalars. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly relationship: 'direct' | 'indirect';
  readonly scope: 'runtime';
  /** Keys of those that it needs. */
  readonly dependencies: readonly string[];
}

export interface SnapshotManifest {
  readonly name: string;
  readonly file: { readonly source_location: string };
  readonly resolved: Readonly<Record<string, ResolvedDependency>>;
}

export interface Snapshot extends BillOrigin {
  readonly version: 0;
  readonly job: NonNullable<BillOrigin['job']>;
  readonly detector: { readonly name: string; readonly version: string; readonly url: string };
  readonly metadata: Readonly<Record<string, string>>;
  readonly manifests: Readonly<Record<string, SnapshotManifest>>;
  /** RFC 3339. */
  readonly scanned: string;
}

/** Keys under which Hallmark keeps as JSON what a snapshot has no field for. */
export const OWN = {
  document: 'hallmark:document',
  image: 'hallmark:image',
  distribution: 'hallmark:distribution',
  package: 'hallmark:package',
} as const;
