import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const KEG = 'home/linuxbrew/.linuxbrew/Cellar/curl/8.7.1';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Homebrew',
    cataloger: 'homebrew',
    evidence: [
      'Cellar/*/*/INSTALL_RECEIPT.json',
      'Cellar/*/*/.brew/*.rb',
      'Caskroom/*/.metadata/INSTALL_RECEIPT.json',
    ],
    origin: 'written by hand after the documentation of Homebrew',
    files: () => ({
      [`${KEG}/INSTALL_RECEIPT.json`]: fixture('homebrew/INSTALL_RECEIPT.json'),
      [`${KEG}/.brew/curl.rb`]: fixture('homebrew/curl.rb'),
    }),
  },
];
