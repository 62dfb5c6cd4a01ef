/** in-toto statements, read strictly from the bytes that were signed, and what they are about. */
import { createHash } from 'node:crypto';
import { readStrictJson } from '../../formats/strict-json.ts';
import { digestAlgorithm, digestHex } from '../../model/digest.ts';
import type { Statement, StatementSubject } from '../../model/trust.ts';
import {
  anything,
  applyShape,
  list,
  object,
  optional,
  record,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import type { KnownSubject, Subjects } from '../evidence/evidence.ts';

/** Statements of BuildKit have at most 40 MiB. */
const MAX_STATEMENT_BYTES = 64 * 1024 * 1024;
const MAX_SUBJECTS = 10_000;

const TYPES: ReadonlySet<string> = new Set([
  'https://in-toto.io/Statement/v1',
  'https://in-toto.io/Statement/v0.1',
]);

/** Of DSSE envelopes around statements. */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Digests that nobody can make two contents for, with their number of hexadecimal digits. Others neither prove nor contradict. */
const STRONG_DIGESTS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

const statementShape = object({
  _type: string(200),
  subject: list(object({ name: optional(string(4096)), digest: record(string(1024)) }), MAX_SUBJECTS),
  predicateType: string(2048),
  predicate: anything,
});

/**
 * A statement; a text says why the bytes are none. in-toto attestation framework, `spec/v1/statement.md` and
 * `spec/v0/README.md`.
 */
export function parseStatement(bytes: Uint8Array): Statement | string {
  const json = readStrictJson(bytes, { maxBytes: MAX_STATEMENT_BYTES, numbers: 'exact' });
  if ('problem' in json) return `the statement ${json.problem}`;
  const read = applyShape(statementShape, json.value);
  if (read instanceof ShapeMismatch) return `the statement's "${read.place}" ${read.message}`;
  if (!TYPES.has(read._type)) {
    return `expected a statement of type v1 or v0.1, got ${JSON.stringify(read._type)}`;
  }
  if (read.subject.length === 0) return 'the statement is about nothing';
  if (read.predicateType === '') return 'the statement has no predicate type';
  const subjects = read.subject.map(({ name, digest }) => ({ name, digests: digest }));
  const wrong = subjects.flatMap(({ digests }) => Object.entries(digests)).find(isMalformed);
  if (wrong !== undefined) return `the statement has a ${wrong[0]} of a wrong form`;
  return { type: read._type, subjects, predicateType: read.predicateType, predicate: read.predicate };
}

/** Those of the manifests that a statement is about. */
export function subjectsOf(statement: Statement, { all }: Subjects): readonly KnownSubject[] {
  return all.filter((known) => statement.subjects.some((subject) => isAbout(subject, known)));
}

/** At least one strong digest is equal, and no strong one that can be computed contradicts. */
function isAbout({ digests }: StatementSubject, known: KnownSubject): boolean {
  const compared = Object.keys(STRONG_DIGESTS).flatMap((algorithm) => {
    const claimed = Object.hasOwn(digests, algorithm) ? digests[algorithm] : undefined;
    const actual = digestIn(algorithm, known);
    return claimed === undefined || actual === null ? [] : [claimed === actual];
  });
  return compared.length > 0 && compared.every(Boolean);
}

/** What a statement says it is about, for messages. */
export function describeSubjects({ subjects }: Statement): string {
  const digests = subjects.flatMap((subject) =>
    Object.entries(subject.digests).map(([name, hex]) => `${name}:${hex}`),
  );
  const more = digests.length > 3 ? ` and ${digests.length - 3} more` : '';
  return JSON.stringify(digests.slice(0, 3).join(', ')) + more;
}

function digestIn(algorithm: string, { digest, bytes }: KnownSubject): string | null {
  if (digestAlgorithm(digest) === algorithm) return digestHex(digest);
  return bytes === null ? null : createHash(algorithm).update(bytes).digest('hex');
}

function isMalformed([algorithm, hex]: readonly [string, string]): boolean {
  if (!Object.hasOwn(STRONG_DIGESTS, algorithm)) return false;
  return hex.length !== STRONG_DIGESTS[algorithm] || !/^[0-9a-f]+$/.test(hex);
}
