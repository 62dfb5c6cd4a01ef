/** The one pipeline: reference → image → layers → packages → findings → assessment. */
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import { countVerdicts, findVulnerabilities } from '../findings/findings.ts';
import { type BaseMaterial, findBaseImage } from '../inventory/base/base-image.ts';
import type { BaseIndex } from '../inventory/base/base-index.ts';
import type { TriageInput } from '../findings/triage/triage.ts';
import { identifyImage } from '../findings/vex/image-identity.ts';
import { windowsOfConfiguration } from '../inventory/catalogers/os/windows.ts';
import type { AssessedImage, Assessment, PackageChanges } from '../model/assessment.ts';
import { sortCoverage } from '../model/coverage.ts';
import type { Verdict } from '../model/finding.ts';
import { formatPlatform, type Platform } from '../model/platform.ts';
import type { TrustReport } from '../model/trust-report.ts';
import { NO_TRIAGE } from '../model/triage.ts';
import type { Image, LayeredImage, OpenOptions, RegistryOptions, RootFileSystem } from '../oci/image.ts';
import { openImage } from '../oci/open-image.ts';
import type { AssessedContents } from './assess-bill.ts';
import type { CatalogOptions } from './catalog.ts';
import type { Environment } from './directories.ts';
import type { LayerCache } from './layer-cache.ts';
import type { CatalogedImage } from './layer-result.ts';
import { searchConfiguration } from './configuration-secrets.ts';
import type { AssessmentProgress } from './progress.ts';
import { type AttachedVex, NO_ATTACHED_VEX, readAttachedVex } from './read-attached-vex.ts';
import { NO_PROVENANCE, readProvenance } from './read-provenance.ts';
import { toolVersion } from './tool-version.ts';
import { NO_CHOICE, type TriageChoice } from './triage-choice.ts';

/** A bill of materials in a file: `sbom:bom.json`. */
const BILL_SCHEME = 'sbom:';
/** The bill of materials that is attached to an image: `sbom-of:debian:12`. */
const ATTACHED_SCHEME = 'sbom-of:';

/** Days after which advisory data counts as stale. */
const STALE_AFTER_DAYS = 30;

export interface AssessImagesOptions extends Omit<CatalogOptions, 'cache'> {
  /** Opens the cache of layer results, when layers are to be read. */
  readonly openCache: () => Promise<LayerCache | null>;
  /** Null: packages only, no findings. */
  readonly database: AdvisoryDatabase | null;
  /** One platform of an index, or all; default: this machine's architecture on linux. */
  readonly platform?: Platform | 'all' | undefined;
  readonly offline?: boolean;
  /** Images that this one may be built on; default: none are known. */
  readonly baseIndex?: BaseIndex | null;
  readonly registry?: RegistryOptions;
  /** What the user decided about findings; default: nothing. */
  readonly triage?: TriageChoice;
  /** Told with each assessment what was decided with, for whoever asks further questions. */
  readonly onTriage?: (assessment: Assessment, triage: TriageInput) => void;
  /** Which findings are worked out; the others are only counted. Default: all. */
  readonly verdicts?: ReadonlySet<Verdict>;
  /** Sources whose severity is taken first, in this order. Default: the order of docs/findings.md. */
  readonly severitySources?: readonly string[];
  readonly environment: Environment;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress?: (event: AssessmentProgress) => void;
  /** Verifies what the reference leads to; null for what cannot be verified. Default: nothing is verified. */
  readonly verify?: (reference: string) => Promise<TrustReport | null>;
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
  if (reference.startsWith(BILL_SCHEME)) {
    const { readBillFile } = await import('./assess-bill.ts');
    const { image, contents } = readBillFile(reference);
    return [match(image, contents, UNATTACHED, options)];
  }
  const attached = reference.startsWith(ATTACHED_SCHEME);
  const named = attached ? reference.slice(ATTACHED_SCHEME.length) : reference;
  const opened = await openImage(named, openOptions(options));
  try {
    const trust = (await options.verify?.(named)) ?? null;
    const assessments: Assessment[] = [];
    for (const image of opened.images) {
      assessments.push(await assessImage(image, attached, trustIn(trust, image), options));
    }
    const [first, ...rest] = assessments;
    if (first === undefined) throw new Error(`${reference} was opened as no image`);
    return [first, ...rest];
  } finally {
    await opened.close();
  }
}

/** A registry may answer one thing when an image is read, and another when it is verified: then nothing was verified. */
function trustIn(trust: TrustReport | null, image: Image): TrustReport | null {
  if (trust === null || trust.digest === null || image.kind !== 'image' || image.digest === null)
    return trust;
  const { digest } = image;
  if (trust.images.some((verified) => verified.digest === digest)) return trust;
  const because = `what was read is ${digest}, and what was verified is ${trust.digest}`;
  return { ...trust, verdict: 'error', code: 'IMAGE_UNREADABLE', because, believed: [] };
}

