import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Advisory, type AffectedPackage, NOTHING_STATED } from '../src/advisories/advisory.ts';
import {
  type Distribution,
  type Package,
  type PackageType,
  PLAIN_PACKAGE,
  type SourcePackage,
} from '../src/model/package.ts';
import { formatPurl } from '../src/model/purl.ts';

type PackageFacts = Partial<Omit<Package, 'source'>> & { readonly source?: SourcePackage | null };

/** A package with what a test is about, and nothing else. */
export function pkg(type: PackageType, name: string, version: string, facts: PackageFacts = {}): Package {
  const [vendor = '', project] = type === 'composer' ? name.split('/') : [];
  const purl = formatPurl(
    project === undefined ? { type, name, version } : { type, namespace: vendor, name: project, version },
  );
  return {
    id: purl,
    purl,
    type,
    cataloger: 'test',
    name,
    version,
    ...PLAIN_PACKAGE,
    ...facts,
  };
}

export function distribution(
  id: string,
  versionId: string | null,
  facts: Partial<Distribution> = {},
): Distribution {
  return {
    id,
    versionId,
    codename: null,
    idLike: [],
    prettyName: versionId === null ? id : `${id} ${versionId}`,
    rolling: false,
    cpe: null,
    repositories: [],
    path: 'etc/os-release',
    ...facts,
  };
}

/** An advisory record with what a test is about; its entries by `affects`. */
export function advisory(
  id: string,
  affected: readonly AffectedPackage[],
  facts: Partial<Advisory> = {},
): Advisory {
  return {
    id,
    source: 'ghsa',
    aliases: [],
    covers: [],
    published: null,
    modified: null,
    withdrawn: null,
    severities: [],
    url: null,
    affected,
    ...facts,
  };
}

/** An entry about one package: versions below `fixed`, or all when it is null. */
export function affects(
  ecosystem: string,
  name: string,
  fixed: string | null,
  facts: Partial<AffectedPackage> = {},
): AffectedPackage {
  const scheme = { Debian: 'deb', Alpine: 'apk', AlmaLinux: 'rpm', openSUSE: 'rpm' }[
    ecosystem.split(':')[0] ?? ''
  ];
  return {
    ...NOTHING_STATED,
    ecosystem,
    name,
    naming: ecosystem === 'npm' || ecosystem.startsWith('AlmaLinux') ? 'binary' : 'source',
    scheme: scheme ?? 'npm',
    status: 'affected',
    intervals: fixed === null ? [] : [{ introduced: null, fixed, lastAffected: null }],
    ...facts,
  };
}

/** Real records of test/fixtures/findings, see its README. */
export function realRecords(name: string): readonly Advisory[] {
  const path = join(import.meta.dirname, 'fixtures', 'findings', `${name}.json`);
  const records = JSON.parse(readFileSync(path, 'utf8')) as readonly Advisory[];
  return records.map((record) => ({
    ...record,
    affected: record.affected.map((entry) => ({ ...NOTHING_STATED, ...entry })),
  }));
}
