import { fixtureTree } from '../layer-stack.ts';
import { readContainerManifest, readRpmFixture } from '../rpm-fixtures.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Alpine, Wolfi, Chainguard',
    cataloger: 'apk',
    evidence: ['lib/apk/db/installed', 'usr/lib/apk/db/installed'],
    origin: 'Alpine 3.18, its database',
    files: () => fixtureTree('alpine/3.18.tar.gz'),
  },
  {
    ecosystem: 'Debian, Ubuntu',
    cataloger: 'dpkg',
    evidence: ['var/lib/dpkg/status', 'var/lib/dpkg/info/*.list', 'usr/share/doc/*/copyright'],
    origin: 'Debian 12, debootstrap minbase',
    files: () => fixtureTree('debian/bookworm-minbase.tar.gz'),
  },
  {
    ecosystem: 'Debian, distroless',
    cataloger: 'dpkg',
    evidence: ['var/lib/dpkg/status.d/*'],
    origin: 'distroless on Debian 12',
    files: () => fixtureTree('debian/distroless-a.tar.gz'),
  },
  {
    ecosystem: 'Red Hat and its kin (Berkeley DB)',
    cataloger: 'rpm',
    evidence: ['var/lib/rpm/Packages'],
    origin: 'CentOS 8 with modules, its database',
    files: () => ({ 'var/lib/rpm/Packages': readRpmFixture('rebuilt-centos8-modularity-part') }),
  },
  {
    ecosystem: 'SUSE (ndb)',
    cataloger: 'rpm',
    evidence: ['usr/lib/sysimage/rpm/Packages.db'],
    origin: 'SLE 15, its database',
    files: () => ({ 'usr/lib/sysimage/rpm/Packages.db': readRpmFixture('real-sle15-small') }),
  },
  {
    ecosystem: 'Fedora and later Red Hat (SQLite)',
    cataloger: 'rpm',
    evidence: ['var/lib/rpm/rpmdb.sqlite', 'usr/lib/sysimage/rpm/rpmdb.sqlite'],
    origin: 'Fedora 35, its database',
    files: () => ({ 'var/lib/rpm/rpmdb.sqlite': readRpmFixture('rebuilt-fedora35') }),
  },
  {
    ecosystem: 'CBL-Mariner, distroless',
    cataloger: 'rpm',
    evidence: ['var/lib/rpmmanifest/container-manifest-2'],
    origin: 'CBL-Mariner 2, container manifest',
    files: () => ({ 'var/lib/rpmmanifest/container-manifest-2': readContainerManifest() }),
  },
];
