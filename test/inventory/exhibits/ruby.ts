import { fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const LOCK = 'srv/app/Gemfile.lock';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Ruby',
    cataloger: 'gem-installed',
    evidence: ['specifications/*.gemspec', 'specifications/default/*.gemspec', 'bundler/gems/*/*.gemspec'],
    origin: 'Debian 12, libruby3.1 and eight packages of gems',
    files: () => fixtureTree('ruby/debian-12.tar.gz'),
  },
  {
    ecosystem: 'Ruby',
    cataloger: 'gem-lock',
    evidence: ['Gemfile.lock', 'gems.locked'],
    origin: 'written by Bundler 2.3.15',
    files: () => ({ [LOCK]: fixtureTree('ruby/bundle.tar.gz')[LOCK] ?? null }),
  },
];
