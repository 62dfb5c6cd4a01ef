import type { Distribution } from '../../../model/package.ts';
import { formatPurl, type Purl } from '../../../model/purl.ts';

export interface SystemPackage {
  readonly type: 'apk' | 'deb' | 'rpm';
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** rpm alone has its epoch beside the version. */
  readonly epoch?: string | null;
}

/**
 * The purl of a package that a distribution's package manager installed: the distribution is the namespace, and
 * `distro` names the release, as in `pkg:deb/debian/openssl@3.0.15-1~deb12u1?arch=amd64&distro=debian-12`.
 * purl-spec, types/{apk,deb,rpm}-definition.
 */
export function systemPurl(pkg: SystemPackage, distribution: Distribution | null): Purl {
  return formatPurl({
    type: pkg.type,
    namespace: distribution?.id,
    name: pkg.name,
    version: pkg.version,
    qualifiers: {
      arch: pkg.architecture,
      distro: distribution && [distribution.id, distribution.versionId].filter(Boolean).join('-'),
      epoch: pkg.epoch,
    },
  });
}
