import { EVERY_VERSION } from '../../../versions/interval-set.ts';
import type { VersionInterval } from '../../../versions/scheme.ts';
import { alternativesOf, type Alternative, type Criterion } from './criteria.ts';
import type { OvalDefinition } from './definition.ts';
import type { Entity, OvalTests, PackageTest } from './tests.ts';

/** What a definition's criteria say about one package. */
export interface PackageStatement {
  /** Conditions that are no packages' versions, as their comments put them: `Oracle Linux 8 is installed`. */
  readonly conditions: readonly Condition[];
  readonly name: string;
  /** Null: the package does not have the flaw; otherwise the versions that do, or all of them (no bounds). */
  readonly interval: VersionInterval | null;
  /** Architectures of the package; empty: any. */
  readonly architectures: readonly string[];
  /** Architectures of the machine; empty: any. */
  readonly machines: readonly string[];
}

/** A condition on the installation as a whole, or a package that only tells the installation. */
export interface Condition {
  readonly comment: string;
  /** The package that is asked for, with the version that it must have: `openSUSE-release`, `^11.0$`. */
  readonly package: { readonly name: string; readonly version: string | null } | null;
}

export interface OvalReading {
  readonly statements: readonly PackageStatement[];
  /** Why a part of the criteria could not be read, each once. */
  readonly unread: readonly string[];
}

/** Reads criteria way by way, and each way package by package. */
export function statementsOf(definition: OvalDefinition, tests: OvalTests): OvalReading {
  const alternatives = definition.criteria === null ? [] : alternativesOf(definition.criteria);
  if (alternatives === null)
    return {
      statements: [],
      unread: ['its criteria are too many, or use an operator other than AND and OR'],
    };
  const statements: PackageStatement[] = [];
  const unread = new Set<string>();
  for (const alternative of alternatives) {
    try {
      statements.push(...readAlternative(alternative, tests));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      unread.add(error.message);
    }
  }
  return { statements, unread: [...unread] };
}

/** A part of the criteria whose meaning Hallmark cannot keep. */
class Unreadable extends Error {}

/** What one way to meet the criteria asks of a package. */
interface Demands {
  interval: VersionInterval;
  readonly architectures: string[];
  /** There is a condition on its version, not only that it is there. */
  versioned: boolean;
  /** It must not be there, or have a version that none has. */
  impossible: boolean;
}

function readAlternative(alternative: Alternative, tests: OvalTests): readonly PackageStatement[] {
  const conditions: Condition[] = [];
  const machines: string[] = [];
  const packages = new Map<string, Demands>();
  for (const criterion of alternative) {
    const test = criterion.test === null ? 'other' : tests.find(criterion.test);
    if (test === null) throw new Unreadable('it refers to a test that the document does not have');
    const condition = conditionOf(criterion, test);
    if (condition === null && test !== 'other') demand(packages, criterion, test);
    // that an installation is not of some kind does not tell what it is
    else if (condition !== null && !isNegated(criterion, test)) {
      conditions.push(condition);
      if (test !== 'other' && condition.package !== null) machines.push(...architecturesOf(test));
    }
  }
  // beside a package whose version is compared, one that must be there only tells the installation
  const versioned = [...packages].filter(([, { versioned: isVersioned }]) => isVersioned);
  const meant = versioned.length > 0 ? versioned : [...packages];
  return meant.map(([name, { interval, architectures, impossible }]) => ({
    conditions,
    name,
    interval: impossible ? null : interval,
    architectures,
    machines,
  }));
}

/**
 * Something that tells the installation: a package like `oraclelinux-release`, a pattern of releases (Oracle's `ksplice`,
 * which is in the versions as well), or anything that is no package.
 */
function conditionOf({ comment }: Criterion, test: PackageTest | 'other'): Condition | null {
  if (test === 'other') return { comment, package: null };
  const { names, states } = test;
  if (states.some(({ evr }) => evr !== null)) return null;
  const [name] = names;
  if (name?.endsWith('-release')) {
    const version = states.find((state) => state.version !== null)?.version?.value ?? null;
    return { comment, package: { name, version } };
  }
  return states.some(({ release }) => release !== null) ? { comment, package: null } : null;
}

function isNegated(criterion: Criterion, test: PackageTest | 'other'): boolean {
  return criterion.negated !== (test !== 'other' && test.negated);
}

function demand(packages: Map<string, Demands>, criterion: Criterion, test: PackageTest): void {
  const negated = isNegated(criterion, test);
  if (test.names.length === 0) throw new Unreadable('it tests packages whose names are a pattern or missing');
  for (const name of test.names) {
    const demands = packages.get(name) ?? {
      interval: EVERY_VERSION,
      architectures: [],
      versioned: false,
      impossible: false,
    };
    packages.set(name, demands);
    demands.architectures.push(...architecturesOf(test));
    const versions = test.states.flatMap(({ evr, version }) => evr ?? version ?? []);
    for (const entity of versions) bound(demands, negated ? opposite(entity) : entity);
    if (versions.length === 0 && negated) demands.impossible = true;
  }
}

/** Red Hat joins architectures into a pattern: `aarch64|ppc64le|s390x|x86_64`. */
function architecturesOf({ states }: PackageTest): readonly string[] {
  return states.flatMap(({ arch }) =>
    arch === null
      ? []
      : arch.value
          .replaceAll(/[\^$()]/g, '')
          .split('|')
          .filter((name) => /^\w+$/.test(name)),
  );
}

function opposite({ operation, value }: Entity): Entity {
  const operations: Readonly<Record<string, string>> = {
    'less than': 'greater than or equal',
    'less than or equal': 'greater than',
    'greater than': 'less than or equal',
    'greater than or equal': 'less than',
  };
  return { operation: operations[operation] ?? `not ${operation}`, value };
}

/** SUSE asks for version 0, which nothing has, of a package without the flaw; Azure Linux for more than 0.0.0. */
const ZEROS = /^0(?:[.-]0)*(?:\.(?:azl|cm)\d+)?$/;

function bound(demands: Demands, { operation, value: stated }: Entity): void {
  demands.versioned = true;
  // every version of OVAL's has an epoch; to packages no epoch is epoch 0
  const value = stated.replace(/^0:/, '');
  const isZero = ZEROS.test(value);
  switch (operation) {
    case 'less than':
      narrow(demands, 'fixed', value);
      break;
    case 'less than or equal':
      narrow(demands, 'lastAffected', value);
      break;
    case 'greater than or equal':
      if (!isZero) narrow(demands, 'introduced', value);
      break;
    case 'greater than':
      // the version next to it: in rpm's order a caret is newer than the end and older than all that goes on
      if (!isZero) narrow(demands, 'introduced', `${value}^`);
      break;
    case 'equals':
      if (isZero) demands.impossible = true;
      else {
        narrow(demands, 'introduced', value);
        narrow(demands, 'lastAffected', value);
      }
      break;
    default:
      throw new Unreadable(`it compares versions in a way that is not known: ${operation.slice(0, 40)}`);
  }
}

function narrow(demands: Demands, side: keyof VersionInterval, value: string): void {
  const { interval } = demands;
  if (interval[side] !== null && interval[side] !== value)
    throw new Unreadable('it bounds the versions of a package twice on the same side');
  demands.interval = { ...interval, [side]: value };
}
