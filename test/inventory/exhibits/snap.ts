import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Snaps',
    cataloger: 'snap',
    evidence: ['meta/snap.yaml', 'snap/manifest.yaml'],
    origin: 'written by hand after the documentation of Snapcraft',
    files: () => ({
      'snap/asciinema/42/meta/snap.yaml': fixture('snap/snap.yaml'),
      'snap/asciinema/42/snap/manifest.yaml': fixture('snap/manifest.yaml'),
    }),
  },
];
