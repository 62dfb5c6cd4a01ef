/**
 * What the verifier found, as a predicate: every check, and the digests of the evidence it made. The verification summary names the
 * digest of this record, so that one signature vouches for all of it. docs/library-predicates.md has the format.
 */
import { isArchitecture, type Architecture } from '../../definitions/architectures.ts';
import { canonicalJson } from '../../formats/canonical-json.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { SEVERITY_RANK } from '../../model/severity.ts';
import {
  applyShape,
  count,
  list,
  literal,
  nullable,
  object,
  record,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import type { BuildId, RecipeId } from '../builds/build.ts';
import type { SourceId } from '../sources/source.ts';
import type { Admission, FindingCount } from './admission.ts';

export const ADMISSION_TYPE = 'urn:hallmark:admission:v2';

/** Time and gate are the summary's: an image that is examined again has the same record. */
export type AdmissionRecord = Omit<Admission, 'at' | 'gate' | 'verdict'>;

const VERSION = 2;
const MAX_CHECKS = 1000;
const MAX_EVIDENCE = 64;
/** Records have a few KiB. */
export const MAX_RECORD_BYTES = 256 * 1024;

const text = string(4096);
const hex = refined(
  string(64),
  (found): found is string => /^[0-9a-f]{64}$/.test(found),
  '64 hexadecimal digits',
);
const digest: Shape<Digest> = refined(string(200), isDigest, 'a digest');
const generation = refined(count, (found): found is number => found >= 1, 'a whole number from 1');
const architecture: Shape<Architecture> = refined(string(64), isArchitecture, 'the name of an architecture');
const result: Shape<'passed' | 'failed' | 'not-checked'> = refined(
  string(20),
  (found): found is 'passed' | 'failed' | 'not-checked' =>
    found === 'passed' || found === 'failed' || found === 'not-checked',
  'passed, failed or not-checked',
);
const counts: Shape<FindingCount['open']> = (value, place) => {
  const found = record(count)(value, place);
  const stranger = Object.keys(found).find((level) => !Object.hasOwn(SEVERITY_RANK, level));
  if (stranger !== undefined) throw new ShapeMismatch(place, 'expected nothing but levels of severity');
  return { ...found };
};

const RECORD = object({
  version: literal(VERSION),
  buildId: hex as Shape<BuildId>,
  generation,
  architecture,
  recipeId: hex as Shape<RecipeId>,
  source: object({
    repository: text,
    sourceId: hex as Shape<SourceId>,
    gitRepo: text,
    gitCommit: text,
    directory: text,
    file: text,
    builder: text,
  }),
  reference: text,
  digest,
  checks: list(object({ id: text, result, because: text }), MAX_CHECKS),
  evidence: list(object({ predicateType: text, digest }), MAX_EVIDENCE),
  findings: nullable(object({ open: counts, fixable: counts })),
});

const OLDER = object({ version: literal(1), recipeId: hex });

/** The bytes of the predicate; the same admission gives the same. */
export function formatAdmissionRecord({
  at: _at,
  gate: _gate,
  verdict: _verdict,
  ...record
}: Admission): Buffer {
  return Buffer.from(canonicalJson({ version: VERSION, ...record }));
}

/** A mismatch says what in it is not as the format asks; `older` is a record that does not say yet what was examined. */
export function readAdmissionRecord(bytes: Uint8Array): AdmissionRecord | ShapeMismatch | 'older' {
  const json = readStrictJson(bytes, { maxBytes: MAX_RECORD_BYTES, numbers: 'exact' });
  if ('problem' in json) return new ShapeMismatch('', json.problem);
  const found = applyShape(RECORD, json.value);
  if (found instanceof ShapeMismatch)
    return applyShape(OLDER, json.value) instanceof ShapeMismatch ? found : 'older';
  const { version: _version, ...admission } = found;
  return admission;
}
