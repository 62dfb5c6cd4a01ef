/** Which distribution a bill of another tool is about: from what it says outright, or from its packages' purls. */
import { DEBIAN_RELEASES } from '../model/debian-releases.ts';
import type { Distribution } from '../model/package.ts';
import { SYSTEM_TYPES } from '../model/package.ts';
import { ROLLING_DISTRIBUTIONS } from '../model/rolling-distributions.ts';
import { UBUNTU_RELEASES } from '../model/ubuntu-releases.ts';
import type { PurlFacts } from './purl-facts.ts';

/** What a bill says of the distribution, each as os-release(5) has it where it is known. */
export interface StatedDistribution {
  readonly id: string;
  readonly versionId?: string | null | undefined;
  readonly codename?: string | null | undefined;
  readonly idLike?: readonly string[] | undefined;
  readonly prettyName?: string | null | undefined;
  readonly cpe?: string | null | undefined;
  readonly path?: string | null | undefined;
}

/** What others call distributions, and `ID` of os-release(5). Trivy, `pkg/fanal/types/const.go`. */
const IDS: ReadonlyMap<string, string> = new Map([
  ['alma', 'almalinux'],
  ['amazon', 'amzn'],
  ['azure', 'azurelinux'],
  ['cbl-mariner', 'mariner'],
  ['opensuse', 'opensuse-leap'],
  ['opensuse.leap', 'opensuse-leap'],
  ['opensuse.tumbleweed', 'opensuse-tumbleweed'],
  ['oracle', 'ol'],
  ['redhat', 'rhel'],
  ['slem', 'sl-micro'],
  ['suse linux enterprise server', 'sles'],
]);

const CODENAMES: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['debian', DEBIAN_RELEASES],
  ['ubuntu', UBUNTU_RELEASES],
]);

/** Development branches, by the word that stands where others have a release. */
const BRANCHES: ReadonlySet<string> = new Set(['edge', 'rawhide', 'sid', 'unstable']);

/** Null where the release is not known, without which advisories cannot be asked: better none than another's. */
export function toDistribution(stated: StatedDistribution): Distribution | null {
  const named = stated.id.trim().toLowerCase();
  const id = IDS.get(named) ?? named;
  if (id === '' || id === 'none') return null;
  // Amazon's and Trivy's versions go on behind the number: `2 (Karoo)`
  const [version = ''] = (stated.versionId ?? '').trim().split(' ');
  const word = stated.codename?.toLowerCase() ?? (/^[a-z]+$/.test(version) ? version : null);
  const rolling =
    ROLLING_DISTRIBUTIONS.has(id) || BRANCHES.has(word ?? '') || isBranch(version, stated.prettyName ?? '');
  const numbered = /\d/.test(version) ? releaseOf(id, version) : (CODENAMES.get(id)?.get(word ?? '') ?? null);
  const versionId = rolling ? null : numbered;
  if (versionId === null && !rolling) return null;
  return {
    id,
    versionId,
    codename: word !== null && !BRANCHES.has(word) ? word : codenameOf(id, versionId),
    idLike: stated.idLike ?? [],
    prettyName: stated.prettyName || [id, versionId ?? word].filter(Boolean).join(' '),
    rolling,
    cpe: stated.cpe || null,
    repositories: [],
    path: stated.path?.replace(/^\/+/, '') || 'etc/os-release',
  };
}

/** Alpine's edge calls itself `3.21.0_alpha20240923`, Debian before a release `trixie/sid`. */
function isBranch(version: string, prettyName: string): boolean {
  return /_alpha\d+$/.test(version) || prettyName.endsWith('/sid');
}

/**
 * From the qualifier `distro` that most packages of a system have, and their namespace; null where none says enough.
 * Two distributions in one bill would be two images, so the others are not asked.
 */
export function distributionOfPurls(purls: readonly PurlFacts[]): Distribution | null {
  const counts = new Map<string, number>();
  for (const { type, distro, vendor } of purls) {
    if (!SYSTEM_TYPES.has(type) || (distro === null && vendor === null)) continue;
    const key = `${vendor ?? ''}\0${distro ?? ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  for (const [key] of byCount) {
    const [vendor = '', distro = ''] = key.split('\0');
    const found = toDistribution(splitDistro(vendor, distro));
    if (found !== null) return found;
  }
  return null;
}

/** `debian-12`, `opensuse-leap-15.5`, `bookworm`: the distribution is named, or is the namespace. */
function splitDistro(vendor: string, distro: string): StatedDistribution {
  const numbered = /^(?:(.*?)-)?(\d[^-]*)$/.exec(distro);
  if (numbered !== null) return { id: numbered[1] || vendor, versionId: numbered[2] };
  const named = vendor !== '' && distro.startsWith(`${vendor}-`) ? distro.slice(vendor.length + 1) : distro;
  return ROLLING_DISTRIBUTIONS.has(named) ? { id: named } : { id: vendor, versionId: named };
}

/** Amazon Linux 2023 numbers its snapshots behind the release: `2023.6.20241111`. */
function releaseOf(id: string, version: string): string {
  return id === 'amzn' && version.startsWith('20') && !version.startsWith('201')
    ? version.slice(0, 4)
    : version;
}

function codenameOf(id: string, versionId: string | null): string | null {
  for (const [codename, release] of CODENAMES.get(id) ?? []) {
    if (versionId === release || versionId?.startsWith(`${release}.`)) return codename;
  }
  return null;
}
