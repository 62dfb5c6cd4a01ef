import type { z } from 'zod';
import { readYamlLines, type YamlReading } from '../../formats/yaml-lines.ts';
import type { VersionInterval } from '../../versions/scheme.ts';
import { canonicalVers, parseVers } from '../../versions/vers.ts';
import { FindingsError } from '../errors.ts';
import type { Configuration, Exception, PackagePattern, RangeOverride } from './configuration.ts';
import { ConfigurationFile } from './configuration-schema.ts';

/** Faults that one message lists. */
const MAX_FAULTS = 10;

/**
 * Reads `.hallmark.yaml`.
 *
 * @param file its name, for messages and places
 * @throws {FindingsError} CONFIGURATION_INVALID, with the line of each fault
 */
export function readConfiguration(text: string, file: string): Configuration {
  const yaml = readYamlLines(text);
  if ('fault' in yaml) throw invalid(file, [`line ${yaml.line}: ${yaml.fault}`]);
  const parsed = ConfigurationFile.safeParse(yaml.value);
  if (!parsed.success) throw invalid(file, faultsIn(parsed.error, yaml));
  const { exceptions, overrides, vex } = parsed.data;
  const placeOf = (...path: PropertyKey[]) => `${file}:${yaml.lineOf(path)}`;
  return {
    exceptions: exceptions.map((each, index) => toException(each, placeOf('exceptions', index))),
    overrides: overrides.map((each, index) => toOverride(each, placeOf('overrides', index))),
    vex: { author: vex?.author ?? null, id: vex?.id ?? null },
  };
}

function faultsIn({ issues }: z.ZodError, yaml: Extract<YamlReading, { lineOf: unknown }>): string[] {
  const faults = issues.slice(0, MAX_FAULTS).map(({ path, message }) => {
    const field = path.length === 0 ? 'the file' : path.map(String).join('.');
    return `line ${yaml.lineOf(path)}: ${field}: ${message}`;
  });
  return issues.length > MAX_FAULTS ? [...faults, `and ${issues.length - MAX_FAULTS} more`] : faults;
}

function invalid(file: string, faults: readonly string[]): FindingsError {
  return new FindingsError('CONFIGURATION_INVALID', `${file} cannot be used: ${faults.join('; ')}`, {
    subject: file,
  });
}

function toException(stated: ConfigurationFile['exceptions'][number], place: string): Exception {
  const { vulnerability, vulnerabilities = [], packages = [], paths = [], images = [] } = stated;
  const { status, justification = null, reason, owner, expires } = stated;
  return {
    vulnerabilities: vulnerability === undefined ? vulnerabilities : [vulnerability, ...vulnerabilities],
    packages: packages.map(toPattern),
    paths: paths.map((path) => path.replace(/^\/+/, '')),
    images,
    status,
    justification,
    reason,
    owner,
    expires: lastDay(expires),
    place,
  };
}

function toOverride(stated: ConfigurationFile['overrides'][number], place: string): RangeOverride {
  const { vulnerability, package: pkg, affected, reason, owner, expires } = stated;
  return {
    vulnerability,
    package: typeof pkg === 'string' ? { purl: pkg, versions: null } : pkg,
    affected: affected === undefined ? null : toIntervals(affected),
    reason,
    owner,
    expires: lastDay(expires),
    place,
  };
}

type StatedPattern = NonNullable<ConfigurationFile['exceptions'][number]['packages']>[number];

function toPattern(stated: StatedPattern): PackagePattern {
  if (typeof stated === 'string') return { purl: stated, versions: null };
  return { purl: stated.purl, versions: toIntervals(stated.versions) };
}

type StatedVersions = NonNullable<ConfigurationFile['overrides'][number]['affected']>;

function toIntervals(stated: StatedVersions): readonly VersionInterval[] {
  if (typeof stated === 'string') return parseVers(canonicalVers(stated));
  return stated.map(({ introduced = null, fixed = null, lastAffected = null }) => ({
    introduced,
    fixed,
    lastAffected,
  }));
}

function lastDay(expires: string): string | null {
  return expires === 'never' ? null : expires;
}
