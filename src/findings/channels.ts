/**
 * Streams of updates beside the ordinary one. Some add to it: Ubuntu Pro and Debian ELTS fix the packages of a release
 * for those who subscribe, so what they say of a flaw is true of everybody's package, but their fixes are not for
 * everybody. Others stand apart: Red Hat's extended support has builds of its own for one minor release; Ubuntu's FIPS
 * modules and Oracle's builds for Ksplice are other packages under the same name. Their versions and the ordinary ones
 * say nothing about each other.
 */
import { redHatProduct } from '../advisories/vocabulary/redhat-products.ts';
import { isExtendedMaintenance } from '../advisories/vocabulary/ubuntu.ts';
import type { Distribution, Package } from '../model/package.ts';
import type { Installation } from './installation.ts';
import { minorOfBuild } from './minor-release.ts';

/**
 * How a statement's channel stands to a package: `ordinary`, everybody has it; `followed`, the package is from it;
 * `elsewhere`, it adds fixes that the installation does not get; `apart`, it speaks of other builds.
 */
export type ChannelStanding = 'ordinary' | 'followed' | 'elsewhere' | 'apart';

/** Channels that add to a release, by what stands before a colon, and whether a version shows that it is from there. */
const ADDITIONS: ReadonlyMap<string, (version: string) => boolean> = new Map([
  ['esm', isExtendedMaintenance],
  ['esm-apps', isExtendedMaintenance],
  ['esm-apps-legacy', isExtendedMaintenance],
  ['esm-infra', isExtendedMaintenance],
  ['esm-infra-legacy', isExtendedMaintenance],
  // Debian's, Red Hat's and SUSE's versions go on as before: 2.9.4+dfsg1-7+deb10u9, 3.10.0-1160.125.1.el7
  ['bcl', () => false],
  ['elts', () => false],
  ['els', () => false],
  ['espos', () => false],
  ['ltss', () => false],
  ['ltss-core', () => false],
  ['ltss-extended-security', () => false],
]);

/** Builds that stand apart, as the channel's name begins and as versions show it: `-1ubuntu2.fips.22`, `.ksplice1.el9`. */
const APART: readonly string[] = ['fips', 'ksplice'];

export function channelStanding(
  channel: string | null,
  { type, version }: Pick<Package, 'type' | 'version'>,
  { streams, repositories }: Pick<Installation, 'streams' | 'repositories'>,
): ChannelStanding {
  const mark = type === 'deb' || type === 'rpm' ? APART.find((name) => version.includes(name)) : undefined;
  if (mark !== undefined) return channel?.startsWith(mark) ? 'followed' : 'apart';
  if (channel === null) return 'ordinary';
  if (streams.has(channel) || repositories.has(channel)) return 'followed';
  const [kind = ''] = channel.split(':', 1);
  const isFromAddition = ADDITIONS.get(kind);
  if (isFromAddition === undefined) return 'apart';
  return isFromAddition(version) ? 'followed' : 'elsewhere';
}

/**
 * `eus:9.2` and the like, which an installation of Red Hat follows. os-release names a stream only in its CPE; else the
 * names of content sets do (`rhel-8-for-x86_64-baseos-eus-rpms__8_DOT_4`), and VERSION_ID the minor release.
 */
export function minorStreams({ id, versionId, cpe, repositories }: Distribution): ReadonlySet<string> {
  if (id !== 'rhel') return new Set();
  const sets = repositories.flatMap((name) => {
    const [, kind, minor] =
      /^rhel-\d+-(?:[\w.]+-)*(eus|aus|e4s|tus)-rpms(?:__(\d+_DOT_\d+))?$/.exec(name) ?? [];
    const of = minor?.replace('_DOT_', '.') ?? versionId;
    return kind === undefined || of === null ? [] : [`${kind}:${of}`];
  });
  const named = redHatProduct(cpe ?? '')?.channel ?? null;
  return new Set(named === null ? sets : [named, ...sets]);
}

/**
 * Is this build one of a later minor release than the installation's stream is for? `3.0.7-25.el9_3` is no update for
 * `eus:9.2`, which stays with the builds of 9.2.
 */
export function isBeyondStream(version: string, { streams }: Pick<Installation, 'streams'>): boolean {
  if (streams.size === 0) return false;
  const minor = minorOfBuild(version);
  return [...streams].every((stream) => minor > Number(stream.slice(stream.lastIndexOf('.') + 1)));
}
