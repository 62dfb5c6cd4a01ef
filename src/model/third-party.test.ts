import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distribution, pkg } from '../../test/packages.ts';
import type { Distribution, Package } from './package.ts';
import { formatPurl } from './purl.ts';
import { thirdPartyPublisher } from './third-party.ts';

const debian = distribution('debian', '12');
const alma = distribution('almalinux', '9.4');

const UBUNTU = { type: 'deb', namespace: 'ubuntu', name: 'systemd', version: '255.4-1ubuntu8' };
const RED_HAT = { type: 'rpm', namespace: 'redhat', name: 'bash', version: '5.1.8-9.el9' };

const CASES: readonly (readonly [string, Distribution, Package, string | null])[] = [
  [
    'Docker',
    debian,
    pkg('deb', 'containerd.io', '1.7.22-1', { supplier: 'Containerd team <help@containerd.io>' }),
    'Docker',
  ],
  [
    'docker-ce',
    debian,
    pkg('deb', 'docker-ce', '5:27.3.1-1~debian.12~bookworm', { supplier: 'Docker <support@docker.com>' }),
    'Docker',
  ],
  [
    'NodeSource',
    debian,
    pkg('deb', 'nodejs', '20.18.0-1nodesource1', { supplier: 'Ivan Iguaran <ivan@nodesource.com>' }),
    'NodeSource',
  ],
  ['PGDG', debian, pkg('deb', 'postgresql-16', '16.4-1.pgdg120+1'), 'the PostgreSQL project (PGDG)'],
  [
    'a PPA',
    distribution('ubuntu', '22.04'),
    pkg('deb', 'git', '1:2.46.0-0ppa1~ubuntu22.04.1'),
    'a Launchpad PPA',
  ],
  [
    'the deadsnakes PPA',
    distribution('ubuntu', '22.04'),
    pkg('deb', 'python3.12', '3.12.7-1+jammy1'),
    'a Launchpad PPA',
  ],
  [
    'NVIDIA',
    distribution('ubuntu', '22.04'),
    pkg('deb', 'cuda-cudart-12-4', '12.4.127-1', { supplier: 'cudatools <cudatools@nvidia.com>' }),
    'NVIDIA',
  ],
  ['NVIDIA rpm', alma, pkg('rpm', 'cuda-cudart-12-4', '12.4.127-1', { supplier: 'NVIDIA' }), 'NVIDIA'],
  [
    'openEuler itself',
    distribution('openeuler', '22.03'),
    pkg('rpm', 'bash', '5.1.8-6.oe2203', { supplier: 'http://openeuler.org' }),
    null,
  ],
  [
    'Debian itself',
    debian,
    pkg('deb', 'openssl', '3.0.15-1~deb12u1', {
      supplier: 'Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>',
    }),
    null,
  ],
  ['nobody named', debian, pkg('deb', 'openssl', '3.0.15-1~deb12u1'), null],
  ['EPEL', alma, pkg('rpm', 'htop', '3.3.0-1.el9', { supplier: 'Fedora Project' }), 'EPEL (Fedora Project)'],
  ['Docker rpm', alma, pkg('rpm', 'docker-ce', '3:27.3.1-1.el9', { supplier: 'Docker' }), 'Docker'],
  ['AlmaLinux itself', alma, pkg('rpm', 'bash', '5.1.8-9.el9', { supplier: 'AlmaLinux' }), null],
  ['rpm without vendor', alma, pkg('rpm', 'local', '1-1'), null],
  [
    'Fedora itself',
    distribution('fedora', '40'),
    pkg('rpm', 'bash', '5.2-1.fc40', { supplier: 'Fedora Project' }),
    null,
  ],
  [
    'a program copied out of an Ubuntu image',
    debian,
    pkg('deb', 'systemd', '255.4-1ubuntu8', { purl: formatPurl(UBUNTU) }),
    'ubuntu',
  ],
  [
    'the distribution under the name that other tools give it',
    distribution('rhel', '9.4'),
    pkg('rpm', 'bash', '5.1.8-9.el9', { purl: formatPurl(RED_HAT) }),
    null,
  ],
  [
    'a distribution without a row',
    distribution('mageia', '9'),
    pkg('rpm', 'bash', '5.2-1', { supplier: 'Mageia.Org' }),
    null,
  ],
  [
    'npm authors are no vendors',
    alma,
    pkg('npm', 'lodash', '4.17.20', { supplier: 'Docker <support@docker.com>' }),
    null,
  ],
];

for (const [name, some, installed, expected] of CASES) {
  test(`publisher: ${name}`, () => assert.equal(thirdPartyPublisher(installed, some), expected));
}
