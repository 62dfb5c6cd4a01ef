/** What is to be told of one image, put together from what the verifier has signed and what the image says of itself. */
import { isDigest } from '../../model/digest.ts';
import { parseJson } from '../../formats/json.ts';
import { formatPlatform } from '../../model/platform.ts';
import type { Package } from '../../model/package.ts';
import type { LayeredImage } from '../../oci/image.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import { PACKAGES_TYPE } from '../../trust/statements/predicate-types.ts';
import { readAttestedBill } from '../admission/attested-bill.ts';
import type { EvidenceDocument } from '../admission/evidence-artifact.ts';
import { type PackageRecord, readPackageRecord } from '../admission/package-record.ts';
import { logsIn, PROVENANCE_TYPE } from '../admission/provenance.ts';
import type { ProvenAdmission } from '../admission/read-admission.ts';
import { readBuildStory } from '../admission/read-provenance.ts';
import { sourceLinks } from '../documents/source-link.ts';
import type { PublishedImage } from '../ledger/entry.ts';
import type { ImageRecord } from './image-schema.ts';

const BASE_NAME = 'org.opencontainers.image.base.name';
const BASE_DIGEST = 'org.opencontainers.image.base.digest';

export interface DescribedImage {
  readonly repository: string;
  readonly published: Pick<PublishedImage, 'digest' | 'architecture'>;
  /** In quarantine, where it is the same to the byte. */
  readonly image: LayeredImage;
  readonly proven: Omit<ProvenAdmission, 'kind' | 'summary'>;
  /** Compressed, as it is transferred. */
  readonly sizeBytes: number;
}

export function toImageRecord({
  repository,
  published,
  image,
  proven: { admission, evidence },
  sizeBytes,
}: DescribedImage): ImageRecord {
  const { configuration, annotations, layers } = image;
  const { source } = admission;
  const provenance = parseJson(documentOf(evidence, PROVENANCE_TYPE)?.bytes.toString() ?? '');
  const { ref, ...build } = readBuildStory(provenance);
  return {
    schema: 'hallmark.image/1',
    repository,
    digest: published.digest,
    architecture: published.architecture,
    platform: formatPlatform(configuration.platform),
    mediaType: image.mediaType,
    configDigest: image.configDigest,
    sizeBytes,
    created: configuration.created,
    source: {
      repository: source.gitRepo,
      ref,
      commit: source.gitCommit,
      directory: source.directory,
      file: source.file,
      builder: source.builder,
      sourceId: source.sourceId,
      links: sourceLinks({ ...source, gitFetch: ref ?? '' }),
    },
    build: {
      buildId: admission.buildId,
      generation: admission.generation,
      recipeId: admission.recipeId,
      ...build,
      tags: [...build.tags],
      reasons: [...build.reasons],
      parents: build.parents.map((parent) => ({ ...parent })),
    },
    base: baseOf(annotations),
    run: {
      ...configuration.run,
      entrypoint: [...configuration.run.entrypoint],
      command: [...configuration.run.command],
      environment: [...configuration.run.environment],
      exposedPorts: [...configuration.run.exposedPorts],
      volumes: [...configuration.run.volumes],
      healthcheck: configuration.run.healthcheck === null ? null : [...configuration.run.healthcheck],
      shell: [...configuration.run.shell],
    },
    labels: configuration.labels,
    annotations,
    layers: layers.map((layer) => ({
      digest: layer.digest,
      diffId: layer.diffId,
      mediaType: layer.mediaType,
      sizeBytes: layer.sizeBytes,
      step: layer.step,
    })),
    history: configuration.history.map((step) => ({ ...step })),
    ...contentsOf(evidence),
    admission: {
      at: admission.at,
      checks: admission.checks.map((check) => ({ ...check })),
      findings: admission.findings,
      evidence: admission.evidence.map((one) => ({ ...one })),
      logs: [...logsIn(provenance)],
    },
  };
}

function baseOf(annotations: LayeredImage['annotations']): ImageRecord['base'] {
  const name = annotations[BASE_NAME];
  const digest = annotations[BASE_DIGEST] ?? '';
  return name === undefined ? null : { name, digest: isDigest(digest) ? digest : null };
}

type ImageContents = Pick<ImageRecord, 'distribution' | 'packages'>;

function contentsOf(evidence: readonly EvidenceDocument[]): ImageContents {
  const bill = readAttestedBill(evidence);
  const record = recordOf(evidence);
  const own = new Map(record?.packages.map(({ purl, isOwn }) => [purl, isOwn]));
  return {
    distribution: (record ?? bill)?.distribution?.prettyName ?? null,
    packages: bill?.packages.map((one) => toPackage(one, own)) ?? null,
  };
}

type ListedPackage = NonNullable<ImageRecord['packages']>[number];

function toPackage(
  { name, version, type, architecture, source, licenceExpression, purl }: Package,
  own: ReadonlyMap<string, boolean>,
): ListedPackage {
  const isOwn = own.get(purl) ?? null;
  return { name, version, type, architecture, source, licence: licenceExpression, purl, isOwn };
}

/** Which packages the image itself has brought. */
function recordOf(evidence: readonly EvidenceDocument[]): PackageRecord | null {
  const document = documentOf(evidence, PACKAGES_TYPE);
  const record = document === undefined ? null : readPackageRecord(document.bytes);
  return record instanceof ShapeMismatch ? null : record;
}

function documentOf(evidence: readonly EvidenceDocument[], type: string): EvidenceDocument | undefined {
  return evidence.find(({ predicateType }) => predicateType === type);
}
