import { digestOf } from '../../model/digest.ts';
import type { TrustedKey } from '../material/material.ts';
import type {
  Authority,
  AuthorityWindow,
  ProvenanceExpectation,
  TextPattern,
  TrustPolicy,
} from './policy.ts';
import { isAboutTag } from '../statements/predicate-types.ts';

/** What somebody asks for on the command line, in place of a policy. */
export interface Asked {
  readonly keys: readonly TrustedKey[];
  /** A certificate's holder; null: none was asked for. */
  readonly identity: AskedIdentity | null;
  /** Type addresses; each list is one attestation that must be there. */
  readonly attestations: readonly (readonly string[])[];
  /** Null: anything. Asks for provenance of the types given. */
  readonly provenance: { readonly types: readonly string[]; readonly expected: ProvenanceExpectation } | null;
  readonly maxAgeSeconds: number | null;
  readonly needsLog: boolean;
}

export interface AskedIdentity {
  readonly issuer: string;
  /** The whole subject alternative name. */
  readonly subject: string | null;
  /** `https://github.com/acme/app` */
  readonly repository: string | null;
  /** Git ref of the source. */
  readonly ref: string | null;
}

const exactly = (text: string): TextPattern => ({ kind: 'exact', text });

/** How an image is called that has no name: one of a layout or an archive. No host is called so (RFC 2606, section 2). */
export const UNNAMED = 'unnamed.invalid/image';

/** A policy with one rule, for one repository: any one of those who are named must have said what is asked for. */
export function policyOf(asked: Asked, repository: string): TrustPolicy {
  const window: AuthorityWindow = { from: null, to: null, distrustedFrom: null, needsLog: asked.needsLog };
  const { identity, keys, provenance, attestations } = asked;
  const authorities: [string, Authority][] = keys.map(({ name, id }) => [
    name,
    { ...window, kind: 'key', keyId: id },
  ]);
  if (identity !== null) {
    const { issuer, subject, repository: source, ref } = identity;
    const extensions = {
      ...(source === null ? {} : { sourceRepositoryUri: exactly(source) }),
      ...(ref === null ? {} : { sourceRepositoryRef: exactly(ref) }),
    };
    authorities.push([
      'the identity',
      {
        ...window,
        kind: 'certificate',
        root: null,
        issuer: exactly(issuer),
        subject: subject === null ? null : exactly(subject),
        extensions,
      },
    ]);
  }
  const common = {
    by: authorities.map(([name]) => name),
    threshold: 1,
    on: 'either',
    maxAgeSeconds: asked.maxAgeSeconds,
    summary: null,
  } as const;
  // what is signed of a tag says nothing where a digest was given
  const asksSignature =
    provenance === null && attestations.every((predicateTypes) => isAboutTag({ predicateTypes }));
  const rest: Omit<TrustPolicy, 'name' | 'digest'> = {
    authorities: Object.fromEntries(authorities),
    fallback: 'unknown',
    rules: [
      {
        name: 'what the options ask for',
        repositories: [repository],
        signedAs: null,
        // what a layout was called before, nobody can tell
        references: repository === UNNAMED ? 'ignored' : 'agrees',
        tags: [],
        definition: null,
        always: null,
        expires: null,
        place: null,
        requirements: [
          ...(asksSignature
            ? [{ ...common, meaning: 'signature' as const, predicateTypes: [], provenance: null }]
            : []),
          ...attestations.map((predicateTypes) => ({
            ...common,
            meaning: 'attestation' as const,
            predicateTypes,
            provenance: null,
            summary: null,
          })),
          ...(provenance === null
            ? []
            : [
                {
                  ...common,
                  meaning: 'attestation' as const,
                  predicateTypes: provenance.types,
                  provenance: provenance.expected,
                },
              ]),
        ],
      },
    ],
  };
  return { name: 'the command line', digest: digestOf(JSON.stringify(rest)), ...rest };
}
