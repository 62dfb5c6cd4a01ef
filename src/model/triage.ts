/** What people and vendors decided about findings beside the advisories: VEX, exceptions and overrides. */

/** A VEX document that the user gave, or that is attached to the image. */
export interface VexDocumentUse {
  /** Identifier of the document. */
  readonly document: string;
  readonly author: string | null;
  /** `OpenVEX 0.2.0` */
  readonly format: string;
  readonly origin: 'file' | 'attestation';
  /** The file, or the digest of the attachment. */
  readonly place: string;
  /** False for an attestation that is there but was not asked for: nobody checked who wrote it. */
  readonly applied: boolean;
  readonly statements: number;
  /** How many findings follow its statements. */
  readonly findings: number;
  /** Statements, or parts of them, that could not be read. */
  readonly faults: readonly string[];
}

/** A statement of such a document that decided nothing. */
export interface UnusedVexStatement {
  readonly document: string;
  /** The flaw's main name, and the status that is stated. */
  readonly vulnerability: string;
  readonly status: 'not_affected' | 'affected' | 'fixed' | 'under_investigation';
  /** The first of its products by the first of its names. */
  readonly product: string;
  readonly reason:
    | 'product-not-here' // none of its products is this image or in it
    | 'flaw-not-found' // the product is here, and nothing was found with the flaw
    | 'superseded' // a later statement of the same author, or a stronger one, decides
    | 'unjustified'; // not_affected with neither justification nor words
}

export interface VexReport {
  /** In the order in which they were given. */
  readonly documents: readonly VexDocumentUse[];
  /** Of documents that were applied, in their order. */
  readonly unused: readonly UnusedVexStatement[];
}

/** An exception or override of the configuration, and what became of it. */
export interface TriageUse {
  /** Identifiers as written. */
  readonly vulnerabilities: readonly string[];
  /** What it decides: the status of an exception; `withdrawn` or `affected` of an override. */
  readonly decides: 'accepted-risk' | 'false-positive' | 'not-affected' | 'withdrawn' | 'affected';
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339 full-date, the last day on which it holds; null: it was written that it never expires. */
  readonly expires: string | null;
  /** File and line. */
  readonly place: string;
  readonly state:
    | 'applied'
    | 'expired'
    | 'unused' // nothing here has the flaw in such a package
    | 'elsewhere'; // it is for other images
  /** How many findings it decided; for one that has expired, how many it would decide. */
  readonly findings: number;
}

export interface TriageReport {
  readonly vex: VexReport;
  readonly exceptions: readonly TriageUse[];
  readonly overrides: readonly TriageUse[];
}

export const NO_TRIAGE: TriageReport = { vex: { documents: [], unused: [] }, exceptions: [], overrides: [] };
