/**
 * `packages.lock.json`: what NuGet restored for each framework that a project is built for, and below
 * `FRAMEWORK/RUNTIME` what one system needs beyond that. NuGet documentation, "Locking dependencies".
 */
import { isObject, parseJsonObject } from '../../../formats/json.ts';
import { boundedText } from '../../evidence.ts';
import type { LockedPackage } from './locked-package.ts';
import { isNugetName, sha512Of } from './nuget-package.ts';

/** Null for a text that is no such file. Projects of the same solution are left out, and what is not for Linux. */
export function parsePackagesLock(text: string): readonly LockedPackage[] | null {
  const frameworks = parseJsonObject(text)?.['dependencies'];
  if (!isObject(frameworks)) return null;
  return Object.entries(frameworks).flatMap(([framework, packages]) =>
    isObject(packages) && isForLinux(framework)
      ? Object.entries(packages).flatMap(([name, entry]) => readEntry(name, entry))
      : [],
  );
}

function isForLinux(framework: string): boolean {
  const slash = framework.indexOf('/');
  return slash < 0 || /^(?:linux|alpine|debian|ubuntu|rhel|any|unix)/.test(framework.slice(slash + 1));
}

function readEntry(name: string, entry: unknown): readonly LockedPackage[] {
  if (!isObject(entry) || !isNugetName(name) || entry['type'] === 'Project') return [];
  const { resolved, dependencies } = entry;
  return [
    {
      name,
      version: boundedText(typeof resolved === 'string' ? resolved : '', 256) ?? '',
      sha512: sha512Of(entry['contentHash']),
      dependencies: isObject(dependencies) ? Object.keys(dependencies).filter(isNugetName).sort() : [],
    },
  ];
}
