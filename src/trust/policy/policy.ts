/** What a policy is once read, whatever it was written in. */
import type { Digest } from '../../model/digest.ts';
import type { Endorsement, FulcioExtension } from '../../model/trust.ts';
import type { TagMovement } from '../memory/tag-history.ts';
import type { Definition } from '../../definitions/definition.ts';

/** A policy: which repositories are spoken for, by whom, and what they must say. */
export interface TrustPolicy {
  /** Where it came from, for messages. */
  readonly name: string;
  /** Of its file, or of what was asked for; null where there is no policy. */
  readonly digest: Digest | null;
  readonly authorities: Readonly<Record<string, Authority>>;
  /** No two have patterns that are as specific as each other and meet: `parseTrustPolicy` refuses them. */
  readonly rules: readonly TrustRule[];
  /** Of repositories without a rule. */
  readonly fallback: PolicyFallback;
}

/** Where nobody said whom to believe. */
export const NO_POLICY: TrustPolicy = {
  name: 'no policy',
  digest: null,
  authorities: {},
  rules: [],
  fallback: 'unknown',
};

export type PolicyFallback = 'unknown' | 'refuse' | 'allow';

/** Somebody whose word counts, and when. */
export type Authority = AuthorityWindow &
  (
    | { readonly kind: 'key'; readonly keyId: Digest }
    | ({ readonly kind: 'certificate' } & IdentityPattern)
    | {
        readonly kind: 'x509';
        /** Store of the trust material, `ca:acme`. */
        readonly store: string;
        /** Attributes that the subject must have, by type: `{ C: 'US', O: 'Acme' }`. Empty: any subject. */
        readonly subject: Readonly<Record<string, string>>;
      }
  );

/** When somebody's word counts, by the times that others vouch for; where there are none, by the time of asking. */
export interface AuthorityWindow {
  /** RFC 3339; null is unbounded. */
  readonly from: string | null;
  readonly to: string | null;
  /** Time of compromise: only what was provably signed before it counts. */
  readonly distrustedFrom: string | null;
  /** True when a verified entry in a transparency log is asked for. */
  readonly needsLog: boolean;
}

/** A text that must be equal, or a glob that is matched as a whole: `*` stops at `/`, `**` does not. */
export type TextPattern =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'glob'; readonly glob: string };

/** What a certificate must say. Absent fields are not asked for; issuer and one more field must be there. */
export interface IdentityPattern {
  /** Name of the Sigstore root; null: any that is trusted. */
  readonly root: string | null;
  readonly issuer: TextPattern;
  /** Subject alternative name: of a reusable workflow the called one, whoever called it. */
  readonly subject: TextPattern | null;
  /** By extension, as `CertificateIdentity`. */
  readonly extensions: Readonly<Partial<Record<FulcioExtension, TextPattern>>>;
}

export interface TrustRule {
  readonly name: string;
  /** `registry.example.com/team/**`, `docker.io/library/debian`: as `parseRepositoryPattern` reads them. */
  readonly repositories: readonly string[];
  /**
   * Where mirrors serve it: evidence names this and is found under the rule's own repositories. Ends in `/**` where the
   * repositories do, and the rest of the name is then the same.
   */
  readonly signedAs: string | null;
  readonly references: ClaimedReferences;
  /** The first that matches the tag counts. */
  readonly tags: readonly TagRule[];
  /** Which tags the repository has; null where the rule names none. */
  readonly definition: RuleDefinition | null;
  /** Empty where `always` decides. */
  readonly requirements: readonly Requirement[];
  /** Rules that allow without evidence or refuse always; null: the requirements decide. */
  readonly always: 'allow' | 'refuse' | null;
  /** RFC 3339: from then on the rule refuses; null: it stays. */
  readonly expires: string | null;
  /** Where it stands, `hallmark-trust.yaml:12`; null when it is built in. */
  readonly place: string | null;
}

/**
 * What the repository or reference that signed bytes name has to be, which stops evidence of one repository from being
 * replayed in another. `agrees`: where they name a repository it is this one. `required`: they name it. `exact`: and the
 * tag too, where one was asked for. `ignored`: it may be any.
 */
export type ClaimedReferences = 'agrees' | 'required' | 'exact' | 'ignored';

/** Ties a tag to what it was built from, as buildx's default policy does for releases, and says how it may move. */
export interface TagRule {
  readonly tag: TextPattern;
  /** The git ref that it was signed from; `{tag}` stands for the tag: `refs/tags/v{tag}`. Null: any. */
  readonly ref: string | null;
  /** Null: as the definition has it, else as the name of the tag says. */
  readonly movement: TagMovement;
}

export interface RuleDefinition {
  /** As the policy names it. */
  readonly file: string;
  readonly definition: Definition;
}

/** One thing that must hold. All of a rule must. */
export interface Requirement {
  readonly meaning: 'signature' | 'attestation';
  /** Names of authorities; each counts once. */
  readonly by: readonly string[];
  /** How many different authorities have to agree, each by a different key or identity. */
  readonly threshold: number;
  /** Of attestations: type URIs of which one must be met. */
  readonly predicateTypes: readonly string[];
  /** Which manifest must be spoken for: the index, each image, or either. */
  readonly on: 'index' | 'image' | 'either';
  /** Oldest verified time that is accepted, in seconds before now; null: any. */
  readonly maxAgeSeconds: number | null;
  /** What provenance must say; null: anything. */
  readonly provenance: ProvenanceExpectation | null;
  /** What a verification summary must say; there for every requirement that accepts one. */
  readonly summary: SummaryExpectation | null;
}

/** What a provenance must say, evaluated by `checkProvenance`. Null is not asked for. */
export interface ProvenanceExpectation {
  /** Address of the source repository: `https://github.com/acme/app`. */
  readonly source: TextPattern | null;
  /** Identifier of the builder. */
  readonly builder: TextPattern | null;
  /** Git ref of the source: `refs/heads/main`. */
  readonly ref: TextPattern | null;
  /** Path of the workflow in its repository, `.github/workflows/release.yml`. */
  readonly workflow: TextPattern | null;
  /** Lowest SLSA build level, by Hallmark's own table of builders. */
  readonly level: 1 | 2 | 3 | null;
  /** The external parameters that there may be, and what each may be (null: anything). Others fail. */
  readonly parameters: Readonly<Record<string, TextPattern | null>> | null;
}

/** What a verification summary must say, besides that the verification passed; evaluated by `checkVsa`. */
export interface SummaryExpectation {
  /** Identifier of the verifier for which the authorities may speak. */
  readonly verifier: string;
  /** Address of what was verified; null: the repository's name. */
  readonly resource: string | null;
  /** `SLSA_BUILD_LEVEL_2`: this or a higher one of its track. */
  readonly levels: readonly string[];
  /** Of the verifier's policy; null: any. */
  readonly policy: Digest | null;
}

/** Whether one requirement is met for what is to be used, and by what. */
export interface RequirementResult {
  readonly requirement: Requirement;
  readonly isMet: boolean;
  readonly by: readonly Endorsement[];
  readonly reason: string;
}
