/** What a source says of a product by its CPE name, as entries of the ecosystem `CPE`. */
import type { VersionInterval } from '../../../versions/scheme.ts';
import { type AffectedPackage, NOTHING_STATED } from '../../advisory.ts';
import type { CpeName } from './cpe-name.ts';
import { CURATED_PRODUCTS, type CuratedProduct } from './curated-products.ts';

/** Versions of one product that a source calls affected. */
export interface CpeStatement {
  /** `haxx:curl` */
  readonly product: string;
  readonly intervals: readonly VersionInterval[];
  readonly versions: readonly string[];
}

/** Why a CPE name says nothing about a program in an image; null where it does. */
export function reasonToSkip(cpe: CpeName): string | null {
  if (cpe.part !== 'a') return 'a CPE of an operating system or of hardware';
  const curated = CURATED_PRODUCTS.get(cpe.product);
  if (curated === undefined) return 'a CPE of a product that no cataloger knows by one';
  if (!isOrdinaryTarget(cpe.targetSoftware, curated)) {
    return 'a CPE of software for another system or inside another product';
  }
  if (cpe.targetHardware !== '*' && cpe.targetHardware !== '-')
    return 'a CPE of software for certain hardware';
  if (!OPEN_EDITIONS.has(cpe.softwareEdition)) return 'a CPE of an edition that is sold';
  return null;
}

/** Editions that everybody has; BIND calls its releases `stable` and `esv`, Node.js `lts`. */
const OPEN_EDITIONS: ReadonlySet<string> = new Set([
  '*',
  '-',
  'community',
  'esv',
  'lts',
  'open_source',
  'stable',
]);

/** Programs of Linux images run on Linux. */
function isOrdinaryTarget(target: string, { language }: CuratedProduct): boolean {
  return ['*', '-', 'linux', 'linux_kernel', language].includes(target);
}

/**
 * The version of a CPE name as the product itself writes it: the update belongs to it. `1.8.0:update402` is Java's
 * 1.8.0_402, `8:update402` 8u402, `8.5:p1` OpenSSH's 8.5p1, `1.0.1:beta1` 1.0.1-beta1.
 */
export function versionOf({ version, update }: CpeName): string {
  if (update === '*' || update === '-' || update === '') return version;
  const java = /^update_?(\d+)$/.exec(update)?.[1];
  if (java !== undefined) return version.includes('.') ? `${version}_${java}` : `${version}u${java}`;
  return /^p\d+$/.test(update) ? `${version}${update}` : `${version}-${update}`;
}

/** One entry a product, of all that is said about it. */
export function toAffected(statements: readonly CpeStatement[]): readonly AffectedPackage[] {
  return [...Map.groupBy(statements, ({ product }) => product)].map(([product, said]) => {
    // what is said of every version holds whatever else is said
    const isEvery = said.some(({ intervals, versions }) => intervals.length + versions.length === 0);
    return {
      ...NOTHING_STATED,
      ecosystem: 'CPE',
      name: product,
      naming: 'binary',
      scheme: CURATED_PRODUCTS.get(product)?.scheme ?? 'generic',
      status: 'affected',
      intervals: isEvery ? [] : distinctIntervals(said.flatMap(({ intervals }) => intervals)),
      versions: isEvery ? [] : [...new Set(said.flatMap(({ versions }) => versions))],
    };
  });
}

function distinctIntervals(intervals: readonly VersionInterval[]): readonly VersionInterval[] {
  return [...new Map(intervals.map((interval) => [boundsKey(interval), interval])).values()];
}

function boundsKey({ introduced, fixed, lastAffected }: VersionInterval): string {
  return [introduced, fixed, lastAffected].map((bound) => bound ?? '*').join('\n');
}
