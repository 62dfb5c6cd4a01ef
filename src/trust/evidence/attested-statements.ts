/**
 * Statements that are not signed themselves, in manifests that are. Docker's builders sign the manifest that BuildKit's statements lie
 * in, hardened images the manifest of each attestation; and who signs an index signs what it lists. From the signature to the
 * statement every step is a digest in bytes that the step before has fixed:
 *
 *   signature → (index → its entry →) attestation manifest → its layer → statement → its subject
 *
 * Annotations of the index say which image an attestation is for, but anybody who may push can write them: they are not looked at.
 * moby/policy-helpers checks the same two hops; moby/buildkit, `docs/attestations/attestation-storage.md`.
 */
import type { Digest } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import { OciError } from '../../oci/errors.ts';
import type { EvidenceManifest } from '../../oci/evidence/evidence-manifest.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { CheckFailure, type CheckRecord, runChecks } from '../checks/check-failure.ts';
import type { CheckId } from '../checks/checks.ts';
import type { Evidence, EvidenceOutcome, KnownSubject, Subjects } from './evidence.ts';
import { describeSubjects, parseStatement, subjectsOf } from '../statements/statement.ts';

/** Indexes in indexes: deeper ones are not followed. */
const MAX_INDEXES = 4;

const CHAIN_CHECKS: readonly CheckId[] = ['attestation.chain', 'payload.form', 'subject.digest'];

/**
 * Endorses statements through the manifests that they lie in.
 *
 * @param outcomes of all evidence
 * @returns the same, in the same order; unsigned statements under a signature hold or fail
 */
export function throughManifests(
  outcomes: readonly EvidenceOutcome[],
  manifests: readonly EvidenceManifest[],
  subjects: Subjects,
): readonly EvidenceOutcome[] {
  const signatures = outcomes
    .flatMap(({ endorsements }) => endorsements)
    .filter(({ meaning }) => meaning === 'signature');
  const bySubject = Map.groupBy(signatures, ({ subject }) => subject);
  const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  return outcomes.map((outcome) => {
    const { evidence } = outcome;
    const manifest = evidence.manifest === null ? undefined : byDigest.get(evidence.manifest);
    if (outcome.result !== 'unsigned' || evidence.format !== 'statement' || manifest === undefined)
      return outcome;
    return throughManifest(outcome, manifest, bySubject, subjects);
  });
}

function throughManifest(
  outcome: EvidenceOutcome,
  manifest: EvidenceManifest,
  signatures: ReadonlyMap<Digest, readonly Endorsement[]>,
  subjects: Subjects,
): EvidenceOutcome {
  const { evidence } = outcome;
  // the manifest itself, then the indexes above it, as far as one of them is signed
  const chain = chainAbove(manifest.digest, subjects);
  const signed = chain.filter((digest) => signatures.has(digest));
  if (signed.length === 0) return outcome;
  const run = runChecks(evidence.digest, CHAIN_CHECKS, (record) => {
    const paths = soundPaths(
      signed.map((top) => chain.slice(0, chain.indexOf(top) + 1)),
      subjects,
    );
    verifyLayer(evidence, manifest);
    const tops = paths.map(({ top }) => top).join(', ');
    record.passed('attestation.chain', `it is a layer of ${manifest.digest}, to which ${tops} leads`);
    return { ...readStatement(evidence, manifest, subjects, record), paths };
  });
  const checks = [...outcome.checks, ...run.checks];
  if (run.failure !== null) return { ...outcome, result: 'fails', checks };
  const { statement, about, paths } = run.value;
  const endorsements = paths.flatMap(({ top, through }) =>
    (signatures.get(top) ?? []).flatMap((signature) =>
      about.map(({ digest }): Endorsement => ({
        ...signature,
        subject: digest,
        meaning: 'attestation',
        statement,
        evidence: evidence.digest,
        through,
      })),
    ),
  );
  return { evidence, result: 'holds', checks, endorsements };
}

