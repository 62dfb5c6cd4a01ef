import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'R',
    cataloger: 'r-installed',
    evidence: ['*/DESCRIPTION'],
    origin: 'Debian 12, r-base-core 4.2.2 and six packages of r-cran-* and r-bioc-*',
    files: () => fixtureTree('r/library.tar.gz'),
  },
  {
    ecosystem: 'R',
    cataloger: 'r-lock',
    evidence: ['renv.lock'],
    origin: 'written by renv 1.2.4.9000',
    files: () => ({ 'srv/renv.lock': fixture('r/renv.lock') }),
  },
  {
    ecosystem: 'R',
    cataloger: 'r-lock',
    evidence: ['packrat.lock'],
    origin: 'written by packrat 0.9.0',
    files: () => ({ 'srv/packrat/packrat.lock': fixture('r/packrat.lock') }),
  },
];
