import { gunzipSync } from 'node:zlib';
import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const lock = (name: string) => fixture(`rust/${name}.Cargo.lock`);

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Rust',
    cataloger: 'rust-binary',
    evidence: ['programs (ELF, Mach-O, PE) built by cargo auditable'],
    origin: 'rust-audit-info 0.5.4 from crates.io, built by cargo-auditable 0.7.7',
    files: () => ({ 'usr/bin/rust-audit-info': gunzipSync(fixture('rust/rust-audit-info-0.5.4.gz')) }),
  },
  {
    ecosystem: 'Rust',
    cataloger: 'cargo-lock',
    evidence: ['Cargo.lock'],
    origin: 'ripgrep 11.0.2, clap 2.34.0 and cargo-auditable 0.7.7 from crates.io',
    files: () => ({
      'srv/ripgrep/Cargo.lock': lock('ripgrep-11.0.2'),
      'srv/clap/Cargo.lock': lock('clap-2.34.0'),
      'srv/cargo-auditable/Cargo.lock': lock('cargo-auditable-0.7.7'),
    }),
  },
];
