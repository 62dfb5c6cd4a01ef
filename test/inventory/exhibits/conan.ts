import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Conan',
    cataloger: 'conan-installed',
    evidence: ['.conan/data/*/*/*/*/package/*/conaninfo.txt', 'full_deploy/**/conaninfo.txt'],
    origin: 'Conan 1.64.1 and 2.9.2',
    files: () => fixtureTree('conan/installed.tar.gz'),
  },
  {
    ecosystem: 'Conan',
    cataloger: 'conan-lock',
    evidence: ['conan.lock'],
    origin: 'Conan 1.64.1 and 2.9.2',
    files: () => ({
      'srv/a/conan.lock': fixture('conan/v04.conan.lock'),
      'srv/b/conan.lock': fixture('conan/v05.conan.lock'),
    }),
  },
  {
    ecosystem: 'Conan',
    cataloger: 'conan-lock',
    evidence: ['conanfile.txt'],
    origin: 'as Conan 2.9.2 read it',
    files: () => ({ 'srv/conanfile.txt': fixture('conan/conanfile.txt') }),
  },
];
