import { UBUNTU_RELEASES } from '../../model/ubuntu-releases.ts';

/** Where a statement of Ubuntu's belongs: a release, and the stream of updates in it. */
export interface UbuntuPocket {
  /** As OSV writes it: `Ubuntu:22.04:LTS`, `Ubuntu:23.10`. */
  readonly ecosystem: string;
  /** Null for what every installation gets; else one of {@link CHANNELS}, or `esm` where it is not said which. */
  readonly channel: string | null;
}

/**
 * Streams of updates that need a subscription, or another kernel. The tracker names them before the codename
 * (`esm-apps/xenial`), and so do the package URLs of its data.
 * https://documentation.ubuntu.com/security/security-updates/osv/, "The Ubuntu ecosystem"
 */
const CHANNELS: ReadonlySet<string> = new Set([
  'bluefield',
  'esm-apps',
  'esm-apps-legacy',
  'esm-infra',
  'esm-infra-legacy',
  'fips',
  'fips-preview',
  'fips-updates',
  'realtime',
]);

/** OSV's ecosystem of a codename; null for one that is not known, such as the tracker's `devel` and `upstream`. */
export function ubuntuEcosystem(codename: string): string | null {
  const release = UBUNTU_RELEASES.get(codename);
  if (release === undefined) return null;
  // every April of an even year; the first one came two months late
  const isLongTerm = release === '6.06' || /[02468]\.04$/.test(release);
  return `Ubuntu:${release}${isLongTerm ? ':LTS' : ''}`;
}

/**
 * The pocket that the tracker calls `jammy`, `esm-infra/focal`, or in its older files `trusty/esm`. Null for what is no
 * release of Ubuntu's archive: products, snaps, `vivid/ubuntu-core`.
 */
export function ubuntuPocket(label: string): UbuntuPocket | null {
  const [first = '', second, ...more] = label.split('/');
  if (more.length > 0) return null;
  const codename = second === undefined || second === 'esm' ? first : second;
  const channel = second === undefined ? null : second === 'esm' ? 'esm-infra' : first;
  const ecosystem = ubuntuEcosystem(codename);
  return ecosystem === null || (channel !== null && !CHANNELS.has(channel)) ? null : { ecosystem, channel };
}

/**
 * The pocket of an OSV entry: `Ubuntu:Pro:18.04:LTS` is the release `Ubuntu:18.04:LTS` with a channel, which the package
 * URL names (`…&distro=esm-apps/bionic`). Null for an ecosystem that is not Ubuntu's.
 */
export function ubuntuPocketOfOsv(ecosystem: string, purl: string | undefined): UbuntuPocket | null {
  const parts = /^Ubuntu:(?:(.+):)?(\d+\.\d+(?::LTS)?)(?::(.+))?$/.exec(ecosystem);
  if (parts?.[2] === undefined) return null;
  const release = `Ubuntu:${parts[2]}`;
  const label = /[?&]distro=([\w./-]+)/.exec(purl?.replaceAll(/%2F/gi, '/') ?? '')?.[1];
  const named = label === undefined ? null : ubuntuPocket(label);
  if (named?.ecosystem === release) return named;
  const words = `${parts[1] ?? ''}:${parts[3] ?? ''}`.toLowerCase().split(':');
  const channel = words.find((word) => CHANNELS.has(word)) ?? (words.includes('pro') ? 'esm' : null);
  return { ecosystem: release, channel };
}

/** `2.4.9-1ubuntu2+esm1`, `4.0.17+dfsg-1ubuntu0.1~esm2`: built for the extended maintenance of a release. */
export function isExtendedMaintenance(version: string): boolean {
  return /[+~]esm\d/.test(version);
}
