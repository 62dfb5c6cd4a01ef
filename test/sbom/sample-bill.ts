/** A small image, for tests of what is written about it. */
import type { AssessedImage } from '../../src/model/assessment.ts';
import { parseDigest } from '../../src/model/digest.ts';
import type { Distribution, Package } from '../../src/model/package.ts';
import { formatPurl } from '../../src/model/purl.ts';
import type { BillInput } from '../../src/sbom/bill.ts';
import { pkg as basePackage } from '../packages.ts';

export const CREATED = '2026-11-21T04:00:00Z';

export const LAYER = parseDigest(`sha256:${'a'.repeat(64)}`);
export const MANIFEST = parseDigest(`sha256:${'b'.repeat(64)}`);

export const DEBIAN: Distribution = {
  id: 'debian',
  versionId: '12',
  codename: 'bookworm',
  idLike: [],
  prettyName: 'Debian GNU/Linux 12 (bookworm)',
  rolling: false,
  cpe: null,
  repositories: [],
  path: 'usr/lib/os-release',
};

export const IMAGE: AssessedImage = {
  reference: 'debian:12',
  kind: 'image',
  digest: MANIFEST,
  indexDigest: null,
  configDigest: parseDigest(`sha256:${'c'.repeat(64)}`),
  platform: 'linux/amd64',
  created: '2026-11-01T00:00:00Z',
  author: null,
  labels: { 'org.opencontainers.image.title': 'sample' },
  annotations: {},
  run: null,
  layers: [
    {
      index: 0,
      diffId: LAYER,
      digest: LAYER,
      sizeBytes: 1,
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      step: 0,
      base: null,
      packages: { added: [], removed: [], changed: [] },
    },
  ],
  history: [{ createdBy: 'ADD rootfs /', created: null, author: null, comment: null, layer: 0 }],
  base: null,
};

type Facts = Pick<Package, 'type' | 'name'> & Partial<Package>;

function pkg({ type, name, version = '1.0', ...facts }: Facts): Package {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  const purl = formatPurl({
    type,
    namespace: type === 'npm' ? name.slice(0, Math.max(slash, 0)) : 'debian',
    name: name.slice(slash + 1),
    version,
    qualifiers: type === 'npm' ? {} : { arch: facts.architecture, distro: 'debian-12' },
  });
  const path = type === 'npm' ? `app/node_modules/${name}/package.json` : 'var/lib/dpkg/status';
  return {
    ...basePackage(type, 'x', version),
    id: purl,
    purl,
    name,
    layer: LAYER,
    evidence: [{ path, layer: LAYER, step: 0 }],
    ...facts,
  };
}

export const LIBC = pkg({
  type: 'deb',
  name: 'libc6',
  version: '2.36-9+deb12u9',
  architecture: 'amd64',
  source: { name: 'glibc', version: '2.36-9+deb12u9' },
});

export const LIBSSL = pkg({
  type: 'deb',
  name: 'libssl3',
  version: '3.0.15-1~deb12u1',
  architecture: 'amd64',
  source: { name: 'openssl', version: '3.0.15-1~deb12u1' },
  licences: ['Apache-2.0', 'Artistic or GPL-1+', 'GPL-1+'],
  supplier: 'Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>',
  description: 'Secure Sockets Layer toolkit - shared libraries',
  homepage: 'https://www.openssl.org/',
  checksums: [{ algorithm: 'sha1', hex: 'd'.repeat(40) }],
  cpes: ['cpe:2.3:a:openssl:openssl:3.0.15:*:*:*:*:*:*:*', 'cpe:/a:openssl:openssl:3.0.15'],
  files: ['usr/lib/x86_64-linux-gnu/libssl.so.3'],
  dependencies: ['debconf', 'libc6'],
  dependsOn: [LIBC.id],
});

export const DEBUG_2 = pkg({
  type: 'npm',
  name: 'debug',
  version: '2.6.9',
  licences: ['MIT'],
  dependencies: ['ms'],
});

export const DEBUG_4 = pkg({
  type: 'npm',
  name: 'debug',
  version: '4.3.4',
  licences: ['MIT'],
  evidence: [{ path: 'app/node_modules/@babel/core/node_modules/debug/package.json', layer: LAYER, step: 0 }],
});

export const BABEL = pkg({
  type: 'npm',
  name: '@babel/core',
  version: '7.24.0',
  licences: ['(MIT or Apache-2.0)'],
  licenceTexts: [
    { path: 'app/node_modules/@babel/core/LICENSE', expression: 'MIT', confidence: 0.98 },
    { path: 'app/node_modules/@babel/core/NOTICE', expression: 'Apache-2.0', confidence: 1 },
  ],
  supplier: 'The Babel Team (https://babel.dev/team)',
  homepage: 'see the readme',
  dependencies: ['debug'],
  dependsOn: [DEBUG_4.id],
  ownedBy: LIBSSL.id,
});

/** Packages in the order of an inventory. */
export const INPUT: BillInput = {
  tool: { name: 'hallmark', version: '0.1.0' },
  image: IMAGE,
  distribution: DEBIAN,
  packages: [LIBC, LIBSSL, BABEL, DEBUG_2, DEBUG_4],
  coverage: [],
};
