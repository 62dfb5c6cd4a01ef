import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { unpackedVersions, unpackPackages, type PackageRequest } from './debian-packages.ts';

/*
 * Programs that others trust, to be held against Hallmark. They come from Debian into the user's cache when a test first
 * wants them, which takes seconds, at most minutes; where they cannot be had, the tests skip and say why:
 *
 *   const cosign = findPeer('cosign');
 *   test('…', { skip: cosign.missing }, async () => { await runPeer(cosign, ['verify', …], { home }); });
 *
 * sid moves: tests hold for the versions that {@link PEERS} names, and skip for others.
 */

export interface Peer {
  /** As its package has it. */
  readonly version: string;
  /** Why it could not be had; false where it is there, as the option `skip` of tests wants it. */
  readonly missing: string | false;
  /** Program and first arguments. */
  readonly command: readonly [string, ...string[]];
}

interface PeerSource {
  readonly suite: PackageRequest['suite'];
  readonly packageName: string;
  /** Beginnings of versions for which the tests were written. */
  readonly versions: readonly string[];
}

const PEERS = {
  cosign: { suite: 'sid', packageName: 'cosign', versions: ['3.'] },
  /** The last line that writes the older format unless it is told otherwise. */
  cosign2: { suite: 'trixie', packageName: 'cosign', versions: ['2.5.', '2.6.'] },
  notation: { suite: 'sid', packageName: 'notation', versions: ['1.'] },
  oras: { suite: 'sid', packageName: 'oras', versions: ['1.'] },
  crane: { suite: 'sid', packageName: 'crane', versions: ['0.2'] },
  skopeo: { suite: 'sid', packageName: 'skopeo', versions: ['1.'] },
  'docker-registry': { suite: 'sid', packageName: 'docker-registry', versions: ['2.8', '3.'] },
} as const satisfies Readonly<Record<string, PeerSource>>;

export type PeerName = keyof typeof PEERS;

/** Where the programs of each suite are; fetched once, when a first test asks for this file. */
const SUITES = { sid: openSuite('sid'), trixie: openSuite('trixie') } as const;

/** A directory with unpacked packages, or why there is none. */
interface Suite {
  readonly root: string;
  readonly failure: string | null;
}

function openSuite(suite: PackageRequest['suite']): Suite {
  const packages = Object.values(PEERS).flatMap((peer) => (peer.suite === suite ? [peer.packageName] : []));
  const root = join(cacheDirectory(), `${suite}-${nameOf(packages)}`);
  return { root, failure: unpackPackages(root, { suite, packages }) };
}

export function findPeer(name: PeerName): Peer {
  const { suite, packageName, versions }: PeerSource = PEERS[name];
  const { root, failure } = SUITES[suite];
  if (failure !== null) return missingPeer(`${name} could not be had: ${failure}`);
  const version = unpackedVersions(root)[packageName] ?? '';
  if (!versions.some((known) => version.startsWith(known)))
    return missingPeer(`${name} ${version} is not among the versions that are known: ${versions.join(', ')}`);
  const libraries = join(root, 'usr/lib', multiarch(root));
  const loader = readdirSync(libraries).find((file) => file.startsWith('ld-linux'));
  if (loader === undefined) return missingPeer(`${name} came without the libraries that it needs`);
  // Its own libraries: the machine's may be older than the suite.
  const command = [join(libraries, loader), '--library-path', libraries, join(root, 'usr/bin', packageName)];
  return { version, missing: false, command: command as [string, ...string[]] };
}

function missingPeer(missing: string): Peer {
  return { version: '(missing)', missing, command: [''] };
}

/** One directory for one list of packages. */
function nameOf(packages: readonly string[]): string {
  return createHash('sha256').update(packages.join()).digest('hex').slice(0, 8);
}

function cacheDirectory(): string {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(base, 'hallmark-test-peers');
}

function multiarch(root: string): string {
  return readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu')) ?? '';
}

export interface PeerRun {
  readonly status: number | null;
  readonly stdout: string;
  /** What it says to people; programs differ in where they say it. */
  readonly said: string;
}

export interface PeerSurroundings {
  /** A directory of its own: HOME, and where it runs. */
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const TIME_LIMIT = 30_000;

/** Runs a program with nothing of the surroundings of whoever runs the tests; one that goes on is killed. */
export async function runPeer(
  { command: [program, ...first] }: Peer,
  args: readonly string[],
  { home, environment }: PeerSurroundings,
): Promise<PeerRun> {
  const child = spawn(program, [...first, ...args], {
    cwd: home,
    env: { HOME: home, PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { status, stdout, said: `${stdout}${stderr}` };
}
