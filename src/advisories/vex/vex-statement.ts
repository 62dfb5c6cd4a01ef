/** The words of VEX, the same in OpenVEX, CSAF and CycloneDX (CISA, "Minimum Requirements for VEX", section 3). */
export const VEX_STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;

export type VexStatus = (typeof VEX_STATUSES)[number];

/** Why a product is not affected (CISA, "Vulnerability Exploitability eXchange: Status Justifications"). */
export const VEX_JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;

export type VexJustification = (typeof VEX_JUSTIFICATIONS)[number];

/** Something that a statement is about, by every name that the document gives it. */
export interface VexProduct {
  /** Package URLs, CPE names or references as written; may be empty where there are digests. */
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

/** A VEX document with what could be read of it. */
export interface VexDocument {
  /** `OpenVEX 0.2.0`, `CSAF 2.0`, `CycloneDX 1.6`. */
  readonly format: string;
  readonly id: string;
  readonly author: string | null;
  readonly statements: readonly VexStatement[];
  /** One line for each statement, or part of one, that is broken or says nothing that can be used. */
  readonly faults: readonly string[];
}

/** What a reader needs to know beside the document. */
export interface VexReading {
  /** `VexStatement.source` of its statements. */
  readonly source: string;
  /** No date of a statement is taken to be later. */
  readonly now: Date;
}
