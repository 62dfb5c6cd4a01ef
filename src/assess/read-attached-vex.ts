/** VEX documents that are attached to an image: applied only when asked for, those alone whose signers are believed or all. */
import type { GivenVex } from '../findings/vex/apply-vex.ts';
import { parseJson } from '../formats/json.ts';
import type { Coverage } from '../model/coverage.ts';
import { OciError } from '../oci/errors.ts';
import type { Attachment, LayeredImage } from '../oci/image.ts';
import type { TrustReport } from '../model/trust-report.ts';
import type { TriageChoice } from './triage-choice.ts';
import { unwrapStatement } from '../sbom/statement.ts';

export interface AttachedVex {
  readonly vex: readonly GivenVex[];
  readonly coverage: readonly Coverage[];
}

export const NO_ATTACHED_VEX: AttachedVex = { vex: [], coverage: [] };

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DOCUMENTS = 1_000;

/** Predicates and media types of the three formats; CycloneDX has none for VEX alone. */
const VEX = /openvex|csaf|cyclonedx[^/]*\/vex|vnd\.cyclonedx\+json.*vex/i;

/**
 * Reads what the image's index already tells of; with `all` also artifacts that refer to the image, for which a registry has
 * to be asked; with `believed` what was verified to be of signers whom the image's trust policy believes, and nothing else.
 * What cannot be read is coverage where it was asked for.
 */
export async function readAttachedVex(
  image: LayeredImage,
  wanted: TriageChoice['attestations'],
  trust: TrustReport | null,
  now: Date,
): Promise<AttachedVex> {
  if (wanted === 'believed') return { vex: await believedVex(trust, image, now), coverage: [] };
  const apply = wanted === 'all';
  const vex: GivenVex[] = [];
  try {
    for (const source of apply ? (['index', 'referrers'] as const) : (['index'] as const)) {
      for (const attachment of await image.attachments(source)) {
        if (vex.length >= MAX_DOCUMENTS || !mayBeVex(attachment, apply)) continue;
        const given = await openAttachment(attachment, image, apply, now);
        if (given !== null) vex.push(given);
      }
    }
    return { vex, coverage: [] };
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    if (!apply) return { vex, coverage: [] };
    const message = `VEX attached to the image could not be read (${error.message}): what it says is missing.`;
    const subject = image.digest ?? image.reference;
    return { vex, coverage: [{ code: 'EVIDENCE_UNREADABLE', message, subject }] };
  }
}

/** Endorsements are of this very image: another one's were refused when they were verified. */
async function believedVex(
  trust: TrustReport | null,
  image: LayeredImage,
  now: Date,
): Promise<readonly GivenVex[]> {
  const { readVexDocument } = await import('../advisories/vex/vex-document.ts');
  const { endorsements = [], believed = [] } = trust ?? {};
  return endorsements.flatMap(({ statement, evidence, subject }) => {
    const isOwn = subject === image.digest || subject === image.indexDigest;
    if (statement === null || !VEX.test(statement.predicateType) || !isOwn) return [];
    const document = readVexDocument(statement.predicate, { source: 'attestation', now });
    if (document === null) return [];
    return [{ document, origin: 'attestation', place: evidence, applied: believed.includes(evidence) }];
  });
}

/** Statements that do not say what they are about are opened only when VEX is asked for. */
function mayBeVex(
  { mediaType, artifactType, predicateType, sizeBytes }: Attachment,
  apply: boolean,
): boolean {
  if (sizeBytes > MAX_BYTES) return false;
  if (predicateType !== null) return VEX.test(predicateType);
  return VEX.test(mediaType) || VEX.test(artifactType) || (apply && mediaType.includes('in-toto'));
}

/** Null for what is no VEX document, or is about another image. */
async function openAttachment(
  attachment: Attachment,
  image: LayeredImage,
  apply: boolean,
  now: Date,
): Promise<GivenVex | null> {
  const { readVexDocument } = await import('../advisories/vex/vex-document.ts');
  const text = Buffer.from(await attachment.read()).toString('utf8');
  const { document: value, statement } = unwrapStatement(parseJson(text));
  const digests = statement?.subjects.flatMap(({ digest }) => digest ?? []) ?? [];
  // what one image's attestation says of it is not to be believed of another one
  const isOwn =
    digests.length === 0 || digests.some((one) => one === image.digest || one === image.indexDigest);
  const document = isOwn ? readVexDocument(value, { source: 'attestation', now }) : null;
  if (document === null) return null;
  return { document, origin: 'attestation', place: attachment.digest, applied: apply };
}
