import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Perl',
    cataloger: 'cpan-installed',
    evidence: ['.meta/*/{install.json,MYMETA.json}'],
    origin: 'installed by cpanm 1.7046',
    files: () => fixtureTree('perl/installed.tar.gz'),
  },
  {
    ecosystem: 'Perl',
    cataloger: 'cpan-lock',
    evidence: ['cpanfile.snapshot'],
    origin: 'written by hand in the form of Carton 1.0.35',
    files: () => ({ 'srv/cpanfile.snapshot': fixture('perl/cpanfile.snapshot') }),
  },
];
