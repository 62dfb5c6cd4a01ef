import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'JavaScript (npm)',
    cataloger: 'npm-installed',
    evidence: [
      'node_modules/*/package.json',
      'usr/share/nodejs/*/package.json',
      'DENO_DIR/npm/*/*/*/package.json',
    ],
    origin: '88 modules, as npm 11.19 installed them',
    files: () => fixtureTree('npm/modules.tar.gz'),
  },
  {
    ecosystem: 'JavaScript (npm)',
    cataloger: 'npm-lock',
    evidence: ['package-lock.json', 'npm-shrinkwrap.json'],
    origin: 'written by npm 11.19',
    files: () => ({ 'srv/app/package-lock.json': fixture('npm/package-lock-v3.json') }),
  },
  {
    ecosystem: 'JavaScript (pnpm)',
    cataloger: 'pnpm-lock',
    evidence: ['pnpm-lock.yaml'],
    origin: 'written by pnpm 11.28',
    files: () => ({ 'srv/app/pnpm-lock.yaml': fixture('javascript/pnpm/lock-9.0.yaml') }),
  },
  {
    ecosystem: 'JavaScript (Yarn)',
    cataloger: 'yarn-lock',
    evidence: ['yarn.lock (classic)', 'package.json beside it'],
    origin: 'written by Yarn 1.22',
    files: () => ({
      'srv/app/yarn.lock': fixture('javascript/yarn/classic.lock'),
      'srv/app/package.json': fixture('javascript/yarn/classic.package.json'),
    }),
  },
  {
    ecosystem: 'JavaScript (Yarn)',
    cataloger: 'yarn-lock',
    evidence: ['yarn.lock (berry)', 'package.json beside it'],
    origin: 'written by Yarn 4.18',
    files: () => ({
      'srv/app/yarn.lock': fixture('javascript/yarn/berry-4.lock'),
      'srv/app/package.json': fixture('javascript/yarn/berry.package.json'),
    }),
  },
  {
    ecosystem: 'JavaScript (Yarn)',
    cataloger: 'yarn-pnp',
    evidence: ['.pnp.cjs', '.pnp.data.json', '.yarn/cache/*.zip'],
    origin: 'installed by Yarn 4.18',
    files: () => fixtureTree('javascript/yarn/pnp-4.tar.gz'),
  },
  {
    ecosystem: 'JavaScript (Bun)',
    cataloger: 'bun-lock',
    evidence: ['bun.lock'],
    origin: 'written by Bun 1.4.5',
    files: () => ({ 'srv/app/bun.lock': fixture('javascript/bun/bun.lock') }),
  },
  {
    ecosystem: 'JavaScript (Deno)',
    cataloger: 'deno',
    evidence: ['deno.lock', 'deno.json', 'deno.jsonc'],
    origin: 'written by Deno 2.9.6',
    files: () => ({ 'srv/app/deno.lock': fixture('javascript/deno/deno-5.lock') }),
  },
];
