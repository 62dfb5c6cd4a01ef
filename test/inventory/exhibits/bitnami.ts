import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Bitnami',
    cataloger: 'bitnami',
    evidence: ['opt/bitnami/**/.spdx-*.spdx', 'opt/bitnami/.bitnami_components.json'],
    origin: 'written by hand after SPDX 2.3 and Bitnami’s images',
    files: () => ({
      'opt/bitnami/postgresql/.spdx-postgresql.spdx': fixture('bitnami/spdx-postgresql.spdx'),
      'opt/bitnami/.bitnami_components.json': fixture('bitnami/components.json'),
    }),
  },
];