/**
 * A manifest and the indexes that it was found in, the innermost first, as far as their bytes are at hand. A hint, until
 * {@link soundPaths} has looked into them.
 */
function chainAbove(digest: Digest, subjects: Subjects): readonly Digest[] {
  const chain = [digest];
  for (;;) {
    const parent = subjects.get(chain.at(-1) ?? digest)?.parent ?? null;
    const isReadable = parent !== null && (subjects.get(parent)?.bytes ?? null) !== null;
    if (!isReadable || chain.includes(parent) || chain.length > MAX_INDEXES) return chain;
    chain.push(parent);
  }
}

/** A way down from a signed manifest, which is the first of `through`. */
interface Path {
  readonly top: Digest;
  readonly through: readonly Digest[];
}

/**
 * The chains in which each index has the next manifest among its entries, by digest, size and media type. One that has not spoils
 * no other, but one there must be.
 */
function soundPaths(chains: readonly (readonly Digest[])[], subjects: Subjects): readonly Path[] {
  const judged = chains.map((chain) => ({
    through: chain.toReversed(),
    problem: problemIn(chain, subjects),
  }));
  const paths = judged.flatMap(({ through, problem }) => {
    const [top] = through;
    return problem !== null || top === undefined ? [] : [{ top, through }];
  });
  if (paths.length > 0) return paths;
  throw new CheckFailure('attestation.chain', judged.map(({ problem }) => problem).join('; '));
}

function problemIn(chain: readonly Digest[], subjects: Subjects): string | null {
  for (const [position, digest] of chain.slice(0, -1).entries()) {
    const child = subjects.get(digest);
    const index = subjects.get(chain[position + 1] ?? digest);
    if (child === undefined || index === undefined || !listsExactly(index, child)) {
      return `${index?.digest ?? 'no index'} does not list ${digest} with its size and type`;
    }
  }
  return null;
}

function listsExactly(index: KnownSubject, child: KnownSubject): boolean {
  if (index.bytes === null) return false;
  try {
    const parsed = parseManifest(index.bytes, index.mediaType, index.digest);
    return parsed.kind === 'index' && parsed.manifests.some((entry) => isSame(entry, child));
  } catch (error) {
    // an index that cannot be read lists nothing
    if (error instanceof OciError) return false;
    throw error;
  }
}

function verifyLayer(
  { digest, mediaType, content }: Evidence,
  { layers, digest: manifest }: EvidenceManifest,
): void {
  if (layers.some((layer) => isSame(layer, { digest, mediaType, sizeBytes: content.length }))) return;
  throw new CheckFailure('attestation.chain', `${manifest} has no layer ${digest} of this size and type`);
}

/** The statement, and what both it and its manifest are about. */
function readStatement(
  { content }: Evidence,
  { subject }: EvidenceManifest,
  subjects: Subjects,
  record: CheckRecord,
) {
  const statement = parseStatement(content);
  if (typeof statement === 'string') throw new CheckFailure('payload.form', statement);
  record.passed('payload.form', `it is a statement of type ${JSON.stringify(statement.predicateType)}`);
  const said = subjectsOf(statement, subjects);
  const about = subject === null ? said : said.filter((known) => isSame(subject, known));
  if (about.length === 0) {
    const named = subject === null ? '' : `, and its manifest is about ${subject.digest}`;
    const reason = `it is about ${describeSubjects(statement)}${named}: not both about this image`;
    throw new CheckFailure('subject.digest', reason);
  }
  record.passed('subject.digest', `it is about ${about.map(({ digest }) => digest).join(', ')}`);
  return { statement, about };
}

type Content = Pick<KnownSubject, 'digest' | 'mediaType' | 'sizeBytes'>;

const isSame = (a: Content, b: Content): boolean =>
  a.digest === b.digest && a.mediaType === b.mediaType && a.sizeBytes === b.sizeBytes;
