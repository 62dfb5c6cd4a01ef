import { type Digest, isDigest } from '../../model/digest.ts';
import type {
  EvidenceGap,
  EvidenceGathering,
  EvidenceLayer,
  EvidenceManifest,
} from '../../oci/evidence/evidence-manifest.ts';
import { orGap } from '../../oci/evidence/gaps.ts';
import { inParallel } from '../../oci/toc/in-parallel.ts';
import { actualFormat, announcedFormat, isWorthReading } from './evidence-format.ts';
import type { Evidence, KnownSubject, Subjects } from './evidence.ts';
import { readBundle } from '../sigstore/read-bundle.ts';

/** Blobs that are read at the same time. */
const AT_A_TIME = 8;

const NOTHING = new Uint8Array();

export interface ReadEvidence {
  /** In the order of the manifests and of their layers. */
  readonly evidence: readonly Evidence[];
  readonly gaps: readonly EvidenceGap[];
  /** Blobs that were read, all in one round trip; the same one in several manifests once. */
  readonly requests: number;
}

/**
 * Reads what manifests hold as evidence. What no media type and no content shows to be a format that is known here is
 * `unknown` and not read; neither is what is known to be no evidence.
 */
export async function readEvidence({
  manifests,
}: Pick<EvidenceGathering, 'manifests'>): Promise<ReadEvidence> {
  const layers = manifests.flatMap((manifest) => manifest.layers.map((layer) => toLayer(manifest, layer)));
  const wanted = layers.filter(({ announced, layer }) => isWorthReading(announced, layer));
  // signatures are small: what is large, and may be there to use up the bytes that are read, comes last
  const bySize = wanted.toSorted((a, b) => a.layer.sizeBytes - b.layer.sizeBytes);
  const blobs = Map.groupBy(bySize, ({ layer }) => keyOf(layer));
  const outcomes = new Map<string, Awaited<ReturnType<typeof readLayer>>>();
  await inParallel(blobs, AT_A_TIME, async ([key, [first]]) => {
    if (first !== undefined) outcomes.set(key, await readLayer(first));
  });
  const evidence: Evidence[] = [];
  const gaps = new Set<EvidenceGap>();
  for (const one of layers) {
    const outcome = outcomes.get(keyOf(one.layer)) ?? { found: NOTHING };
    if ('gap' in outcome) gaps.add(outcome.gap);
    else evidence.push(toEvidence(one, outcome.found));
  }
  return { evidence, gaps: [...gaps], requests: blobs.size };
}

/** Layers that are the same blob. One that misstates the size or type must not spoil the reading of one that does not. */
function keyOf({ digest, sizeBytes, mediaType }: EvidenceLayer): string {
  return `${digest} ${sizeBytes} ${mediaType}`;
}

function readLayer({ manifest, layer }: AnnouncedLayer) {
  return orGap(layer.read(), manifest.about, layer.digest);
}

type AnnouncedLayer = ReturnType<typeof toLayer>;

function toLayer(manifest: EvidenceManifest, layer: EvidenceLayer) {
  return { manifest, layer, announced: announcedFormat(manifest, layer) };
}

function toEvidence({ manifest, layer, announced }: AnnouncedLayer, content: Uint8Array): Evidence {
  const { mediaType, digest, annotations } = layer;
  const format = actualFormat(announced, annotations, content);
  return {
    format,
    mediaType,
    digest,
    manifest: manifest.digest,
    about: manifest.about,
    places: manifest.places,
    annotations,
    content: format === 'unknown' ? NOTHING : content,
  };
}

/**
 * The digests of the subjects whose bytes somebody signed, rather than their digest: as far as places tell, and as the evidence
 * itself says, since a file may be about any image of an index.
 */
export function subjectsToRead(evidence: readonly Evidence[]): ReadonlySet<Digest> {
  const messages = evidence.filter(
    ({ format, content }) => format === 'sigstore-bundle' && asBuffer(content).includes('"messageSignature"'),
  );
  return new Set(messages.flatMap(({ about, content }) => [about, ...messageDigest(content)]));
}

/** A hint like a place: what is signed, only the bytes tell. */
function messageDigest(bundle: Uint8Array): readonly Digest[] {
  const read = readBundle(bundle);
  if (typeof read === 'string' || read.content.kind !== 'message') return [];
  const digest = `${read.content.hash}:${read.content.digest.toString('hex')}`;
  return isDigest(digest) ? [digest] : [];
}

/** The same bytes, not copied. */
function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

/**
 * The subjects of a gathering; with bytes the root, those that are `needed`, and every index: what it lists, only they tell.
 *
 * @returns the subjects, and a gap for each whose bytes could not be had
 */
export async function knownSubjects(
  { root, subjects }: Pick<EvidenceGathering, 'root' | 'subjects'>,
  needed: ReadonlySet<Digest>,
): Promise<{ readonly subjects: Subjects; readonly gaps: readonly EvidenceGap[] }> {
  const known = new Map<Digest, KnownSubject>();
  const gaps: EvidenceGap[] = [];
  for (const subject of subjects) {
    known.set(subject.digest, { ...subject, bytes: subject.digest === root.digest ? root.bytes : null });
  }
  const wanted = subjects.filter(
    ({ digest, role }) => digest !== root.digest && (role === 'index' || needed.has(digest)),
  );
  await inParallel(wanted, AT_A_TIME, async (subject) => {
    const outcome = await orGap(subject.read(), subject.digest, subject.digest);
    if ('gap' in outcome) gaps.push(outcome.gap);
    else known.set(subject.digest, { ...subject, bytes: outcome.found });
  });
  return { subjects: { get: (digest) => known.get(digest), all: [...known.values()] }, gaps };
}
