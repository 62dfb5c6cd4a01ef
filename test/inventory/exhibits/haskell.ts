import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const lock = (name: string) => ({ [`srv/${name}`]: fixture(`haskell/${name}`) });

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Haskell',
    cataloger: 'ghc-installed',
    evidence: ['package.conf.d/*.conf', 'package.db/*.conf', 'pkgdb/*.conf'],
    origin:
      'Debian 12: ghc 9.0.2, libghc-aeson-dev, libghc-attoparsec-dev, libghc-primitive-dev, libghc-zlib-dev',
    files: () => fixtureTree('haskell/ghc.tar.gz'),
  },
  {
    ecosystem: 'Haskell (cabal)',
    cataloger: 'haskell-lock',
    evidence: ['cabal.project.freeze'],
    origin: 'written by hand after the Cabal User Guide',
    files: () => lock('cabal.project.freeze'),
  },
  {
    ecosystem: 'Haskell (Stack)',
    cataloger: 'haskell-lock',
    evidence: ['stack.yaml.lock', 'stack.yaml'],
    origin: 'written by hand after the documentation of Stack',
    files: () => ({ ...lock('stack.yaml.lock'), ...lock('stack.yaml') }),
  },
];
