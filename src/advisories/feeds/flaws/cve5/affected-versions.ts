/**
 * Which versions an `affected` entry of a CVE record names. CVE Record Format 5.x, "versions": intervals with a lower
 * bound, single versions, and what CNAs write instead. What cannot be told for certain is left out.
 */
import { before } from '../../../../versions/interval-set.ts';
import type { VersionInterval } from '../../../../versions/scheme.ts';
import { plainOrder } from '../../../plain-version.ts';
import type { Cve5Affected, Cve5Version } from './cve5-record.ts';

export interface AffectedVersions {
  readonly intervals: readonly VersionInterval[];
  readonly versions: readonly string[];
}

/** Null where the entry names no version that is surely affected, or leaves open which are. */
export function affectedVersions({ versions, defaultStatus }: Cve5Affected): AffectedVersions | null {
  const stated = versions ?? [];
  if (defaultStatus === 'affected') return allBut(stated);
  const read = stated.filter(({ status }) => status === 'affected').map(readVersion);
  const known = read.filter((some) => some !== null);
  const intervals = known.flatMap((some) => some.intervals);
  const single = known.flatMap((some) => some.versions);
  // Oracle's "8.0.36 and prior" beside "8.3.0 and prior" leaves open where the second branch begins
  if (intervals.filter(({ introduced }) => introduced === null).length > 1) return null;
  return intervals.length + single.length === 0 ? null : { intervals, versions: single };
}

/** With the default "affected" only the fix can be stated: all versions from one on are free of the flaw. */
function allBut(stated: readonly Cve5Version[]): AffectedVersions | null {
  const unaffected = stated.filter(({ status }) => status !== 'affected');
  const [only, ...others] = unaffected;
  const fixed = only?.lessThan === '*' || only?.lessThanOrEqual === '*' ? versionOrNull(only.version) : null;
  if (fixed === null || others.length > 0 || only?.status !== 'unaffected' || only.changes) return null;
  return { intervals: [before(fixed)], versions: [] };
}

/** Commits and dates are no versions of a package. */
const OTHER_ORDERS: ReadonlySet<string> = new Set(['git', 'date', 'original_commit_for_fix', 'rpm', 'cpe']);

function readVersion(stated: Cve5Version): AffectedVersions | null {
  const { version, versionType, lessThan, lessThanOrEqual } = stated;
  if (OTHER_ORDERS.has(versionType ?? '')) return null;
  const end = lessThan ?? lessThanOrEqual ?? null;
  if (end === null) return readSingle(version ?? '');
  const isExclusive = typeof lessThan === 'string';
  const introduced = isStart(version) ? null : versionOrNull(withoutWildcard(version));
  const bound = end === '*' ? null : versionOrNull(end);
  if ((introduced === null && !isStart(version)) || (bound === null && end !== '*')) return null;
  if (introduced !== null && bound !== null) {
    const order = plainOrder(introduced, bound);
    // Chrome, curl and Node.js have written the fix into both bounds, which is an interval of nothing
    if (order !== null && (order > 0 || (order === 0 && isExclusive))) return null;
  }
  return withChanges(stated, {
    introduced,
    fixed: isExclusive ? bound : null,
    lastAffected: isExclusive ? null : bound,
  });
}

/** `changes` turn the status over inside an interval, each from its version on, in rising order. */
function withChanges({ changes }: Cve5Version, whole: VersionInterval): AffectedVersions | null {
  const intervals: VersionInterval[] = [];
  let start: string | null | undefined = whole.introduced;
  for (const { at, status } of changes ?? []) {
    const change = versionOrNull(at);
    if (change === null) return null;
    if (status === 'affected') start ??= change;
    else if (start !== undefined) {
      intervals.push({ introduced: start, fixed: change, lastAffected: null });
      start = undefined;
    }
  }
  if (start !== undefined) intervals.push({ ...whole, introduced: start });
  return { intervals, versions: [] };
}

const MAX_COMPARATORS = 10;

/** One version, or GitHub's comparators: `>= 7.0.0, < 7.0.12`, `< 2.30.7`, `= 2.45.0`. */
function readSingle(text: string): AffectedVersions | null {
  const parts = text.slice(0, 500).split(',', MAX_COMPARATORS);
  let introduced: string | null = null;
  let fixed: string | null = null;
  let lastAffected: string | null = null;
  for (const part of parts) {
    const [, operator = '', operand = ''] = /^\s*(>=|<=|<|=|)\s*(\S+)\s*$/.exec(part) ?? [];
    const version = versionOrNull(operand);
    if (version === null) return null;
    if (operator === '' || operator === '=')
      return parts.length === 1 ? { intervals: [], versions: [version] } : null;
    if (operator === '>=') introduced = version === '0' ? null : version;
    else if (operator === '<') fixed = version;
    else lastAffected = version;
  }
  return { intervals: [{ introduced, fixed, lastAffected }], versions: [] };
}

function isStart(version: string | null | undefined): boolean {
  return ['0', '*', 'unspecified', '', null, undefined].includes(version);
}

/** PHP's `8.1.*` and `8.1.X` as a lower bound are the beginning of 8.1. */
function withoutWildcard(version: string | null | undefined): string {
  return (version ?? '').replace(/\.[*xX]$/, '');
}

const NO_RELEASE = /-(?:S\d+|cvs)$|\.[xX](?:\.|$)/;

/**
 * A version begins with a digit, perhaps behind a `v`, and has no spaces; `5.7.16 and earlier` is prose. BIND's `-S1`
 * is an edition that is sold, and its intervals would hold the versions of the other. OpenSSL's `0.9.6-cvs` was never
 * released, and `2.4.x` is many.
 */
function versionOrNull(text: string | null | undefined): string | null {
  const version = (text ?? '').trim().replace(/^v(?=\d)/, '');
  return /^\d[A-Za-z0-9.+_~-]{0,99}$/.test(version) && !NO_RELEASE.test(version) ? version : null;
}
