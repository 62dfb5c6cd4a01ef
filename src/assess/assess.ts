/** The one pipeline: reference → image → layers → packages → findings → assessment. */
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import { countVerdicts, findVulnerabilities } from '../findings/findings.ts';
import { createLayerScan } from '../inventory/layer-scan.ts';
import { CATALOGERS } from '../inventory/catalogers/register.ts';
import { type Inventory, takeInventory } from '../inventory/inventory.ts';
import type { AssessedImage, Assessment } from '../model/assessment.ts';
import { sortCoverage } from '../model/coverage.ts';
import type { Verdict } from '../model/finding.ts';
import { formatPlatform, type Platform } from '../model/platform.ts';
import { readDirectoryTree } from '../oci/directory-tree.ts';
import type { Image, LayeredImage, RegistryOptions, RootFileSystem } from '../oci/image.ts';
import { openImage } from '../oci/open-image.ts';
import { overlayLayers } from '../oci/overlay.ts';
import type { Environment } from './directories.ts';
import type { LayerCache } from './layer-cache.ts';
import { readLayers } from './layer-pool.ts';
import type { CatalogedImage, LayerResult } from './layer-result.ts';
import type { AssessmentProgress } from './progress.ts';
import { toolVersion } from './tool-version.ts';

/** Days after which advisory data counts as stale. */
const STALE_AFTER_DAYS = 30;

export interface AssessImagesOptions {
  /** Null: packages only, no findings. */
  readonly database: AdvisoryDatabase | null;
  readonly cache: LayerCache | null;
  /** One platform of an index, or all; default: this machine's architecture on linux. */
  readonly platform?: Platform | 'all' | undefined;
  readonly offline?: boolean;
  readonly registry?: RegistryOptions;
  /** Also packages that only lower layers have. */
  readonly allLayers?: boolean;
  /**
   * Names the files that each package owns. Without them, which are most of what is known about a large image, the
   * lists are empty, and a cached image is there in half the time. Default: true.
   */
  readonly files?: boolean;
  /** Which findings are worked out; the others are only counted. Default: all. */
  readonly verdicts?: ReadonlySet<Verdict>;
  readonly environment: Environment;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
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
  const { inventory, coverage } =
    image.kind === 'image' ? await catalogImage(image, options) : await catalogRoot(image, options);
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
    image: image.kind === 'image' ? describeImage(image, inventory) : describeRoot(image),
    distribution,
    packages,
    findings: report.findings,
    verdictCounts: report.verdictCounts,
    coverage: sortCoverage([...coverage, ...inventory.coverage, ...report.coverage]),
    advisories: database?.info ?? null,
  };
}

async function catalogImage(image: LayeredImage, options: AssessImagesOptions): Promise<CatalogedImage> {
  const { cache } = options;
  const layers = image.layers.map(({ digest, diffId, step }) => `${digest} ${diffId} ${step}`);
  const view = options.allLayers === true ? 'all layers' : 'final file system';
  const key = [view, options.files === false ? 'without files' : 'with files', ...layers].join('\n');
  const known = cache?.getImage(key);
  if (known) return known;
  const results = await cachedLayers(image, options);
  const cataloged = catalog(
    results.map((result, index) => ({
      result,
      diffId: image.layers[index]?.diffId ?? null,
      step: image.layers[index]?.step ?? null,
    })),
    options,
  );
  cache?.putImage(key, cataloged);
  return cataloged;
}

/** Layer results, from the cache where they are there; only the others are fetched and read. */
async function cachedLayers(
  image: LayeredImage,
  options: AssessImagesOptions,
): Promise<readonly LayerResult[]> {
  const { cache } = options;
  const known = image.layers.map(({ digest, diffId }) => cache?.get(digest, diffId) ?? null);
  const missing = image.layers.filter((_, index) => known[index] === null);
  const read = await readLayers(missing, {
    signal: options.signal,
    onRead: ({ digest, diffId }, result) => cache?.put(digest, diffId, result),
  });
  const results = new Map(missing.map(({ index }, position) => [index, read[position]]));
  return image.layers.map((layer, index) => {
    const result = known[index] ?? results.get(layer.index);
    if (result === undefined) throw new Error(`layer ${layer.digest} has no result`);
    return result;
  });
}

async function catalogRoot(root: RootFileSystem, options: AssessImagesOptions): Promise<CatalogedImage> {
  const scan = createLayerScan(CATALOGERS);
  const reading = await readDirectoryTree(root.directory, {
    visitor: scan.visitor,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { records, coverage } = scan.finish();
  const result: LayerResult = { ...reading, records, coverage: [...reading.coverage, ...coverage] };
  return catalog([{ result, diffId: null, step: null }], options);
}

function catalog(
  layers: readonly { result: LayerResult; diffId: AssessedImage['configDigest']; step: number | null }[],
  { allLayers = false, files = true }: AssessImagesOptions,
): CatalogedImage {
  const steps = overlayLayers(
    layers.map(({ result }) => ({ tree: result.tree, paths: result.records.map(({ path }) => path) })),
  );
  const inventory = takeInventory({
    layers: layers.map(({ result, diffId, step }) => ({ diffId, step, records: result.records })),
    steps,
    allLayers,
  });
  const packages = files ? inventory.packages : inventory.packages.map((pkg) => ({ ...pkg, files: [] }));
  return {
    inventory: { ...inventory, packages },
    coverage: [
      ...layers.flatMap(({ result }) => result.coverage),
      ...steps.flatMap((after) => after.coverage),
    ],
  };
}

const NO_CHANGES = { added: [], removed: [], changed: [] };

function describeImage(image: LayeredImage, { changes }: Inventory): AssessedImage {
  const { configuration } = image;
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
      packages: changes[index] ?? NO_CHANGES,
    })),
    history: configuration.history,
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
  };
}
