import type { Digest } from '../../model/digest.ts';
import type { Check, Endorsement } from '../../model/trust.ts';
import type { ReportedProvenance } from '../../model/trust-report.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import type { EvidenceOutcome, Subjects } from '../evidence/evidence.ts';
import { checkProvenance } from '../provenance/check-provenance.ts';
import { shownParameters } from '../provenance/parameters.ts';
import type { Provenance } from '../provenance/provenance.ts';
import { isProvenanceType, readProvenance } from '../provenance/read-provenance.ts';
import {
  buildLevel,
  CONTRADICTED_LEVEL,
  DECLARED_LEVEL,
  type LevelFound,
} from '../provenance/slsa-builders.ts';
import { parseStatement, subjectsOf } from '../statements/statement.ts';

export interface FoundProvenance {
  /** Verified ones first; what is verified is not repeated as declared. */
  readonly provenance: readonly ReportedProvenance[];
  /** As they were read, in the same order. */
  readonly read: readonly ReadProvenance[];
  /** What verified provenance says, held against who signed it. */
  readonly checks: readonly Check[];
}

export interface ReadProvenance {
  readonly provenance: Provenance;
  readonly evidence: Digest;
  /** Who vouches for it; null where nobody signed it. */
  readonly endorsement: Endorsement | null;
}

/**
 * How the image was built, as signed attestations say and, where nobody signed any, as unsigned ones do.
 *
 * @param strangers endorsements of signers whom the rule does not name: what they say is declared
 */
export function findProvenance(
  outcomes: readonly EvidenceOutcome[],
  subjects: Subjects,
  strangers: ReadonlySet<Endorsement> = new Set(),
): FoundProvenance {
  const found: ReportedProvenance[] = [];
  const checks: Check[] = [];
  const read: ReadProvenance[] = [];
  for (const endorsement of outcomes.flatMap(({ endorsements }) => endorsements)) {
    const { statement, evidence, subject } = endorsement;
    if (statement === null || !isProvenanceType(statement.predicateType)) continue;
    const made = checkProvenance(endorsement, null);
    checks.push(...made);
    const provenance = readProvenance(statement);
    if (provenance instanceof ShapeMismatch) continue;
    read.push({ provenance, evidence, endorsement });
    // what says otherwise than the certificate that signed it is its signer's invention
    const isContradicted = made.some(({ outcome }) => outcome === 'failed');
    const basis = isContradicted || strangers.has(endorsement) ? 'declared' : 'verified';
    const place = { evidence, about: subject, basis } as const;
    const level = isContradicted ? CONTRADICTED_LEVEL : buildLevel(endorsement, provenance);
    found.push(toReported(provenance, place, level));
  }
  const verified = new Set(found.map(({ evidence }) => evidence));
  for (const { evidence, result } of outcomes) {
    if (result !== 'unsigned' || verified.has(evidence.digest)) continue;
    const statement = parseStatement(evidence.content);
    if (typeof statement === 'string' || !isProvenanceType(statement.predicateType)) continue;
    const provenance = readProvenance(statement);
    const [about] = subjectsOf(statement, subjects);
    if (provenance instanceof ShapeMismatch || about === undefined) continue;
    const place = { evidence: evidence.digest, about: about.digest, basis: 'declared' } as const;
    read.push({ provenance, evidence: evidence.digest, endorsement: null });
    found.push(toReported(provenance, place, DECLARED_LEVEL));
  }
  return { provenance: found, read, checks };
}

type Place = Pick<ReportedProvenance, 'evidence' | 'about' | 'basis'>;

function toReported(provenance: Provenance, place: Place, level: LevelFound): ReportedProvenance {
  const { format, buildType, builderId, source, startedOn, finishedOn, isHermetic, isReproducible } =
    provenance;
  return {
    ...place,
    format,
    buildType,
    builder: builderId,
    source:
      source === null ? null : { uri: source.uri, commit: source.commit, ref: source.ref, path: source.path },
    level,
    startedOn,
    finishedOn,
    materials: provenance.dependencies.map(({ kind, name, digests }) => {
      const [algorithm] = Object.keys(digests);
      return {
        kind,
        name,
        digest: algorithm === undefined ? null : `${algorithm}:${digests[algorithm] ?? ''}`,
      };
    }),
    parameters: shownParameters(provenance.parameters),
    isHermetic,
    isReproducible,
  };
}
