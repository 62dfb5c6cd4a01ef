import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RpmPackage } from '../../src/inventory/catalogers/os/rpmdb/package.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/inventory/rpm');

/** The databases by name, each with the file name that it has below `var/lib/rpm`. */
export const RPM_FIXTURES = {
  'real-rhel8-libuuid': 'Packages',
  'real-sle15-small': 'Packages.db',
  'real-mariner2-part': 'rpmdb.sqlite',
  'rebuilt-centos5-plain': 'Packages',
  'rebuilt-centos6-devtools': 'Packages',
  'rebuilt-centos7-plain': 'Packages',
  'rebuilt-centos7-python35': 'Packages',
  'rebuilt-centos7-httpd24': 'Packages',
  'rebuilt-centos8-modularity-part': 'Packages',
  'rebuilt-fedora35': 'rpmdb.sqlite',
} as const;

export type RpmFixture = keyof typeof RPM_FIXTURES;

export const RPM_FIXTURE_NAMES = Object.keys(RPM_FIXTURES) as RpmFixture[];

/** A database's bytes, fresh on every call. */
export function readRpmFixture(name: RpmFixture): Buffer {
  return gunzipSync(readFileSync(join(FIXTURES, `${name}.${RPM_FIXTURES[name]}.gz`)));
}

export function readContainerManifest(): Buffer {
  return readFileSync(join(FIXTURES, 'mariner2-part.container-manifest-2'));
}

/** A line of an expected list; null is a tag that the header does not have. */
export interface ExpectedRpm {
  readonly name: string;
  readonly epoch: number | null;
  readonly version: string;
  readonly release: string;
  readonly arch: string | null;
  readonly sourcerpm: string | null;
  readonly vendor: string | null;
  readonly modularitylabel: string | null;
  readonly license: string | null;
}

export function expectedRpms(name: RpmFixture): ExpectedRpm[] {
  const lines = readFileSync(join(FIXTURES, `${name}.expected.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return sortExpected(lines.map((line) => JSON.parse(line) as ExpectedRpm));
}

/** What was read, in the form of an expected list. */
export function asExpected(packages: readonly RpmPackage[]): ExpectedRpm[] {
  return sortExpected(
    packages.map(({ name, epoch, version, release, ...rest }) => ({
      name,
      epoch,
      version,
      release,
      arch: rest.architecture,
      sourcerpm: rest.sourceRpm,
      vendor: rest.vendor,
      modularitylabel: rest.modularityLabel,
      license: rest.licence,
    })),
  );
}

export function sortExpected(rows: readonly ExpectedRpm[]): ExpectedRpm[] {
  return rows
    .map((row) => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}
