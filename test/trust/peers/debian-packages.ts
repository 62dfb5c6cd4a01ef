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
  const sources = machineSources();
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

/** The first stanza of the machine's own sources. sources.list(5), deb822 format */
function machineSources(): string | null {
  const file = '/etc/apt/sources.list.d/debian.sources';
  return existsSync(file) ? (readFileSync(file, 'utf8').split(/\n\s*\n/, 1)[0] ?? null) : null;
}

function fetchAndUnpack(work: string, sources: string, request: PackageRequest): string | null {
  const { suite, packages } = request;
  const inside = (...names: string[]): string => join(work, ...names);
  for (const path of ['sources', 'lists/partial', 'cache/archives/partial', 'root'])
    mkdirSync(inside(path), { recursive: true });
  writeFileSync(
    inside('sources', 'peers.sources'),
    `${sources.replace(/^Suites:.*$/m, `Suites: ${suite}`)}\n`,
  );
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
    'Acquire::http::Timeout': '20',
    'Acquire::https::Timeout': '20',
  };
  const settings = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const archives = inside('cache', 'archives');
  const failure =
    run('apt-get', [...settings, 'update', '--error-on=any'], archives, 60 * SECOND) ??
    run('apt-get', [...settings, 'install', '--yes', '--download-only', ...packages], archives, 120 * SECOND);
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
  const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error, stderr, stdout } = spawnSync(program, args, { cwd, env, timeout, encoding: 'utf8' });
  if (status === 0) return null;
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').at(-1);
  return `${program} ${args.at(-1)}: ${error?.message ?? said}`;
}
