import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'OCaml',
    cataloger: 'opam-installed',
    evidence: ['.opam-switch/packages/*/opam', 'lib/ocaml/*/{META,opam}'],
    origin: 'a switch of opam 2.1.2; Debian 12, libyojson-ocaml-dev, liblwt-ocaml-dev, libfindlib-ocaml',
    files: () => fixtureTree('ocaml/installed.tar.gz'),
  },
  {
    ecosystem: 'OCaml',
    cataloger: 'opam-lock',
    evidence: ['*.opam.locked'],
    origin: 'written by opam 2.1.2',
    files: () => ({ 'srv/app.opam.locked': fixture('ocaml/app.opam.locked') }),
  },
];
