import { increment, intervalsOfAlternatives, intervalsOfComparator, splitList } from './comparators.ts';
import { before, between, from } from './interval-set.ts';
import { pypi, readPythonVersion, type PythonVersion } from './pypi.ts';
import { limitRange, type VersionInterval } from './scheme.ts';

const NAME = 'a version specifier of PEP 440';

/**
 * A specifier of PEP 440, `>=4.2,<4.2.16`, `~=2.2`, `==1.*`, as intervals. Pre-releases and post-releases belong to a range
 * like any other version, which is what advisories mean; an installer would leave some of them out.
 *
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function parsePep440Specifier(text: string): VersionInterval[] {
  limitRange(NAME, text);
  const comparators = text.trim() === '' ? [] : splitList(text, ',');
  return intervalsOfAlternatives({ name: NAME, scheme: pypi, intervalsOf }, text, [comparators]);
}

function intervalsOf(comparator: string): readonly VersionInterval[] | null {
  const [, operator = '', version = '', prefix] =
    /^(===|~=|==?|!=|<=?|>=?)\s*([^\s*]+?)(\.\*)?$/.exec(comparator) ?? [];
  if (prefix !== undefined) return withPrefix(operator, version);
  if (operator === '~=') return compatible(version);
  return intervalsOfComparator(operator === '===' ? '==' : operator, version);
}

/** `==1.2.*`: from the first development release of 1.2 to that of 1.3. */
function withPrefix(operator: string, version: string): readonly VersionInterval[] | null {
  const parts = readPythonVersion(version);
  if (parts === null) return null;
  const [first, next] = [firstOf(parts, parts.release), firstOf(parts, increment(parts.release))];
  if (operator === '==' || operator === '=') return [between(first, next)];
  return operator === '!=' ? [before(first), from(next)] : null;
}

/** `~=2.2.1` is `>=2.2.1, ==2.2.*`. */
function compatible(version: string): readonly VersionInterval[] | null {
  const parts = readPythonVersion(version);
  if (parts === null || parts.release.length < 2) return null;
  return [between(version, firstOf(parts, increment(parts.release.slice(0, -1))))];
}

/** What is older than every other version of a release. */
function firstOf({ epoch }: PythonVersion, release: readonly string[]): string {
  return `${epoch === '0' ? '' : `${epoch}!`}${release.join('.')}.dev0`;
}
