/**
 * Streams of updates beside the ordinary one. Some add to it: Ubuntu Pro and Debian ELTS fix the packages of a release
 * for those who subscribe, so what they say of a flaw is true of everybody's package, but their fixes are not for
 * everybody. Others stand apart: Red Hat's extended support has builds of its own for one minor release, Ubuntu's FIPS
 * modules are other packages under the same name, and their versions say nothing about the ordinary ones.
 */
import type { Distribution, Package } from '../model/package.ts';
import type { Installation } from './installation.ts';

/**
 * How a statement's channel stands to a package: `ordinary`, everybody has it; `followed`, the package is from it;
 * `elsewhere`, it adds fixes that the installation does not get; `apart`, it speaks of other builds.
 */
export type ChannelStanding = 'ordinary' | 'followed' | 'elsewhere' | 'apart';

/** Channels that add to a release, with what shows in a version that the package is from there; null: nothing does. */
const ADDITIONS: ReadonlyMap<string, RegExp | null> = new Map([
  // 1.1.1-1ubuntu2.1~18.04.23+esm1, 2.4.29-1ubuntu4.27+esm2, 5.5-7ubuntu0.1~esm1
  ['esm-infra', /[+~.]esm\d/],
  ['esm-apps', /[+~.]esm\d/],
  ['esm-infra-legacy', /[+~.]esm\d/],
  ['elts', null],
]);

/** Channels with builds of their own, with what shows it: 1.1.1f-1ubuntu2.fips.22. */
const APART: ReadonlyMap<string, RegExp> = new Map([
  ['fips', /fips/i],
  ['fips-updates', /fips/i],
  ['fips-preview', /fips/i],
]);

export function channelStanding(
  channel: string | null,
  { version }: Pick<Package, 'version'>,
  { streams, repositories }: Pick<Installation, 'streams' | 'repositories'>,
): ChannelStanding {
  if (channel === null) return 'ordinary';
  if (streams.has(channel) || repositories.has(channel)) return 'followed';
  const addition = ADDITIONS.get(channel);
  if (addition !== undefined) return addition?.test(version) ? 'followed' : 'elsewhere';
  return APART.get(channel)?.test(version) ? 'followed' : 'apart';
}

/**
 * `eus:9.2` and the like, which an installation of Red Hat follows. os-release names a stream only in its CPE; else the
 * names of content sets do (`rhel-8-for-x86_64-baseos-eus-rpms__8_DOT_4`), and VERSION_ID the minor release.
 */
export function minorStreams({ id, versionId, cpe, repositories }: Distribution): ReadonlySet<string> {
  if (id !== 'rhel') return new Set();
  const [, named, release] = /^cpe:\/[ao]:redhat:rhel_(eus|aus|e4s|tus):(\d+\.\d+)/.exec(cpe ?? '') ?? [];
  const sets = repositories.flatMap((name) => {
    const [, kind, minor] =
      /^rhel-\d+-(?:[\w.]+-)*(eus|aus|e4s|tus)-rpms(?:__(\d+_DOT_\d+))?$/.exec(name) ?? [];
    const of = minor?.replace('_DOT_', '.') ?? versionId;
    return kind === undefined || of === null ? [] : [`${kind}:${of}`];
  });
  return new Set(named === undefined ? sets : [`${named}:${release}`, ...sets]);
}

/**
 * Is this build one of a later minor release than the installation's stream is for? `3.0.7-25.el9_3` is no update for
 * `eus:9.2`, which stays with the builds of 9.2.
 */
export function isBeyondStream(version: string, { streams }: Pick<Installation, 'streams'>): boolean {
  if (streams.size === 0) return false;
  const [, major = '', minor = ''] = /\.el(\d+)_(\d+)/.exec(version) ?? [];
  if (minor === '') return false;
  const releases = [...streams].map((stream) => stream.slice(stream.indexOf(':') + 1).split('.'));
  return releases.every(([own, ownMinor]) => own === major && Number(minor) > Number(ownMinor));
}
