import type { PackageType } from '../model/package.ts';

/**
 * The same text for all spellings of a name that an ecosystem takes for one, and another for each other name or type.
 * PEP 503, "Normalized Names"; NuGet and Composer do not tell case.
 */
export function nameKey(type: PackageType, name: string): string {
  return `${type}\0${comparableName(type, name)}`;
}

/** The spelling by which an ecosystem compares a name with others. */
export function comparableName(type: PackageType, name: string): string {
  if (type === 'pypi') return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
  if (type === 'nuget' || type === 'composer') return name.toLowerCase();
  return name;
}
