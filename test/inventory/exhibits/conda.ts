import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'conda',
    cataloger: 'conda-installed',
    evidence: ['conda-meta/*.json'],
    origin: 'an environment that rattler 0.28 linked, from packages of two wheels of PyPI',
    files: () => fixtureTree('conda/environment.tar.gz'),
  },
  {
    ecosystem: 'conda',
    cataloger: 'conda-environment',
    evidence: ['environment.yml', 'environment.yaml'],
    origin: 'written by hand after the documentation of conda',
    files: () => ({ 'srv/environment.yml': fixture('conda/environment.yml') }),
  },
];
