import { exactly, from, unionIntervals } from './interval-set.ts';
import { maven } from './maven.ts';
import { nuget } from './nuget.ts';
import { limitRange, unreadableRange, type VersionInterval, type VersionScheme } from './scheme.ts';

const MAVEN = 'a version range of Maven';
const NUGET = 'a version range of NuGet';

/** One set of the mathematical notation: `[1.0,2.0)`, `(,1.5]`, `[1.0]`. */
const SET = /^([[(])\s*([^,[\]()\s]*)\s*(,?)\s*([^,[\]()\s]*)\s*([\])])$/;

/**
 * Maven's ranges, `[1.0,2.0),(,0.5]`, as intervals. A version without brackets bounds nothing for Maven, so it is no range.
 * https://maven.apache.org/enforcer/enforcer-rules/versionRanges.html
 *
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function parseMavenRange(text: string): VersionInterval[] {
  return readSets(MAVEN, maven, text);
}

/**
 * NuGet's ranges: as Maven's, of which a version without brackets is the oldest one. Floating versions (`1.*`) are no
 * ranges. https://learn.microsoft.com/nuget/concepts/package-versioning#version-ranges
 *
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function parseNugetRange(text: string): VersionInterval[] {
  const version = text.trim();
  return nuget.isValid(version) ? [from(version)] : readSets(NUGET, nuget, text);
}

function readSets(name: string, scheme: VersionScheme, text: string): VersionInterval[] {
  limitRange(name, text);
  // a comma between sets stands behind a bracket, one within a set does not
  const sets = text.split(/(?<=[\])]\s?),/).map((set) => {
    const interval = intervalOf(set.trim());
    if (interval === null) throw unreadableRange(name, text);
    for (const bound of [interval.introduced, interval.fixed, interval.lastAffected]) {
      if (bound !== null && !scheme.isValid(bound)) throw unreadableRange(name, text);
    }
    return interval;
  });
  return unionIntervals(scheme, sets);
}

function intervalOf(set: string): VersionInterval | null {
  const [, open, lower = '', comma, upper = '', close] = SET.exec(set) ?? [];
  if (open === undefined) return null;
  // `[1.0]` holds one version; `(1.0)` would hold none
  if (comma === '') return lower !== '' && open === '[' && close === ']' ? exactly(lower) : null;
  return {
    introduced: lower || null,
    fixed: close === ')' && upper !== '' ? upper : null,
    lastAffected: close === ']' && upper !== '' ? upper : null,
    ...(open === '(' && lower !== '' ? { afterIntroduced: true } : {}),
  };
}
