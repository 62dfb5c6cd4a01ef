/** Predicates as users give them: which type they are of, and whether they really are. */
import { readStrictJson } from '../formats/strict-json.ts';
import { isObject } from '../formats/json.ts';
import {
  applyShape,
  anything,
  list,
  literal,
  object,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from '../oci/shape.ts';
import { predicateTypesOf, TAG_STATE_TYPE, TAG_TYPE } from '../trust/statements/predicate-types.ts';
import { tagStateShape } from '../trust/tags/tag-state.ts';
import { tagPredicateShape } from '../trust/tags/tag-statement.ts';
import { SigningError } from './errors.ts';

/** Statements of BuildKit have at most so many bytes; verifiers need not read more. */
const MAX_PREDICATE_BYTES = 40 * 1024 * 1024;

export interface Predicate {
  /** The address of the type. */
  readonly type: string;
  readonly value: unknown;
}

interface PredicateKind {
  readonly type: string;
  /** What every predicate of the type has; not its whole specification. */
  readonly shape: Shape<unknown>;
}

const starting = (start: string): Shape<string> =>
  refined(string(), (text): text is string => text.startsWith(start), `a text that begins with ${start}`);

const spdx2 = object({ spdxVersion: starting('SPDX-2'), SPDXID: string() });
const spdx3 = object({ '@context': starting('https://spdx.org/rdf/3'), '@graph': list(anything) });

/** By the names that cosign and Hallmark have for them. */
const KINDS = {
  spdx: {
    type: 'https://spdx.dev/Document',
    shape: (value, place) => (isObject(value) && '@graph' in value ? spdx3 : spdx2)(value, place),
  },
  cyclonedx: {
    type: 'https://cyclonedx.org/bom',
    shape: object({ bomFormat: literal('CycloneDX'), specVersion: string() }),
  },
  slsaprovenance1: {
    type: 'https://slsa.dev/provenance/v1',
    shape: object({
      buildDefinition: object({ buildType: string(), externalParameters: object({}) }),
      runDetails: object({ builder: object({ id: string() }) }),
    }),
  },
  slsaprovenance02: {
    type: 'https://slsa.dev/provenance/v0.2',
    shape: object({ builder: object({ id: string() }), buildType: string() }),
  },
  vuln: {
    type: 'https://cosign.sigstore.dev/attestation/vuln/v1',
    shape: object({ scanner: object({ uri: string() }), metadata: object({}) }),
  },
  openvex: {
    type: 'https://openvex.dev/ns',
    shape: object({ '@context': starting('https://openvex.dev/ns'), statements: list(anything) }),
  },
  vsa: {
    type: 'https://slsa.dev/verification_summary/v1',
    shape: object({
      verifier: object({ id: string() }),
      timeVerified: string(),
      resourceUri: string(),
      verificationResult: refined(
        string(),
        (text): text is 'PASSED' | 'FAILED' => text === 'PASSED' || text === 'FAILED',
        'PASSED or FAILED',
      ),
    }),
  },
  tag: { type: TAG_TYPE, shape: tagPredicateShape },
  'tag-state': { type: TAG_STATE_TYPE, shape: tagStateShape },
} as const satisfies Readonly<Record<string, PredicateKind>>;

/** The names that a type may be given by, for help. */
export const PREDICATE_KINDS: readonly string[] = Object.keys(KINDS);

/**
 * Reads a predicate and sees that it is of the type.
 *
 * @param name a name of {@link PREDICATE_KINDS} or of `trust/predicate-types.ts`, or the address of any type
 * @param file what to call it in an error
 * @throws {SigningError} PREDICATE_INVALID
 */
export function readPredicate(bytes: Uint8Array, name: string, file: string): Predicate {
  const refuse = (reason: string) =>
    new SigningError('PREDICATE_INVALID', `${file} is no predicate of the type ${name}: ${reason}`, {
      subject: file,
    });
  const kind = kindNamed(name);
  if (kind === null) {
    throw new SigningError('PREDICATE_INVALID', `${JSON.stringify(name)} is not a type of predicate`, {
      subject: name,
      remedy: `Use one of ${PREDICATE_KINDS.join(', ')}, or the address of a type.`,
    });
  }
  // as strictly as verifiers read it: what is signed must not be refused afterwards
  const json = readStrictJson(bytes, { maxBytes: MAX_PREDICATE_BYTES, numbers: 'exact' });
  if ('problem' in json) throw refuse(`it ${json.problem}`);
  const { value } = json;
  if (!isObject(value)) throw refuse('it is not an object');
  if ('predicateType' in value && '_type' in value) throw refuse('it is a whole statement');
  if ('payloadType' in value && 'payload' in value) throw refuse('it is a signed envelope');
  const read = applyShape(kind.shape, value);
  if (read instanceof ShapeMismatch) throw refuse(`"${read.place}" ${read.message}`);
  return { type: kind.type, value };
}

function kindNamed(name: string): PredicateKind | null {
  if (Object.hasOwn(KINDS, name)) return KINDS[name as keyof typeof KINDS];
  const [type] = predicateTypesOf(name) ?? [];
  if (type === undefined) return null;
  // the address of a known type is not a way around its shape
  return Object.values<PredicateKind>(KINDS).find((kind) => kind.type === type) ?? { type, shape: anything };
}
