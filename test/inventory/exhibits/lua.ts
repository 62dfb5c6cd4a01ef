import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Lua',
    cataloger: 'lua-installed',
    evidence: ['lib/luarocks/rocks-*/*/*/{*.rockspec,rock_manifest}'],
    origin: 'installed by LuaRocks 3.8.0',
    files: () => fixtureTree('lua/tree.tar.gz'),
  },
  {
    ecosystem: 'Lua',
    cataloger: 'lua-lock',
    evidence: ['luarocks.lock'],
    origin: 'written by LuaRocks 3.8.0',
    files: () => ({ 'srv/luarocks.lock': fixture('lua/luarocks.lock') }),
  },
];
