import type { Coverage } from './coverage.ts';
import type { Digest } from './digest.ts';
import type { FileDigest } from './file-digest.ts';
import type { FileFact } from './file-fact.ts';
import type { Finding, Verdict } from './finding.ts';
import type { Distribution, Package } from './package.ts';
import type { Purl } from './purl.ts';
import type { Secret } from './secret.ts';
import type { TriageUse, VexReport } from './triage.ts';
import type { TrustReport } from './trust-report.ts';

/** What a layer did to the packages of the layers below it; purls, sorted. */
export interface PackageChanges {
  readonly added: readonly Purl[];
  readonly removed: readonly Purl[];
  /** Same package, another version. */
  readonly changed: readonly { readonly from: Purl; readonly to: Purl }[];
}

/** A layer of the image as its manifest and configuration describe it. */
export interface AssessedLayer {
  readonly index: number;
  /** Digest of the uncompressed tar: the layer's identity in every transport. */
  readonly diffId: Digest;
  /** Digest and size of the blob as it was transported. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Index into `history`; null when the history does not fit the layers. */
  readonly step: number | null;
  /** True for a layer of the base image; false for the image's own; null when the base is not known. */
  readonly base: boolean | null;
  readonly packages: PackageChanges;
}

/** A build step. OCI image spec, config.md, "history". */
export interface HistoryStep {
  readonly createdBy: string | null;
  readonly created: string | null;
  readonly author: string | null;
  readonly comment: string | null;
  /** Index into the image's layers; null for a step that made none. */
  readonly layer: number | null;
}

/** What the image is started with. OCI image spec, config.md. */
export interface RunConfiguration {
  readonly user: string | null;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory: string | null;
  readonly environment: readonly string[];
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string | null;
  readonly healthcheck: readonly string[] | null;
  readonly shell: readonly string[];
}

/** The image that this one was built on. */
export interface BaseImage {
  /** Names that it was published under, the most precise first: `docker.io/library/debian:12-slim`. */
  readonly names: readonly string[];
  /** Digest of its manifest or index; null when only its layers are known. */
  readonly digest: Digest | null;
  /** How many layers, from the lowest, are its own; null when nothing tells where it ends. */
  readonly layers: number | null;
  /** What says so, the most trustworthy first. */
  readonly source: 'provenance' | 'annotation' | 'label' | 'index';
  /** One sentence for people. */
  readonly because: string;
}

export interface AssessedImage {
  /** As the user wrote it. */
  readonly reference: string;
  readonly kind: 'image' | 'root-file-system';
  /** Digest of the platform's manifest; null where the transport has none (older docker-archive, a root file system). */
  readonly digest: Digest | null;
  /** Digest of the index that the manifest was chosen from. */
  readonly indexDigest: Digest | null;
  /** Digest of the configuration: the image's id, the same in every transport. */
  readonly configDigest: Digest | null;
  /** `linux/amd64`; null for a root file system. */
  readonly platform: string | null;
  readonly created: string | null;
  readonly author: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly run: RunConfiguration | null;
  readonly layers: readonly AssessedLayer[];
  readonly history: readonly HistoryStep[];
  /** Null when nothing says what the base is. */
  readonly base: BaseImage | null;
}

/** One source of the advisory database. */
export interface AdvisorySource {
  readonly id: string;
  readonly name: string;
  readonly licence: string;
  /** Who to name when the facts are passed on; null when nobody asks for it. */
  readonly attribution: string | null;
  /** RFC 3339 date of the newest record, capped at the time of building. */
  readonly newest: string | null;
  readonly records: number;
}

/** Which advisory data an assessment rests on. */
export interface AdvisoryDatabaseInfo {
  /** RFC 3339: when the database was built. */
  readonly built: string;
  /** RFC 3339: the newest fact in it. */
  readonly newest: string | null;
  readonly schema: number;
  /** Digest of the database's content. */
  readonly digest: Digest;
  readonly sources: readonly AdvisorySource[];
}

/** The bill of materials that an assessment rests on in place of layers. What it says was not checked. */
export interface BillSource {
  /** `CycloneDX 1.6 (JSON)` */
  readonly format: string;
  /** What wrote it, in its own words. */
  readonly tool: string | null;
  /** A file, an attestation in the image's index, or an artifact that refers to the image. */
  readonly origin: 'file' | 'index' | 'referrers';
  /** It came in an in-toto statement; whose signatures, if any, were not verified. */
  readonly attested: boolean;
}

/** Everything that Hallmark found out about one image. The document behind every report. */
export interface Assessment {
  readonly schema: 'hallmark.assessment/1';
  readonly tool: { readonly name: 'hallmark'; readonly version: string };
  readonly image: AssessedImage;
  /** Null when the layers were read. */
  readonly bill: BillSource | null;
  readonly distribution: Distribution | null;
  readonly packages: readonly Package[];
  /** Files of the final file system that a policy may ask for. */
  readonly files: readonly FileFact[];
  /** Every regular file of the final file system, where that was asked for; else empty. */
  readonly fileDigests: readonly FileDigest[];
  /** Of all layers, the configuration and the history. */
  readonly secrets: readonly Secret[];
  /** Those with the verdicts that were asked for, riskiest first. */
  readonly findings: readonly Finding[];
  /** How many findings have each verdict, also those that were not asked for. */
  readonly verdictCounts: Readonly<Record<Verdict, number>>;
  /** VEX documents that were given or attached, and their statements that decided nothing. */
  readonly vex: VexReport;
  /** Exceptions and overrides of the configuration, and what became of each. */
  readonly exceptions: readonly TriageUse[];
  readonly overrides: readonly TriageUse[];
  readonly coverage: readonly Coverage[];
  /** Null where it was not verified, or cannot be: a daemon's image has no manifest that signatures refer to. */
  readonly trust: TrustReport | null;
  readonly advisories: AdvisoryDatabaseInfo | null;
}
