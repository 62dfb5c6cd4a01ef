import process from 'node:process';
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import type { Assessment } from '../model/assessment.ts';
import type { Verdict } from '../model/finding.ts';
import { parsePlatform } from '../model/platform.ts';
import type { RegistryOptions } from '../oci/image.ts';
import { assessImages } from './assess.ts';
import { openBaseIndex } from './base-index.ts';
import { cacheDirectory, type Environment } from './directories.ts';
import { openCacheOf } from './open-cache.ts';
import { openDatabase } from './open-database.ts';
import type { AssessmentProgress } from './progress.ts';
import { openConfigurations, openVexFiles } from './triage-choice.ts';

/** Everything is optional; what is left out is as on the command line. */
export interface AssessOptions {
  /** `linux/arm64`; default: this machine's architecture on linux. */
  readonly platform?: string;
  /**
   * An open database, which stays open; or the file of one. Null: packages only. Default: `$HALLMARK_DB`, the imported
   * or the starter database.
   */
  readonly database?: AdvisoryDatabase | string | null;
  /** Where layer results are cached; null: nowhere. Default: the user's cache folder. */
  readonly cacheDirectory?: string | null;
  /** Forbids every connection but to local sockets and loopback registries. */
  readonly offline?: boolean;
  /** File of an index of base images; null: none. Default: `$HALLMARK_BASE_INDEX`, or the one in the user's data folder. */
  readonly baseIndex?: string | null;
  readonly registry?: RegistryOptions;
  /** Also packages that upper layers removed or replaced. */
  readonly allLayers?: boolean;
  /**
   * Reads every layer whole and checks all its digests, also those of which a registry would give out single files.
   * Default: false.
   */
  readonly whole?: boolean;
  /** Names the files that each package owns; else the lists are empty, and less is read. Default: true. */
  readonly files?: boolean;
  /** Also the SHA-256 of every file: `fileDigests`. Default: false. */
  readonly fileDigests?: boolean;
  /** Files with exceptions and overrides; unlike on the command line none is looked for. Default: none. */
  readonly configurations?: readonly string[];
  /** VEX documents, or folders with some, to apply. Default: none. */
  readonly vex?: readonly string[];
  /** Applies the VEX that is attached to the image too, which nobody verified. Default: false. */
  readonly attachedVex?: boolean;
  /** Package URLs by which VEX documents call the image. Default: by its reference and digests. */
  readonly vexProducts?: readonly string[];
  /** Which findings are worked out; the others are only counted. Default: all. */
  readonly verdicts?: ReadonlySet<Verdict>;
  /** Default: the process's own. */
  readonly environment?: Environment;
  /** The day by which support and data are judged; default: now. */
  readonly now?: Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: AssessmentProgress) => void;
}

/**
 * Assesses one image: what is in it, and what is known about that.
 *
 * @param reference as on the command line: `debian:12`, `oci-dir:./image`, `docker-archive:app.tar`, `dir:/`
 * @throws {HallmarkError} with a stable `code` when nothing can be said; what could not be seen in part is `coverage`
 * @example
 * const { findings } = await assess('oci-dir:./image');
 */
export async function assess(reference: string, options: AssessOptions = {}): Promise<Assessment> {
  const { database: choice, baseIndex, environment = process.env, now, platform, ...rest } = options;
  const clock = now === undefined ? () => Date.now() : () => now.getTime();
  const cache = options.cacheDirectory === undefined ? cacheDirectory(environment) : options.cacheDirectory;
  const isOpen = typeof choice === 'object';
  const database = isOpen
    ? choice
    : openDatabase({ explicit: choice, environment, cacheDirectory: cache ?? undefined });
  try {
    const { configurations = [], vex = [], attachedVex = false, vexProducts = [] } = options;
    const [assessment] = await assessImages(reference, {
      ...rest,
      triage: {
        configuration: await openConfigurations(configurations, null),
        vex: await openVexFiles(vex, new Date(clock())),
        products: vexProducts,
        attestations: attachedVex ? 'all' : 'none',
      },
      database,
      baseIndex: baseIndex === null ? null : openBaseIndex(baseIndex, environment),
      openCache: async () => (cache === null ? null : openCacheOf(cache, options, Date.now)),
      platform: platform === undefined ? undefined : parsePlatform(platform),
      environment,
      now: clock,
    });
    return assessment;
  } finally {
    if (!isOpen) database?.close();
  }
}
