import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const ORIGIN = 'written by hand after the source of vcpkg-tool';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'vcpkg',
    cataloger: 'vcpkg-installed',
    evidence: ['vcpkg/{status,updates/*,info/*.list}', '*/share/*/vcpkg.spdx.json'],
    origin: ORIGIN,
    files: () => ({
      'opt/vcpkg/installed/vcpkg/status': fixture('vcpkg/status'),
      'opt/vcpkg/installed/vcpkg/updates/0000000001': fixture('vcpkg/update'),
      'opt/vcpkg/installed/vcpkg/info/zlib_1.2.13_x64-linux.list': fixture('vcpkg/zlib.list'),
      'opt/vcpkg/installed/x64-linux/share/zlib/vcpkg.spdx.json': fixture('vcpkg/zlib.spdx.json'),
    }),
  },
  {
    ecosystem: 'vcpkg',
    cataloger: 'vcpkg-manifest',
    evidence: ['vcpkg.json'],
    origin: ORIGIN,
    files: () => ({ 'srv/vcpkg.json': fixture('vcpkg/vcpkg.json') }),
  },
];
