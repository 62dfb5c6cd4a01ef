import { compareIdentifiers, compareLists, compareNumerals, compareReleases } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';
import type { VersionScheme } from './scheme.ts';

/** PEP 440, appendix B, without white space around it. Each part begins in its own way, so reading is linear. */
const VERSION =
  /^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)(?:[-_.]?(?<stage>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<stageNumber>\d+)?)?(?<post>-(?<implicitPost>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>\d+)?)?(?<dev>[-_.]?dev[-_.]?(?<devNumber>\d+)?)?(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i;

/** A version of Python; numbers as they are written. */
export interface PythonVersion {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly stage: { readonly rank: number; readonly number: string };
  readonly post: string | null;
  readonly dev: string | null;
  readonly local: readonly string[];
}

/**
 * PEP 440, "Version scheme" and "Summary of permitted suffixes and relative ordering", as the library `packaging` reads
 * it: any case, `v1.0`, `1.0-alpha.1`, `1.0-1` for a post-release. What is not PEP 440 (`2004d`) is unreadable, as for pip.
 */
export const pypi: VersionScheme = {
  ...parsedScheme('pypi', readPythonVersion, comparePythonVersions),
  // "local version identifiers … MUST be ignored" where the bound has none: 1.0+cu118 is within <=1.0
  upTo: (version, bound) => (bound.includes('+') ? version : (version.split('+', 1)[0] ?? version)),
};

const STAGES: Readonly<Record<string, number>> = {
  a: 1,
  alpha: 1,
  b: 2,
  beta: 2,
  c: 3,
  pre: 3,
  preview: 3,
  rc: 3,
};
/** `1.0.dev1` is older than `1.0a1`; a release is newer than its stages. */
const ONLY_DEV = 0;
const NO_STAGE = 4;

export function readPythonVersion(version: string): PythonVersion | null {
  const parts = VERSION.exec(version.trim())?.groups;
  if (parts?.['release'] === undefined) return null;
  const { epoch = '0', release, stage, stageNumber = '0', post, dev, local } = parts;
  const { implicitPost, postNumber, devNumber } = parts;
  const none = dev !== undefined && post === undefined ? ONLY_DEV : NO_STAGE;
  return {
    epoch,
    release: release.split('.'),
    stage: { rank: STAGES[stage?.toLowerCase() ?? ''] ?? none, number: stageNumber },
    post: post === undefined ? null : (implicitPost ?? postNumber ?? '0'),
    dev: dev === undefined ? null : (devNumber ?? '0'),
    local: local?.toLowerCase().split(/[-_.]/) ?? [],
  };
}

function comparePythonVersions(a: PythonVersion, b: PythonVersion): number {
  return (
    compareNumerals(a.epoch, b.epoch) ||
    compareReleases(a.release, b.release) ||
    a.stage.rank - b.stage.rank ||
    compareNumerals(a.stage.number, b.stage.number) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    // in a local version words are older than numbers, the other way round than in semantic versioning
    compareLists(a.local, b.local, compareLocals)
  );
}

/** @param absent how no number stands to any number */
function compareOptional(a: string | null, b: string | null, absent: 1 | -1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? absent : -absent;
  return compareNumerals(a, b);
}

function compareLocals(a: string, b: string): number {
  const words = Number(/[a-z]/.test(b)) - Number(/[a-z]/.test(a));
  return words || compareIdentifiers(a, b);
}
