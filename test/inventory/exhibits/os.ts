import { fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Nix',
    cataloger: 'nix',
    evidence: ['nix/store/*/', 'nix/var/nix/db/db.sqlite'],
    origin: 'a store and its database, built by Nix 2.8',
    files: () => fixtureTree('os/nix.tar.gz'),
  },
];
