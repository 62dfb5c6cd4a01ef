import type { Distribution } from '../../../model/package.ts';
import { formatPurl, type Purl } from '../../../model/purl.ts';

export interface SystemPackage {
  readonly type: 'alpm' | 'apk' | 'deb' | 'ebuild' | 'opkg' | 'rpm';
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** Portage's category, which stands in the distribution's place. */
  readonly category?: string;
  /** rpm alone has its epoch beside the version. */
  readonly epoch?: string | null;
}

/**
 * The purl of a package that a distribution's package manager installed: the distribution is the namespace, and
 * `distro` names the release, as in `pkg:deb/debian/openssl@3.0.15-1~deb12u1?arch=amd64&distro=debian-12`.
 * purl-spec, types/{alpm,apk,deb,rpm}-definition;
 * `ebuild` and `opkg`, which have no definition yet, alike.
 */
export function systemPurl(pkg: SystemPackage, distribution: Distribution | null): Purl {
  return formatPurl({
    type: pkg.type,
    namespace: pkg.category ?? distribution?.id,
    name: pkg.name,
    version: pkg.version,
    qualifiers: {
      arch: pkg.architecture,
      distro: distribution && [distribution.id, distribution.versionId].filter(Boolean).join('-'),
      epoch: pkg.epoch,
    },
  });
}
