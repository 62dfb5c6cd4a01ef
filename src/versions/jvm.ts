import { compareReleases } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';
import { comparePreReleases } from './semver.ts';

/** JEP 223 and 322: `$NUMBERS(-$PRE)?(+$BUILD)?(-$OPT)?`. */
const SINCE_9 = /^(?<numbers>\d+(?:\.\d+)*)(?:-(?<stage>[a-z]\w*(?:\.\w+)*))?(?:\+\d*)?(?:-[\w.-]+)?$/i;
/** `1.8.0_402-b06`, `1.8.0_402-ea-b06`, `8u402-b06`, `8u402`. */
const BEFORE_9 =
  /^(?:1\.(?<feature>\d+)(?:\.(?<interim>\d+))?(?:_(?<update>\d+))?|(?<shortFeature>\d+)u(?<shortUpdate>\d+))(?:-(?<stage>ea|beta|internal))?(?:-b\d+)?(?:-[\w.-]+)?$/i;

interface JavaVersion {
  readonly numbers: readonly string[];
  /** Empty for a release. */
  readonly stage: readonly string[];
}

/**
 * Versions of Java runtimes: `8u402`, `1.8.0_402` and `8.0.402` are one version. Builds (`-b06`, `+7`) do not count, for
 * advisories name none, nor does what a vendor adds. java.lang.Runtime.Version; JEP 223, JEP 322.
 */
export const jvm = parsedScheme('jvm', (version) => readBefore9(version) ?? readSince9(version), compare);

function readBefore9(version: string): JavaVersion | null {
  const parts = BEFORE_9.exec(version)?.groups;
  if (parts === undefined) return null;
  const feature = parts['feature'] ?? parts['shortFeature'] ?? '0';
  const update = parts['update'] ?? parts['shortUpdate'] ?? '0';
  return { numbers: [feature, parts['interim'] ?? '0', update], stage: stageOf(parts['stage']) };
}

function readSince9(version: string): JavaVersion | null {
  const { numbers, stage } = SINCE_9.exec(version)?.groups ?? {};
  return numbers === undefined ? null : { numbers: numbers.split('.'), stage: stageOf(stage) };
}

/** A build for long support, or one of a vendor, is a release: `11.0.2-LTS`. */
function stageOf(word: string | undefined): readonly string[] {
  return word !== undefined && /^(?:ea|beta|rc|internal|snapshot)/i.test(word)
    ? word.toLowerCase().split('.')
    : [];
}

function compare(a: JavaVersion, b: JavaVersion): number {
  return compareReleases(a.numbers, b.numbers) || comparePreReleases(a.stage, b.stage);
}
