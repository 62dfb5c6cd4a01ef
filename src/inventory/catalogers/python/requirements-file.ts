/** Requirements files of pip, as people write them and as pip-compile, uv and poetry export them. pip, "Requirements File Format". */
import { type LockedPackage, type LockReading, sha256Digests } from './locked-package.ts';
import { LINUX_ENVIRONMENT, mayApply } from './markers.ts';
import { isPythonName } from './names.ts';
import { originOfUrl } from './origin.ts';
import { parseRequirement, pinnedVersion } from './requirement.ts';

/** One requirement with its options. */
export interface RequirementEntry {
  readonly name: string;
  readonly specifier: string;
  readonly url: string | null;
  readonly marker: string | null;
  readonly sha256: readonly string[];
}

/**
 * Distributions that the file pins to one version (`==` without a wildcard, `===`) or to a repository or archive. A name
 * with a range alone is not reported: which version of it, if any, is in the image nothing says.
 */
export function readRequirementsFile(text: string): LockReading {
  const packages = readRequirements(text)
    .filter(({ marker }) => mayApply(marker, LINUX_ENVIRONMENT))
    .flatMap(({ name, specifier, url, sha256 }): readonly LockedPackage[] => {
      const version = pinnedVersion(specifier);
      const origin = url === null ? null : originOfUrl(url);
      if (version === null && origin === null) return [];
      return [{ name, version: version ?? '', origin, sha256, needs: [] }];
    });
  return { packages, damaged: 0 };
}

/** All requirements; other lines (options, files to include, addresses of indexes, anything else) are passed over. */
export function readRequirements(text: string): readonly RequirementEntry[] {
  return logicalLines(text).flatMap((line) => readLine(line) ?? []);
}

/** Lines without comments; a backslash at the end continues a line. */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let pieces: string[] = [];
  for (const physical of text.split('\n')) {
    const line = physical.replace(/(?:^|\s)#.*$/, '').trimEnd();
    if (line.endsWith('\\')) {
      pieces.push(line.slice(0, -1));
    } else {
      lines.push([...pieces, line].join(' ').trim());
      pieces = [];
    }
  }
  if (pieces.length > 0) lines.push(pieces.join(' ').trim());
  return lines;
}

function readLine(line: string): RequirementEntry | null {
  const editable = /^(?:-e|--editable)[\s=]\s*(.+)$/.exec(line)?.[1];
  if (editable !== undefined) return namedByFragment(editable);
  if (line.startsWith('-')) return null;
  const options = line.search(/\s--[a-z]/);
  const requirement = parseRequirement(options < 0 ? line : line.slice(0, options));
  if (requirement === null) return namedByFragment(line);
  return { ...requirement, sha256: sha256Digests(line.match(/--hash[= ]sha256:[0-9a-f]{64}\b/g) ?? []) };
}

/** `git+https://host/a.git@main#egg=a`: what was written before PEP 508 had `a @ URL`. */
function namedByFragment(text: string): RequirementEntry | null {
  const [, url = '', name = ''] = /^(\S+?)#(?:\S*&)?egg=([A-Za-z0-9._-]+)/.exec(text) ?? [];
  if (!isPythonName(name) || originOfUrl(url) === null) return null;
  return { name, specifier: '', url, marker: null, sha256: [] };
}
