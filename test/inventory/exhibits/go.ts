import { gunzipSync } from 'node:zlib';
import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const program = (name: string) => gunzipSync(fixture(`go/${name}.gz`));

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Go',
    cataloger: 'go-binary',
    evidence: ['programs (ELF, Mach-O, PE) with build information'],
    origin: 'esbuild 0.8.57 and 0.25.0 from npm, hey 0.1.4, built by Go 1.16 to 1.26',
    files: () => ({
      'usr/bin/esbuild-old': program('esbuild-0.8.57-linux-x64'),
      'usr/bin/esbuild': program('esbuild-0.25.0-linux-x64'),
      'usr/share/esbuild-darwin': program('esbuild-0.25.0-darwin-arm64'),
      'usr/share/esbuild.exe': program('esbuild-0.25.0-win32-x64.exe'),
      'usr/bin/hey': program('hey-0.1.4-x64'),
      'usr/bin/assay': program('assay-linked-s390x'),
    }),
  },
  {
    ecosystem: 'Go',
    cataloger: 'go-mod',
    evidence: ['go.mod', 'vendor/modules.txt'],
    origin: 'written by Go 1.26.8',
    files: () => ({
      'srv/a/go.mod': fixture('go/assay.go.mod'),
      'srv/b/vendor/modules.txt': fixture('go/assay.modules.txt'),
    }),
  },
];
