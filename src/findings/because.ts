/** The sentences behind a verdict. */
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import type { Because, Finding, FixElsewhere, Verdict } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { VersionInterval } from '../versions/scheme.ts';
import type { Statement } from './match.ts';
import type { Outcome } from './place.ts';

/** Names of the database's sources, by identifier. */
export type SourceNames = ReadonlyMap<string, string>;

export function sourceNames({ info }: Pick<AdvisoryDatabase, 'info'>): SourceNames {
  return new Map(info.sources.map(({ id, name }) => [id, name]));
}

const VERDICT_PHRASES: Readonly<Record<Verdict, string>> = {
  affected: 'affected',
  fixed: 'fixed',
  not_affected: 'not affected',
  under_investigation: 'not decided yet',
  will_not_fix: 'affected, and will not be fixed',
  deferred: 'affected, and the fix waits',
  end_of_life: 'no longer supported',
  unimportant: 'not important as built',
  suppressed: 'suppressed',
};

/** The steps from the names that met to what the source says, in the order in which they were taken. */
export function explainStatement(statement: Statement, names: SourceNames): Because[] {
  const { advisory } = statement.candidate;
  const origin = { advisory: advisory.id, source: advisory.source };
  const steps: Because[] = [
    { step: 'matched-name', message: matchedName(statement, names), ...origin },
    { ...outcomeStep(statement), ...origin },
  ];
  const limit = limitation(statement);
  if (limit !== null) steps.splice(1, 0, { ...limit, ...origin });
  const says = sourceStatus(statement, names);
  if (says !== null) steps.push({ step: 'source-status', message: says, ...origin });
  return steps;
}

/** What weakens a match by name. */
function limitation({ standing, channel, candidate }: Statement): Pick<Because, 'step' | 'message'> | null {
  const { affected } = candidate;
  if (standing === 'inherited') {
    return {
      step: 'inherited',
      message: `the distribution is a rebuild of ${affected.ecosystem}, and has no statement of its own about the flaw`,
    };
  }
  if (standing === 'product') {
    return {
      step: 'low-confidence',
      message: `by the name of a product, not of a package: whoever built it may have patched it`,
    };
  }
  if (channel === 'followed') {
    return { step: 'channel', message: `the package is from the stream of updates ${affected.channel}` };
  }
  return null;
}

/** That a fix exists, and who gets it. */
export function explainElsewhere(
  { channel, version }: FixElsewhere,
  { standing, candidate: { advisory } }: Statement,
): Because {
  const message =
    standing === 'inherited'
      ? `${channel} has the fix ${version}, and the distribution has published none`
      : `a fix exists only in ${channel}: ${version}`;
  return { step: 'fix-elsewhere', message, advisory: advisory.id, source: advisory.source };
}

export function explainMalice({ package: pkg, candidate: { advisory } }: Statement): Because {
  return {
    step: 'malicious',
    message: `${pkg.name} ${pkg.version} was published to do harm: remove it, and treat what ran it as compromised`,
    advisory: advisory.id,
    source: advisory.source,
  };
}

export function explainDisagreement(statement: Statement, reason: string, names: SourceNames): Because {
  const { advisory } = statement.candidate;
  return {
    step: 'disagreement',
    message: `${according(advisory.source, names)} ${conclusion(statement)}; but ${reason}`,
    advisory: advisory.id,
    source: advisory.source,
  };
}

/** `fixed in 1.2-3`, `affected, fix in 2.0`, `not affected`. */
export function conclusion({ verdict, fixedIn }: Pick<Finding, 'verdict' | 'fixedIn'>): string {
  if (fixedIn === null) return VERDICT_PHRASES[verdict];
  return verdict === 'fixed' ? `fixed in ${fixedIn}` : `${VERDICT_PHRASES[verdict]}, fix in ${fixedIn}`;
}

/** To be followed by a conclusion. */
export function according(source: string, names: SourceNames): string {
  return `according to ${names.get(source) ?? source}:`;
}

function matchedName({ package: pkg, candidate, standing, compared }: Statement, names: SourceNames): string {
  const { advisory, affected } = candidate;
  return `${names.get(advisory.source) ?? advisory.source}: ${affected.name} in ${affected.ecosystem} is ${met(compared, standing, pkg)}`;
}

function met({ naming, name }: Statement['compared'], standing: Statement['standing'], pkg: Package): string {
  if (standing === 'product') return `the product that ${pkg.name} is, by a curated name`;
  if (naming === 'binary' || name === pkg.name) return 'this package by name';
  return `the source package that ${pkg.name} is built from`;
}

function outcomeStep({ candidate, compared, outcome }: Statement): Pick<Because, 'step' | 'message'> {
  const { affected } = candidate;
  const version = compared.version === '' ? 'a package without version' : compared.version;
  const inScheme = `(${affected.scheme} order${compared.withoutEpoch ? ', epochs left out' : ''})`;
  switch (outcome.kind) {
    case 'every-version':
      return {
        step: 'compared-version',
        message: `the statement holds for every version, so for ${version}`,
      };
    case 'listed':
      return { step: 'listed-version', message: `${version} is listed` };
    case 'inside':
      return { step: 'compared-version', message: `${version} is ${inside(outcome.interval)} ${inScheme}` };
    case 'outside':
      return {
        step: 'compared-version',
        message:
          outcome.fixedBy === null
            ? `${version} is not among the versions that the statement is about ${inScheme}`
            : `${version} is not older than the fix ${outcome.fixedBy} ${inScheme}`,
      };
    case 'rebuilt':
      return {
        step: 'compared-version',
        message: `${version} is a rebuild of the fix ${outcome.fixedBy} for a release of Debian`,
      };
    case 'unreadable':
      break;
  }
  return { step: 'unreadable', message: `${version} was not compared: ${outcome.detail}` };
}

function inside({ introduced, fixed, lastAffected, afterIntroduced }: VersionInterval): string {
  const start = `${afterIntroduced ? 'newer' : 'not older'} than ${introduced}`;
  const first = afterIntroduced ? '' : ', the first affected version,';
  const from = introduced === null ? '' : `${start}${first} and `;
  if (fixed !== null) return `${from}older than the fix ${fixed}`;
  if (lastAffected !== null) return `${from}not newer than ${lastAffected}, the last affected version`;
  return introduced === null ? 'affected, as every version is' : `${start}; no fix is named`;
}

/** Where the version is among those of which the source's status speaks. */
const IS_SPOKEN_OF: ReadonlySet<Outcome['kind']> = new Set(['every-version', 'listed', 'inside']);

/** What the source itself says of the flaw; null where that is no more than the comparison shows. */
function sourceStatus({ candidate, outcome }: Statement, names: SourceNames): string | null {
  const { advisory, affected } = candidate;
  if (affected.status === 'affected' || !IS_SPOKEN_OF.has(outcome.kind)) return null;
  const word = affected.statusWord === null ? '' : ` (${affected.statusWord})`;
  return `${according(advisory.source, names)} ${VERDICT_PHRASES[affected.status]}${word}`;
}
