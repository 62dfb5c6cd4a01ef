/** What verifying an image came to: the document behind `hallmark verify`, and the answers to questions one and four of `inspect`. */
import type { Digest } from './digest.ts';
import type { Check, Endorsement, TrustVerdict } from './trust.ts';

export interface TrustReport {
  readonly schema: 'hallmark.trust/1';
  readonly tool: { readonly name: 'hallmark'; readonly version: string };
  /** As the user wrote it. */
  readonly reference: string;
  /** Normalised, without tag and digest: `docker.io/library/debian`; null for layouts and archives without a name. */
  readonly repository: string | null;
  readonly tag: string | null;
  /** What the reference led to, recomputed from the bytes: use this, not the tag. Null when that was not even reached. */
  readonly digest: Digest | null;
  /** The images that the verdict is about: the one that was chosen, or all of an index. */
  readonly images: readonly VerifiedImage[];
  readonly verdict: TrustVerdict;
  /** Why, as a stable code: one of {@link VERDICT_CODES}. */
  readonly code: VerdictCode;
  /** Why, in one sentence. */
  readonly because: string;
  /** Null when no rule speaks of the repository. */
  readonly policy: AppliedRule | null;
  /** In the order of the questions: who made it, from what, is it current. */
  readonly claims: readonly Claim[];
  /** Those that were made. */
  readonly checks: readonly ReportedCheck[];
  /** Those that were not, and why: as important as a failure. */
  readonly notChecked: readonly ReportedCheck[];
  readonly evidence: readonly ReportedEvidence[];
  readonly endorsements: readonly Endorsement[];
  /** Evidence of the endorsements whose signers the rule names; empty without a rule. */
  readonly believed: readonly Digest[];
  readonly subjects: readonly ReportedSubject[];
  /** What could not be read: evidence may be missing because of it. */
  readonly gaps: readonly ReportedGap[];
  readonly provenance: readonly ReportedProvenance[];
  /** The same once more, as a graph, with the provenance of the base images that were verified too. */
  readonly graph: ProvenanceGraph;
  readonly publisher: Publisher;
  readonly freshness: Freshness;
  /** Reports of base images, where those were to be verified too. */
  readonly bases: readonly TrustReport[];
}

/** Why a verdict is what it is, with what to do. `docs/trust.md` lists them. */
export const VERDICT_CODES = {
  REQUIREMENTS_MET: 'Everything that the rule asks for holds.',
  ALLOWED_BY_RULE: 'A rule allows the repository without evidence.',
  REFUSED_BY_RULE: 'A rule refuses the repository.',
  REQUIREMENT_NOT_MET: 'There is sound evidence, but not what the rule asks for.',
  EVIDENCE_DOES_NOT_HOLD: 'There is evidence, and it does not hold.',
  BASE_NOT_TRUSTED: 'An image that it was built from is untrusted.',
  ALARM: 'The evidence holds, but something changed that should not have.',
  NO_EVIDENCE: 'There is nothing to verify.',
  NO_RULE: 'There is sound evidence, but nobody said whom to believe.',
  NOT_VERIFIABLE: 'There is evidence, but neither key nor trust root to verify it with.',
  EVIDENCE_UNREADABLE: 'Evidence is listed that could not be read, and without it the rule is not met.',
  IMAGE_UNREADABLE: 'The image itself could not be had.',
} as const;

export type VerdictCode = keyof typeof VERDICT_CODES;

export interface VerifiedImage {
  readonly digest: Digest;
  /** `linux/arm64/v8`; null where neither index nor configuration was asked. */
  readonly platform: string | null;
}

/** A rule of a policy, and what became of each of its requirements. */
export interface AppliedRule {
  readonly policy: string;
  /** Of the policy's file, or of what was asked for on the command line, as JSON. */
  readonly digest: Digest | null;
  readonly rule: string;
  readonly requirements: readonly {
    /** In words: `a signature of release-key or ci`. */
    readonly asks: string;
    readonly isMet: boolean;
    readonly reason: string;
  }[];
}

