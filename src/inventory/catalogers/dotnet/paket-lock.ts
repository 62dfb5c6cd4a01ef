/**
 * `paket.lock`: a line without indentation opens a group or a kind of source, one with two spaces names the server, four
 * spaces a package with its version, and six what it needs. Groups are named by their projects, and which of them are
 * for building the lock does not say. Paket documentation, "The paket.lock file".
 */
import { boundedText } from '../../evidence.ts';
import type { LockedPackage } from './locked-package.ts';
import { isNugetName } from './nuget-package.ts';

/** Null for a text that is no such file. Only packages of NuGet are read, not files of repositories. */
export function parsePaketLock(text: string): readonly LockedPackage[] | null {
  const packages: (LockedPackage & { readonly dependencies: string[] })[] = [];
  let source = '';
  let isLock = false;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) {
      source = line.trim();
      isLock ||= source === 'NUGET';
      continue;
    }
    const [, indent = '', name, version] = /^( {4}|\t| {6})([^\s()]+)(?: \(([^)]*)\))?/.exec(line) ?? [];
    if (source !== 'NUGET' || !isNugetName(name)) continue;
    if (indent.length === 6) packages.at(-1)?.dependencies.push(name);
    else packages.push({ name, version: boundedText(version, 256) ?? '', sha512: null, dependencies: [] });
  }
  return isLock ? packages : null;
}
