import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Julia',
    cataloger: 'julia-installed',
    evidence: ['packages/*/*/Project.toml'],
    origin: 'written by hand after the documentation of Pkg.jl',
    files: () => ({
      'root/.julia/packages/Example/aqsx3/Project.toml': fixture('julia/Example.Project.toml'),
    }),
  },
  {
    ecosystem: 'Julia',
    cataloger: 'julia-manifest',
    evidence: ['Manifest.toml', 'Manifest-v*.toml'],
    origin: 'written by hand after the documentation of Pkg.jl, formats 1 and 2',
    files: () => ({
      'srv/one/Manifest.toml': fixture('julia/Manifest-1.toml'),
      'srv/two/Manifest.toml': fixture('julia/Manifest-2.toml'),
    }),
  },
];
