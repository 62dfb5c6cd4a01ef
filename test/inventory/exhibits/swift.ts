import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Swift',
    cataloger: 'swift-lock',
    evidence: ['Package.resolved', '.package.resolved'],
    origin: 'written by hand in the formats 1, 2 and 3',
    files: () => ({
      'srv/a/.package.resolved': fixture('swift/v1.Package.resolved'),
      'srv/b/Package.resolved': fixture('swift/v2.Package.resolved'),
      'srv/c/Package.resolved': fixture('swift/v3.Package.resolved'),
    }),
  },
];