function openOptions(options: AssessImagesOptions): OpenOptions {
  const { environment, platform, signal, onProgress, registry, offline = false } = options;
  return {
    environment,
    offline,
    ...(platform === undefined ? {} : { platform }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(registry === undefined ? {} : { registry }),
  };
}

async function assessImage(
  image: Image,
  attached: boolean,
  trust: TrustReport | null,
  options: AssessImagesOptions,
): Promise<Assessment> {
  const provenance = image.kind === 'image' ? await readProvenance(image) : NO_PROVENANCE;
  const vex =
    image.kind === 'image' && options.database !== null
      ? await readAttachedVex(image, options.triage?.attestations ?? 'none', trust, new Date(options.now()))
      : NO_ATTACHED_VEX;
  const beside: Attached = { vex, trust };
  const describe = (changes: readonly PackageChanges[]): AssessedImage =>
    image.kind === 'image'
      ? describeImage(image, changes, provenance.materials, options)
      : describeRoot(image);
  if (attached && image.kind === 'image') {
    const { readAttachedBill } = await import('./assess-bill.ts');
    const contents = await readAttachedBill(image);
    const coverage = [...contents.coverage, ...provenance.coverage];
    return match(describe([]), { ...contents, coverage }, beside, options);
  }
  const { inventory, coverage } = await cataloged(image, options);
  const contents: AssessedContents = {
    ...inventory,
    coverage: [...coverage, ...inventory.coverage, ...provenance.coverage],
    bill: null,
  };
  return match(describe(inventory.changes), withWindows(contents, image), beside, options);
}

/** Windows by the version that its image's configuration states, where nothing in the layers tells it. */
function withWindows(contents: AssessedContents, image: Image): AssessedContents {
  const { os, osVersion } = image.kind === 'image' ? image.configuration.platform : { os: '' };
  if (os !== 'windows' || osVersion === undefined || contents.distribution !== null) return contents;
  const windows = windowsOfConfiguration(osVersion);
  return {
    ...contents,
    distribution: windows.distribution,
    packages: [...contents.packages, windows.package],
  };
}

/** What others say of an image. */
interface Attached {
  readonly vex: AttachedVex;
  readonly trust: TrustReport | null;
}

const UNATTACHED: Attached = { vex: NO_ATTACHED_VEX, trust: null };

/** The last step of every assessment: what is known about the packages. */
function match(
  described: AssessedImage,
  contents: AssessedContents,
  { vex: attached, trust }: Attached,
  options: AssessImagesOptions,
): Assessment {
  const { image, secrets: configured } = searchConfiguration(described);
  const { distribution, packages, files, digests, secrets, coverage, bill } = contents;
  options.onProgress?.({ kind: 'matching', packages: packages.length });
  const { database, triage: choice = NO_CHOICE } = options;
  const triage: TriageInput = {
    image: identifyImage(image, distribution, choice.products),
    configuration: choice.configuration,
    vex: [...choice.vex, ...attached.vex],
    now: options.now(),
  };
  const report =
    database === null
      ? { findings: [], verdictCounts: countVerdicts([]), coverage: [], triage: NO_TRIAGE }
      : findVulnerabilities({
          packages,
          distribution,
          database,
          triage,
          now: options.now(),
          staleAfterDays: STALE_AFTER_DAYS,
          verdicts: options.verdicts,
          severitySources: options.severitySources,
        });
  const assessment: Assessment = {
    schema: 'hallmark.assessment/1',
    tool: { name: 'hallmark', version: toolVersion() },
    image,
    bill,
    distribution,
    packages,
    files,
    fileDigests: digests,
    secrets: [...configured, ...secrets],
    findings: report.findings,
    verdictCounts: report.verdictCounts,
    ...report.triage,
    coverage: sortCoverage([...coverage, ...attached.coverage, ...report.coverage]),
    trust,
    advisories: database?.info ?? null,
  };
  options.onTriage?.(assessment, triage);
  return assessment;
}

/** Where the cache has the answer, nothing that reads layers and files is even loaded. */
async function cataloged(image: Image, options: AssessImagesOptions): Promise<CatalogedImage> {
  if (image.kind === 'root-file-system') {
    const { catalogRoot } = await import('./catalog.ts');
    return catalogRoot(image, { ...options, cache: null });
  }
  const { allLayers = false, files = true, whole = false } = options;
  const cache = await options.openCache();
  const layers = image.layers.map(({ digest, diffId, step }) => `${digest} ${diffId} ${step}`);
  const view = allLayers ? 'all layers' : 'final file system';
  const key = [view, files ? 'with files' : 'without files', ...layers].join('\n');
  // What was read in part is never an answer to who wants all, or has the image at hand. It depends on the manifest too,
  // whose annotations say which tables of contents are the right ones.
  const partKey = `read in part of ${image.digest}\n${key}`;
  const mayBePart = !whole && image.layers.some(({ openRange }) => openRange !== undefined);
  const known = cache?.getImage(key) ?? (mayBePart ? cache?.getImage(partKey) : null);
  if (known) return known;
  const { catalogImage } = await import('./catalog.ts');
  const found = await catalogImage(image, { ...options, cache });
  const isPart = found.coverage.some(({ code }) => code === 'LAYER_READ_IN_PART');
  cache?.putImage(isPart ? partKey : key, found);
  return found;
}

const NO_CHANGES = { added: [], removed: [], changed: [] };

function describeImage(
  image: LayeredImage,
  changes: readonly PackageChanges[],
  materials: readonly BaseMaterial[],
  { baseIndex = null }: AssessImagesOptions,
): AssessedImage {
  const { configuration } = image;
  const { diffIds, labels } = configuration;
  const base = findBaseImage({ ...image, diffIds, labels, materials }, baseIndex);
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