/** A statement about the image, and how far it can be believed. */
export interface Claim {
  readonly question: 'who' | 'from-what' | 'current';
  /** `signer`, `publisher`, `source`, `builder`, `base image`, `tag` … */
  readonly topic: string;
  readonly statement: string;
  /** Declared: anybody who could push the image could have written it. */
  readonly basis: 'verified' | 'declared';
  readonly evidence: Digest | null;
}

export interface ReportedCheck extends Check {
  readonly specification: string;
}

/** One blob of evidence. */
export interface ReportedEvidence {
  readonly digest: Digest;
  readonly manifest: Digest | null;
  readonly format: string;
  readonly mediaType: string;
  readonly places: readonly string[];
  /** The subject for which it was found. */
  readonly about: Digest;
  readonly result: 'holds' | 'fails' | 'undecided' | 'unsigned';
}

export interface ReportedSubject {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly role: 'index' | 'image' | 'attestation';
  readonly platform: string | null;
  readonly parent: Digest | null;
}

export interface ReportedGap {
  readonly code: string;
  readonly about: Digest;
  readonly evidence: Digest | null;
  readonly message: string;
}

/** How an image was built, as one provenance says. */
export interface ReportedProvenance {
  readonly evidence: Digest;
  readonly about: Digest;
  readonly basis: 'verified' | 'declared';
  /** Type of the predicate. */
  readonly format: string;
  readonly buildType: string | null;
  readonly builder: string | null;
  readonly source: {
    readonly uri: string | null;
    readonly commit: string | null;
    readonly ref: string | null;
    readonly path: string | null;
  } | null;
  /** SLSA build level, from Hallmark's own table of builders; never from the provenance itself. */
  readonly level: { readonly build: 0 | 1 | 2 | 3; readonly because: string };
  readonly startedOn: string | null;
  readonly finishedOn: string | null;
  /** What went into it. */
  readonly materials: readonly {
    readonly kind: 'source' | 'image' | 'other';
    readonly name: string;
    readonly digest: string | null;
  }[];
  /** What the build was told from outside; values that look like secrets are redacted. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** Null where it does not say. */
  readonly isHermetic: boolean | null;
  readonly isReproducible: boolean | null;
}

/** What images were made of and by whom. */
export interface ProvenanceGraph {
  readonly nodes: readonly ProvenanceNode[];
  readonly edges: readonly ProvenanceEdge[];
}

export interface ProvenanceNode {
  /** Unique in the graph: `image:docker.io/library/debian:12`. */
  readonly id: string;
  readonly kind: 'artifact' | 'builder' | 'source' | 'image' | 'other';
  readonly name: string;
  /** Digest or commit; null where none is named. */
  readonly version: string | null;
}

export interface ProvenanceEdge {
  readonly from: string;
  readonly to: string;
  /** The artifact was built by a builder, built from its source, and used everything else; an index lists images. */
  readonly relation: 'built-by' | 'built-from' | 'uses' | 'lists';
  /** Declared: anybody who could push the image could have written it. */
  readonly basis: ReportedProvenance['basis'];
}

export interface Publisher {
  readonly class: 'official' | 'verified-publisher' | 'organisation' | 'self-signed' | 'unknown';
  readonly basis: 'verified' | 'declared';
  readonly name: string | null;
  readonly because: string;
  readonly evidence: Digest | null;
}

export interface Freshness {
  /** RFC 3339: when this was decided. */
  readonly asOf: string;
  readonly trustRoots: readonly {
    readonly name: string;
    readonly origin: 'bundled' | 'tuf' | 'file';
    /** RFC 3339: when it was last known to be current. */
    readonly updated: string | null;
    readonly ageDays: number | null;
    readonly expires: string | null;
  }[];
  /** RFC 3339: the newest time that somebody other than the signer vouches for, of an endorsement. */
  readonly newestEvidence: string | null;
  /** Null when no history of the tag is kept. */
  readonly tag: {
    readonly firstSeen: string;
    readonly previous: Digest | null;
    readonly movedAt: string | null;
    readonly times: number;
  } | null;
}
