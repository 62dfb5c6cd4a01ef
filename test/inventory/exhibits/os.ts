import { gunzipSync } from 'node:zlib';
import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Nix',
    cataloger: 'nix',
    evidence: ['nix/store/*/', 'nix/var/nix/db/db.sqlite'],
    origin: 'a store and its database, built by Nix 2.8',
    files: () => fixtureTree('os/nix.tar.gz'),
  },
  {
    ecosystem: 'Arch Linux and its kin',
    cataloger: 'pacman',
    evidence: ['var/lib/pacman/local/*/desc', 'var/lib/pacman/local/*/files'],
    origin: 'a database of three packages, written by pacman 6.0.2',
    files: () => fixtureTree('os/pacman.tar.gz'),
  },
  {
    ecosystem: 'Gentoo and its kin',
    cataloger: 'portage',
    evidence: ['var/db/pkg/*/*/{CONTENTS,PF,LICENSE,RDEPEND,DESCRIPTION,HOMEPAGE}'],
    origin: 'written by hand after portage(5) and PMS',
    files: () => fixtureTree('os/portage.tar.gz'),
  },
  {
    ecosystem: 'OpenWrt, Yocto (opkg)',
    cataloger: 'opkg',
    evidence: ['{usr,var}/lib/opkg/status', '{usr,var}/lib/opkg/info/*.{control,list}'],
    origin: 'written by hand after the documentation of OpenWrt',
    files: () => fixtureTree('os/opkg.tar.gz'),
  },
  {
    ecosystem: 'Debian, Ubuntu (slices of Chisel)',
    cataloger: 'dpkg',
    evidence: ['var/lib/chisel/manifest.wall'],
    origin: 'written by hand after the documentation of Chisel',
    files: () => ({ 'var/lib/chisel/manifest.wall': fixture('os/manifest.wall') }),
  },
  {
    ecosystem: 'Container-Optimized OS',
    cataloger: 'cos',
    evidence: ['etc/cos-package-info.json'],
    origin: 'written by hand after its documentation',
    files: () => ({ 'etc/cos-package-info.json': fixture('os/cos-package-info.json') }),
  },
  {
    ecosystem: 'Bottlerocket',
    cataloger: 'bottlerocket',
    evidence: ['usr/share/bottlerocket/application-inventory.json'],
    origin: 'written by hand after its documentation',
    files: () => ({
      'usr/share/bottlerocket/application-inventory.json': fixture('os/application-inventory.json'),
    }),
  },
  {
    ecosystem: 'Windows',
    cataloger: 'windows',
    evidence: ['Files/Windows/System32/config/SOFTWARE'],
    origin: 'a registry hive, written by hivex 1.3.23',
    files: () => ({
      'Files/Windows/System32/config/SOFTWARE': gunzipSync(fixture('os/SOFTWARE.gz')),
    }),
  },
];
