import type { SourcePackage } from './package.ts';

/**
 * The source package in `name-version-release.src.rpm` or `….nosrc.rpm`; its version has no epoch, which a file name
 * does not tell. Null for a name of another form.
 */
export function parseSourceRpm(fileName: string): SourcePackage | null {
  const stem = fileName.replace(/\.(?:no)?src\.rpm$/, '');
  const release = stem.lastIndexOf('-');
  const version = stem.lastIndexOf('-', release - 1);
  if (stem === fileName || version < 1) return null;
  return { name: stem.slice(0, version), version: stem.slice(version + 1) };
}
