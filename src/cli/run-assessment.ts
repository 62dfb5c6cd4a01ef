import { assessImages, type AssessImagesOptions } from '../assess/assess.ts';
import { openBaseIndex } from '../assess/base-index.ts';
import { cacheDirectory } from '../assess/directories.ts';
import { openCacheOf } from '../assess/open-cache.ts';
import { openDatabase } from '../assess/open-database.ts';
import { openConfigurations, openVexFiles, type TriageChoice } from '../assess/triage-choice.ts';
import type { Configuration } from '../findings/triage/configuration.ts';
import type { TriageInput } from '../findings/triage/triage.ts';
import { readPurl } from '../findings/vex/purl-agreement.ts';
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import type { Assessment } from '../model/assessment.ts';
import { GAPS_OF_SOURCES } from '../model/coverage.ts';
import type { Verdict } from '../model/finding.ts';
import type { ExitStatus } from '../model/errors.ts';
import { type LayerOwner, ofLayers } from '../report/layer-owner.ts';
import { CliError } from './errors.ts';
import type { AdvisoryFlags, ImageFlags, TriageFlags } from './options.ts';
import { createStatusLine, showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export interface AssessmentRun {
  readonly assessments: readonly [Assessment, ...Assessment[]];
  /** Still open: `explain` asks it further questions. Null for commands that do not match advisories. */
  readonly database: AdvisoryDatabase | null;
  /** What each assessment was decided with. */
  readonly triage: ReadonlyMap<Assessment, TriageInput>;
}

interface RunOptions {
  /** Verifies the image too. */
  readonly verify?: boolean;
  /** Packages of lower layers too, also where upper layers removed or replaced them. */
  readonly allLayers?: boolean;
  /** Which findings are worked out; default: all. */
  readonly verdicts?: ReadonlySet<Verdict>;
}

type MatchOptions = RunOptions & Pick<AssessImagesOptions, 'triage' | 'onTriage'>;

/** Assesses without advisories: what is in the image. */
export async function inventoryImages(
  reference: string,
  flags: ImageFlags,
  terminal: Terminal,
): Promise<AssessmentRun['assessments']> {
  return runAssessment(reference, flags, null, terminal, {});
}

/** Assesses with advisories, and hands the answer with the open database to `use`. */
export async function assessWithAdvisories<T>(
  reference: string,
  flags: ImageFlags & AdvisoryFlags,
  terminal: Terminal,
  use: (run: AssessmentRun & { readonly database: AdvisoryDatabase }) => T,
  options: RunOptions = {},
): Promise<T> {
  const { environment } = terminal;
  const database = openDatabase({ explicit: flags.db, environment, cacheDirectory: flags.cacheDir });
  try {
    const decidedWith = new Map<Assessment, TriageInput>();
    const assessments = await runAssessment(reference, flags, database, terminal, {
      ...options,
      triage: await chooseTriage(flags, terminal),
      onTriage: (assessment, triage) => void decidedWith.set(assessment, triage),
    });
    return use({ assessments, database, triage: decidedWith });
  } finally {
    database.close();
  }
}

async function runAssessment(
  reference: string,
  flags: ImageFlags & AdvisoryFlags,
  database: AdvisoryDatabase | null,
  terminal: Terminal,
  { allLayers, verify = flags.vexFrom === 'signed', ...options }: MatchOptions,
): Promise<AssessmentRun['assessments']> {
  const { environment, now } = terminal;
  const line = createStatusLine(terminal.stderr, { quiet: flags.quiet === true, now });
  try {
    return await assessImages(reference, {
      database,
      openCache: async () => {
        if (!flags.cache) return null;
        const directory = flags.cacheDir ?? cacheDirectory(environment);
        return openCacheOf(directory, flags, now);
      },
      baseIndex: openBaseIndex(flags.baseIndex, environment),
      platform: flags.allPlatforms === true ? 'all' : flags.platform,
      offline: flags.offline === true,
      registry: { plainHttp: flags.plainHttp, mirrors: flags.mirror },
      allLayers: allLayers === true,
      files: flags.files === true,
      fileDigests: flags.fileDigests === true,
      whole: flags.wholeLayers === true || flags.requireCoverage === true,
      ...options,
      ...(verify ? { verify: await (await import('./verifier.ts')).createVerifier(flags, terminal) } : {}),
      ...(flags.severitySource === undefined ? {} : { severitySources: flags.severitySource }),
      environment,
      now,
      signal: terminal.signal,
      onProgress: showProgress(line),
    });
  } finally {
    line.clear();
  }
}

async function chooseTriage(flags: TriageFlags, { now, workingDirectory }: Terminal): Promise<TriageChoice> {
  const { config, vex = [], vexFrom, vexProduct = [] } = flags;
  const wrong = vexProduct.find((product) => readPurl(product) === null);
  if (wrong !== undefined) {
    throw new CliError('USAGE', `--vex-product ${wrong} is no package URL`, { subject: wrong });
  }
  return {
    configuration: await chooseConfiguration(config, workingDirectory),
    vex: await openVexFiles(vex, new Date(now())),
    products: vexProduct,
    attestations: vexFrom === 'image' ? 'all' : vexFrom === 'signed' ? 'believed' : 'none',
  };
}

/** The files that `--config` names, else `.hallmark.yaml`, or with `--no-config` none. */
export async function chooseConfiguration(
  config: TriageFlags['config'],
  workingDirectory: string,
): Promise<Configuration> {
  return openConfigurations(Array.isArray(config) ? config : [], config === false ? null : workingDirectory);
}

/** 4 with `--require-coverage` when any assessment could not see everything that there is to see. */
export function coverageStatus(assessments: readonly Assessment[], flags: AdvisoryFlags): ExitStatus {
  const isMissing = assessments.some(({ coverage }) =>
    coverage.some(({ code }) => !GAPS_OF_SOURCES.has(code)),
  );
  return flags.requireCoverage === true && isMissing ? 4 : 0;
}

/**
 * Keeps what `--layers` asks for.
 *
 * @throws {CliError} BASE_UNKNOWN when nothing tells the layers of the base from the others
 */
export function chooseLayers(
  assessment: Assessment,
  { layers }: { readonly layers?: LayerOwner },
): Assessment {
  if (layers === undefined) return assessment;
  const { image } = assessment;
  if (image.base?.layers === undefined || image.base.layers === null) {
    const why =
      image.base === null ? 'its base image is not known' : 'nothing tells where its base image ends';
    throw new CliError('BASE_UNKNOWN', `${image.reference}: ${why}`, { subject: image.reference });
  }
  return ofLayers(assessment, layers);
}
