import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/*
 * Packages of Debian with everything that they depend on, unpacked into a directory of our own: nothing is installed, and the
 * machine's own lists stay as they are. `apt-get` is asked with the machine's own sources, of which only the suite is changed;
 * it verifies what it fetches.
 */

export interface PackageRequest {
  readonly suite: 'sid' | 'trixie';
  readonly packages: readonly string[];
}

const SECOND = 1000;
const VERSIONS = 'versions.json';

/**
 * Unpacks packages into `directory`, whole or not at all; what is there already stays.
 *
 * @returns why it could not be done, or null
 */
export function unpackPackages(directory: string, request: PackageRequest): string | null {
  if (existsSync(directory)) return null;
  const sources = sourcesOf(request.suite);
  if (sources === null) return 'this machine has no package sources of Debian';
  mkdirSync(dirname(directory), { recursive: true });
  const work = mkdtempSync(`${directory}.`);
  try {
    const failure = fetchAndUnpack(work, sources, request);
    // Another run may have been faster.
    if (failure === null && !existsSync(directory)) renameSync(join(work, 'root'), directory);
    return failure;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Versions of the packages in a directory, by name. */
export function unpackedVersions(directory: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(directory, VERSIONS), 'utf8')) as Record<string, string>;
}

/** Where packages come from, in one of the two formats of sources.list(5). */
interface PackageSources {
  readonly format: 'sources' | 'list';
  readonly text: string;
}

/** The first of the machine's own sources, with another suite. */
function sourcesOf(suite: PackageRequest['suite']): PackageSources | null {
  const [stanzas, lines] = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].map((file) =>
    existsSync(file) ? readFileSync(file, 'utf8') : '',
  );
  const [stanza = ''] = stanzas?.split(/\n\s*\n/, 1) ?? [];
  const stated = stanza.replace(/^Suites:.*$/m, `Suites: ${suite}`);
  if (stated !== stanza) return { format: 'sources', text: `${stated}\n` };
  const [, before, after] = /^(deb (?:\[[^\]]*\] )?\S+ )\S+(.*)$/m.exec(lines ?? '') ?? [];
  if (before === undefined) return null;
  return { format: 'list', text: `${before}${suite}${after}\n` };
}

function fetchAndUnpack(
  work: string,
  { format, text }: PackageSources,
  request: PackageRequest,
): string | null {
  const inside = (...names: string[]): string => join(work, ...names);
  for (const path of ['sources', 'lists/partial', 'cache/archives/partial', 'root'])
    mkdirSync(inside(path), { recursive: true });
  writeFileSync(inside('sources', `peers.${format}`), text);
  // No package is installed there: so `install` fetches dependencies to the last one.
  writeFileSync(inside('status'), '');
  const options = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': inside('sources'),
    'Dir::State::lists': inside('lists'),
    'Dir::State::status': inside('status'),
    'Dir::Cache': inside('cache'),
    'APT::Sandbox::User': 'root',
    'APT::Install-Recommends': 'false',
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    // A mirror may be a snapshot that is older than its lists say.
    'Acquire::Check-Valid-Until': 'false',
    'Debug::NoLocking': 'true',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '10',
    'Acquire::https::Timeout': '10',
  };
  const settings = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const archives = inside('cache', 'archives');
  const failure =
    run('apt-get', [...settings, 'update', '--error-on=any'], archives, 60 * SECOND) ??
    run(
      'apt-get',
      [...settings, 'install', '--yes', '--download-only', ...request.packages],
      archives,
      120 * SECOND,
    );
  if (failure !== null) return failure;
  const files = readdirSync(archives).filter((name) => name.endsWith('.deb'));
  // name_version_architecture.deb, with the colon of an epoch percent-encoded
  const versions = files.map((file) => file.split('_').slice(0, 2).map(decodeURIComponent));
  writeFileSync(inside('root', VERSIONS), JSON.stringify(Object.fromEntries(versions), null, 2));
  return (
    files
      .map((file) => run('dpkg-deb', ['--extract', file, inside('root')], archives, 60 * SECOND))
      .find((failed) => failed !== null) ?? null
  );
}

/** Runs a program; what it says last where it fails. */
function run(program: string, args: readonly string[], cwd: string, timeout: number): string | null {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error, stderr, stdout } = spawnSync(program, args, { cwd, env, timeout, encoding: 'utf8' });
  if (status === 0) return null;
  const lines = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n');
  const said = lines.find((line) => line.includes('Failed to fetch')) ?? lines.at(-1);
  return `${program}: ${error?.message ?? said}`;
}
