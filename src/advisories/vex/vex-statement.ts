/** The words of VEX, the same in OpenVEX, CSAF and CycloneDX (CISA, "Minimum Requirements for VEX", section 3). */
export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation';

/** Something that a statement is about, by every name that the document gives it. */
export interface VexProduct {
  /** Package URLs, CPE names or references as written; not empty. */
  readonly identifiers: readonly string[];
  /** Digests of the product (`sha256:…`), as of an image. */
  readonly digests: readonly string[];
  /** What inside of the product the statement is about, by the same kinds of names; empty: the product as a whole. */
  readonly subcomponents: readonly (readonly string[])[];
}

/** One statement of a VEX document, in the form that every format is read into. */
export interface VexStatement {
  /** Identifier of the document. */
  readonly document: string;
  /** Source's identifier for a vendor's feed; `file` or `attestation` for what the user or the image brings. */
  readonly source: string;
  readonly author: string | null;
  /** RFC 3339: the statement's own date, else the document's. */
  readonly modified: string | null;
  /** The flaw by every name that the document gives it; the first is the main one. */
  readonly flaws: readonly string[];
  readonly status: VexStatus;
  /** OpenVEX's words (`vulnerable_code_not_present`); other formats' are translated. */
  readonly justification: string | null;
  /** What the author says in addition, on one line, at most 500 characters. */
  readonly note: string | null;
  readonly products: readonly VexProduct[];
}
