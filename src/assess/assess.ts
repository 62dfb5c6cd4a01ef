/** The one pipeline: reference → image → layers → packages → findings → assessment. */
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import { countVerdicts, findVulnerabilities } from '../findings/findings.ts';
import { findBaseImage } from '../inventory/base/base-image.ts';
import type { BaseIndex } from '../inventory/base/base-index.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { AssessedImage, Assessment } from '../model/assessment.ts';
import { sortCoverage } from '../model/coverage.ts';
import type { Verdict } from '../model/finding.ts';
import { formatPlatform, type Platform } from '../model/platform.ts';
import type { Image, LayeredImage, RegistryOptions, RootFileSystem } from '../oci/image.ts';
import { openImage } from '../oci/open-image.ts';
import type { CatalogOptions } from './catalog.ts';
import type { Environment } from './directories.ts';
import type { CatalogedImage } from './layer-result.ts';
import type { AssessmentProgress } from './progress.ts';
import { toolVersion } from './tool-version.ts';

/** Days after which advisory data counts as stale. */
const STALE_AFTER_DAYS = 30;

export interface AssessImagesOptions extends CatalogOptions {
  /** Null: packages only, no findings. */
  readonly database: AdvisoryDatabase | null;
  /** One platform of an index, or all; default: this machine's architecture on linux. */
  readonly platform?: Platform | 'all' | undefined;
  readonly offline?: boolean;
  /** Images that this one may be built on; default: none are known. */
  readonly baseIndex?: BaseIndex | null;
  readonly registry?: RegistryOptions;
  /** Which findings are worked out; the others are only counted. Default: all. */
  readonly verdicts?: ReadonlySet<Verdict>;
  readonly environment: Environment;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress?: (event: AssessmentProgress) => void;
}

/**
 * Assesses the image that a reference names, or with platform `all` every image of its index in the index's order.
 *
 * @throws {OciError} the image cannot be had or its bytes are not what its digests say
 */
export async function assessImages(
  reference: string,
  options: AssessImagesOptions,
): Promise<readonly [Assessment, ...Assessment[]]> {
  const { environment, platform, signal, onProgress, registry, offline = false } = options;
  const opened = await openImage(reference, {
    environment,
    offline,
    ...(platform === undefined ? {} : { platform }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(registry === undefined ? {} : { registry }),
  });
  try {
    const assessments: Assessment[] = [];
    for (const image of opened.images) assessments.push(await assessImage(image, options));
    const [first, ...rest] = assessments;
    if (first === undefined) throw new Error(`${reference} was opened as no image`);
    return [first, ...rest];
  } finally {
    await opened.close();
  }
}

async function assessImage(image: Image, options: AssessImagesOptions): Promise<Assessment> {
  const { inventory, coverage } = await cataloged(image, options);
  const { distribution, packages } = inventory;
  options.onProgress?.({ kind: 'matching', packages: packages.length });
  const { database } = options;
  const report =
    database === null
      ? { findings: [], verdictCounts: countVerdicts([]), coverage: [] }
      : findVulnerabilities({
          packages,
          distribution,
          database,
          now: options.now(),
          staleAfterDays: STALE_AFTER_DAYS,
          verdicts: options.verdicts,
        });
  return {
    schema: 'hallmark.assessment/1',
    tool: { name: 'hallmark', version: toolVersion() },
    image: image.kind === 'image' ? describeImage(image, inventory, options) : describeRoot(image),
    distribution,
    packages,
    files: inventory.files,
    secrets: [],
    findings: report.findings,
    verdictCounts: report.verdictCounts,
    coverage: sortCoverage([...coverage, ...inventory.coverage, ...report.coverage]),
    advisories: database?.info ?? null,
  };
}

/** Where the cache has the answer, nothing that reads layers and files is even loaded. */
async function cataloged(image: Image, options: CatalogOptions): Promise<CatalogedImage> {
  if (image.kind === 'root-file-system') {
    const { catalogRoot } = await import('./catalog.ts');
    return catalogRoot(image, options);
  }
  const { cache, allLayers = false, files = true } = options;
  const layers = image.layers.map(({ digest, diffId, step }) => `${digest} ${diffId} ${step}`);
  const view = allLayers ? 'all layers' : 'final file system';
  const key = [view, files ? 'with files' : 'without files', ...layers].join('\n');
  const known = cache?.getImage(key);
  if (known) return known;
  const { catalogImage } = await import('./catalog.ts');
  const found = await catalogImage(image, options);
  cache?.putImage(key, found);
  return found;
}

const NO_CHANGES = { added: [], removed: [], changed: [] };

function describeImage(
  image: LayeredImage,
  { changes }: Inventory,
  { baseIndex = null }: AssessImagesOptions,
): AssessedImage {
  const { configuration } = image;
  const { diffIds, labels } = configuration;
  const base = findBaseImage({ ...image, diffIds, labels, materials: [] }, baseIndex);
  const ownFrom = base?.layers ?? null;
  return {
    reference: image.reference,
    kind: 'image',
    digest: image.digest,
    indexDigest: image.indexDigest,
    configDigest: image.configDigest,
    platform: formatPlatform(configuration.platform),
    created: configuration.created,
    author: configuration.author,
    labels: configuration.labels,
    annotations: image.annotations,
    run: configuration.run,
    layers: image.layers.map(({ index, diffId, digest, sizeBytes, mediaType, step }) => ({
      index,
      diffId,
      digest,
      sizeBytes,
      mediaType,
      step,
      base: ownFrom === null ? null : index < ownFrom,
      packages: changes[index] ?? NO_CHANGES,
    })),
    history: configuration.history,
    base,
  };
}

function describeRoot({ reference }: RootFileSystem): AssessedImage {
  return {
    reference,
    kind: 'root-file-system',
    digest: null,
    indexDigest: null,
    configDigest: null,
    platform: null,
    created: null,
    author: null,
    labels: {},
    annotations: {},
    run: null,
    layers: [],
    history: [],
    base: null,
  };
}
