/**
 * Lock files of Bundler. A line without indentation opens a section; those of sources (`GEM`, `GIT`, `PATH`) say at two
 * spaces where gems come from, at four which, `nokogiri (1.13.10-x86_64-linux)`, and at six what each of them needs.
 * Bundler, `LockfileParser`.
 */
import { withoutCredentials } from '../../credentials.ts';
import { boundedText, isPackageName } from '../../evidence.ts';

export type LockedGem = {
  readonly name: string;
  readonly version: string;
  /** Null for plain Ruby. */
  readonly platform: string | null;
  /** `git+https://host/repository@commit` for a gem from a repository. purl-spec, `vcs_url`. */
  readonly repository: string | null;
  readonly sha256: string | null;
  /** Sorted. */
  readonly dependencies: readonly string[];
};

export type GemLock = {
  readonly gems: readonly LockedGem[];
  /** True when the list was cut. */
  readonly cut: boolean;
};

/** The largest known lock files have some thousand. */
const MAX_GEMS = 50_000;

/** Sections whose gems are fetched; those in `PATH` are the application's own. */
const FETCHED: ReadonlySet<string> = new Set(['GEM', 'GIT', 'PLUGIN SOURCE']);

/** Null for a text that is no lock file. */
export function parseGemLock(text: string): GemLock | null {
  const sections = parseSections(text);
  if (!sections.some(({ name }) => FETCHED.has(name) || name === 'PATH')) return null;
  const checksums = parseChecksums(sections);
  const variants = new Map<string, LockedGem[]>();
  let count = 0;
  for (const section of sections) {
    if (!FETCHED.has(section.name)) continue;
    for (const gem of parseSource(section, checksums)) {
      if (count >= MAX_GEMS) return { gems: mergeAll(variants), cut: true };
      count += 1;
      const key = `${gem.name} ${gem.version}`;
      const known = variants.get(key);
      if (known === undefined) variants.set(key, [gem]);
      else known.push(gem);
    }
  }
  return { gems: mergeAll(variants), cut: false };
}

interface Section {
  readonly name: string;
  readonly lines: string[];
}

function parseSections(text: string): readonly Section[] {
  const sections: Section[] = [];
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) sections.push({ name: line.trimEnd(), lines: [] });
    else if (line.trim() !== '') sections.at(-1)?.lines.push(line.trimEnd());
  }
  return sections;
}

/** `rack (2.2.22) sha256=…` */
function parseChecksums(sections: readonly Section[]): ReadonlyMap<string, string> {
  const lines = sections.filter(({ name }) => name === 'CHECKSUMS').flatMap((section) => section.lines);
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, written, sha256] = /^ *(\S+ \(\S+\)) sha256=([0-9a-f]{64})(?![0-9a-f])/.exec(line) ?? [];
      return written === undefined || sha256 === undefined ? [] : [[written, sha256]];
    }),
  );
}

function* parseSource({ lines }: Section, checksums: ReadonlyMap<string, string>): Generator<LockedGem> {
  const options = new Map<string, string>();
  let gem: (LockedGem & { readonly dependencies: string[] }) | null = null;
  for (const line of lines) {
    const written = line.trimStart();
    const indent = line.length - written.length;
    if (indent <= 2) {
      const colon = written.indexOf(': ');
      if (colon > 0) options.set(written.slice(0, colon), written.slice(colon + 2).trim());
      continue;
    }
    const [, name = '', inBrackets = ''] = /^(\S+)(?: \(([^)]*)\))?$/.exec(written) ?? [];
    if (!isPackageName(name)) continue;
    if (indent > 4) {
      gem?.dependencies.push(name);
      continue;
    }
    if (gem !== null) yield gem;
    const hyphen = inBrackets.indexOf('-');
    gem = {
      name,
      version: boundedText(hyphen < 0 ? inBrackets : inBrackets.slice(0, hyphen), 256) ?? '',
      platform: hyphen < 0 ? null : boundedText(inBrackets.slice(hyphen + 1), 256),
      repository: repositoryOf(options),
      sha256: checksums.get(written) ?? null,
      dependencies: [],
    };
  }
  if (gem !== null) yield gem;
}

function repositoryOf(options: ReadonlyMap<string, string>): string | null {
  const remote = options.get('remote');
  const revision = options.get('revision');
  if (remote === undefined || revision === undefined) return null;
  const address = withoutCredentials(remote);
  return `${address.startsWith('git') ? '' : 'git+'}${address}@${revision}`;
}

function mergeAll(variants: ReadonlyMap<string, readonly LockedGem[]>): readonly LockedGem[] {
  return [...variants.values()].flatMap((gems) => mergeVariants(gems.filter(runsOnLinux)));
}

/** What Bundler would leave to macOS and Windows is not in an image. JRuby runs anywhere. */
function runsOnLinux({ platform }: LockedGem): boolean {
  return platform === null || platform.includes('linux') || platform === 'java';
}

/** One gem built for several platforms is one package; where the lock has several, it does not say which is there. */
function mergeVariants(variants: readonly LockedGem[]): readonly LockedGem[] {
  const chosen = variants.find(({ platform }) => platform === null) ?? variants[0];
  if (chosen === undefined) return [];
  const dependencies = [...new Set(variants.flatMap((gem) => gem.dependencies))].sort();
  if (chosen.platform === null || variants.length === 1) return [{ ...chosen, dependencies }];
  return [{ ...chosen, platform: null, sha256: null, dependencies }];
}
