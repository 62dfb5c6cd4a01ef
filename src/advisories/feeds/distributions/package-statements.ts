/** What errata of rpm distributions say about packages in products, brought together in as few entries as say the same. */
import { before } from '../../../versions/interval-set.ts';
import { rpm } from '../../../versions/rpm.ts';
import {
  NOTHING_STATED,
  type AffectedPackage,
  type SeverityStatement,
  type SourceStatus,
} from '../../advisory.ts';

/** A package as a vendor's product identifier names it. */
export interface PackageInProduct {
  readonly ecosystem: string;
  readonly channel: string | null;
  /** CPE name that limits the statement inside of the ecosystem; null: all of it. */
  readonly platform: string | null;
  readonly name: string;
  readonly naming: AffectedPackage['naming'];
  /** With the epoch where it has one; null: the package in whatever version. */
  readonly version: string | null;
  readonly module: string | null;
  /** Null: every one, or the package is built for none in particular. */
  readonly architecture: string | null;
}

export interface PackageStatement extends PackageInProduct {
  /** `fixed`: `version` is the first one without the flaw. Otherwise `version` is the one that is spoken of. */
  readonly status: SourceStatus | 'fixed';
  readonly statusWord: string | null;
  readonly severities: readonly SeverityStatement[];
}

/**
 * Entries for the statements: architectures, platforms and versions of which the same is said are joined. A source
 * package's build is left out where binary packages of that build are stated, since they are more exact: RHSA-2025:23414
 * fixes bind and bind-libs, and lists their source and bind-chroot as not affected.
 */
export function affectedPackages(statements: readonly PackageStatement[]): AffectedPackage[] {
  const builds = oneBuildAModule(statements);
  const binaries = new Set(builds.filter(({ naming }) => naming === 'binary').map(buildKey));
  const isRepeated = (statement: PackageStatement) =>
    statement.naming === 'source' && statement.version !== null && binaries.has(buildKey(statement));
  const entries = builds.filter((statement) => !isRepeated(statement)).map(toEntry);
  return joinEntries(joinEntries(joinEntries(entries, 'architectures'), 'platforms'), 'versions');
}

/** `1:0.78-12.module+el8.10.0+23147+20b7d289`: the last two numbers tell the build and its context. */
const MODULE_BUILD = /(\.module\+el[\d.]+)\+\d+\+[0-9a-f]+/;

/**
 * A module is built once for each combination of the modules it needs, in one version with different marks at its end:
 * CVE-2025-40907 is fixed in four builds of perl-FCGI for Perl 5.24 to 5.32. Any of them has the fix, so that the smallest
 * stands for all; taking the greatest would call the others unfixed.
 */
function oneBuildAModule(statements: readonly PackageStatement[]): readonly PackageStatement[] {
  const isModular = ({ status, version }: PackageStatement) =>
    status === 'fixed' && version !== null && MODULE_BUILD.test(version);
  const [modular, others] = [statements.filter(isModular), statements.filter((each) => !isModular(each))];
  const smallest = new Map<string, PackageStatement>();
  for (const statement of modular) {
    const { platform, naming, name, architecture, version } = statement;
    const anyBuild = buildKey({ ...statement, version: version?.replace(MODULE_BUILD, '$1') ?? null });
    const key = [anyBuild, platform, naming, name, architecture].join('\n');
    const before = smallest.get(key);
    if (before === undefined || isOlder(statement, before)) smallest.set(key, statement);
  }
  return [...others, ...smallest.values()];
}

function isOlder({ version: a }: PackageStatement, { version: b }: PackageStatement): boolean {
  return a !== null && b !== null && rpm.isValid(a) && rpm.isValid(b) && rpm.compare(a, b) < 0;
}

function buildKey({ ecosystem, channel, module, version }: PackageStatement): string {
  return [ecosystem, channel, module, version].join('\n');
}

function toEntry(statement: PackageStatement): AffectedPackage {
  const { ecosystem, channel, platform, name, naming, version, module, architecture } = statement;
  const fixed = statement.status === 'fixed' ? version : null;
  return {
    ...NOTHING_STATED,
    ecosystem,
    name,
    naming,
    scheme: 'rpm',
    status: statement.status === 'fixed' ? 'affected' : statement.status,
    statusWord: statement.statusWord,
    intervals: fixed === null ? [] : [before(fixed)],
    versions: statement.status === 'fixed' || version === null ? [] : [version],
    severities: statement.severities,
    architectures: architecture === null ? [] : [architecture],
    module,
    channel,
    platforms: platform === null ? [] : [platform],
  };
}

/** Joins entries that differ in one list only. An empty list stands for everything, and takes the others in. */
function joinEntries(
  entries: readonly AffectedPackage[],
  field: 'architectures' | 'platforms' | 'versions',
): AffectedPackage[] {
  const joined = new Map<
    string,
    { readonly entry: AffectedPackage; readonly values: Set<string>; all: boolean }
  >();
  for (const entry of entries) {
    const key = entryKey(entry, field);
    const before = joined.get(key) ?? { entry, values: new Set(), all: false };
    if (entry[field].length === 0) before.all = true;
    for (const value of entry[field]) before.values.add(value);
    joined.set(key, before);
  }
  return [...joined.values()].map(({ entry, values, all }) => ({
    ...entry,
    [field]: all ? [] : [...values].sort(),
  }));
}

function entryKey(entry: AffectedPackage, without: 'architectures' | 'platforms' | 'versions'): string {
  return [
    entry.ecosystem,
    entry.naming,
    entry.name,
    entry.module,
    entry.channel,
    entry.status,
    entry.statusWord,
    entry.intervals[0]?.fixed,
    without === 'architectures' || entry.architectures.join(' '),
    without === 'platforms' || entry.platforms.join(' '),
    without === 'versions' || entry.versions.join(' '),
    JSON.stringify(entry.severities),
  ].join('\n');
}
