/** Which version ends a flaw, and where there is one that the installation does not get. */
import type { FixElsewhere } from '../model/finding.ts';
import { schemeNamed } from '../versions/register.ts';
import type { VersionScheme } from '../versions/scheme.ts';
import { isBeyondStream } from './channels.ts';
import type { Installation } from './installation.ts';
import type { Statement } from './match.ts';
import { place } from './place.ts';

export interface Remedy {
  readonly fixedIn: string | null;
  readonly fixedElsewhere: FixElsewhere | null;
}

/**
 * The smallest version that is newer than the installed one and that no statement calls affected: the greatest of the
 * fixes need not be free of the flaw (one source has it fixed in 1.9.5, again open in 2.0.0 to 2.0.3; another in 2.0.0).
 *
 * @param deciding whose fix it is where versions are of several schemes
 */
export function smallestFix(deciding: Statement, statements: readonly Statement[]): string | null {
  const { candidate, compared } = deciding;
  const { scheme: name } = candidate.affected;
  if (deciding.verdict !== 'affected' || compared.version === '') return deciding.fixedIn;
  // as nearly always: one range of one record
  if (statements.length === 1 && candidate.affected.intervals.length === 1) return deciding.fixedIn;
  if (statements.some((statement) => statement.candidate.affected.scheme !== name)) return deciding.fixedIn;
  const scheme = schemeNamed(name);
  if (!scheme.isValid(compared.version)) return deciding.fixedIn;
  return (
    newerFixes(scheme, compared.version, statements).find((version) =>
      statements.every((statement) => isFree(version, statement)),
    ) ?? null
  );
}

function newerFixes(scheme: VersionScheme, version: string, statements: readonly Statement[]): string[] {
  const fixes = statements.flatMap(({ candidate }) =>
    candidate.affected.intervals.flatMap(({ fixed }) => fixed ?? []),
  );
  return [...new Set(fixes)]
    .filter((fix) => scheme.isValid(fix) && scheme.compare(fix, version) > 0)
    .sort((a, b) => scheme.compare(a, b));
}

function isFree(version: string, { candidate }: Statement): boolean {
  if (candidate.affected.status === 'not_affected') return true;
  return place({ version, withoutEpoch: false }, candidate.affected).kind === 'outside';
}

/**
 * The fix of a distribution's package, as far as the installation gets it. Not every fix is for everybody: Ubuntu Pro and
 * Debian ELTS have theirs for subscribers, a stream for one minor release of Red Hat gets no builds of later ones, and
 * what a rebuild has not published yet only its parent has.
 *
 * @param heard the statements that decided, of which `deciding` is one
 * @param passedOver those that did not
 */
export function reachableFix(
  deciding: Statement,
  passedOver: readonly Statement[],
  installation: Pick<Installation, 'streams'>,
): Remedy {
  const { verdict, fixedIn } = deciding;
  if (fixedIn === null) return { fixedIn, fixedElsewhere: additionalFix(passedOver) };
  const isOpen = verdict !== 'fixed' && verdict !== 'not_affected';
  const where = isOpen ? whereElse(deciding, fixedIn, installation) : null;
  if (where === null) return { fixedIn, fixedElsewhere: null };
  return { fixedIn: null, fixedElsewhere: { channel: where, version: fixedIn } };
}

/** The fix of a channel that adds to the ordinary updates. */
function additionalFix(passedOver: readonly Statement[]): FixElsewhere | null {
  for (const { channel, fixedIn, candidate } of passedOver) {
    const { channel: name } = candidate.affected;
    if (channel === 'elsewhere' && fixedIn !== null && name !== null)
      return { channel: name, version: fixedIn };
  }
  return null;
}

/** Whose updates have the fix, where they are not the installation's. */
function whereElse(
  { standing, channel, candidate }: Statement,
  fixedIn: string,
  installation: Pick<Installation, 'streams'>,
): string | null {
  const { affected } = candidate;
  const parent = affected.ecosystem.slice(0, affected.ecosystem.indexOf(':'));
  if (standing === 'inherited') return parent;
  if (channel === 'elsewhere') return affected.channel;
  return channel === 'ordinary' && isBeyondStream(fixedIn, installation) ? parent : null;
}
