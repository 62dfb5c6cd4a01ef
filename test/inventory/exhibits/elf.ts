import { gunzipSync } from 'node:zlib';
import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'ELF package notes',
    cataloger: 'elf-note',
    evidence: ['ELF files with a package note'],
    origin: 'Debian 12, libsystemd0 and systemd 252.39-1~deb12u2',
    files: () => ({
      'opt/lib/libsystemd.so.0': gunzipSync(fixture('elf/libsystemd.so.0.35.0.gz')),
      'opt/bin/systemctl': gunzipSync(fixture('elf/systemctl.gz')),
    }),
  },
];
