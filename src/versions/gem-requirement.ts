import { increment, intervalsOfAlternatives, intervalsOfComparator, splitList } from './comparators.ts';
import { gem } from './gem.ts';
import { between } from './interval-set.ts';
import { limitRange, type VersionInterval } from './scheme.ts';

const NAME = 'a requirement of RubyGems';

/**
 * A requirement of RubyGems, `~> 6.1.7`, `>= 1, < 2`, as intervals. RubyGems, lib/rubygems/requirement.rb. `~>` ends before
 * the pre-releases of the next version (`6.2.a`), as RubyGems has it.
 *
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function parseGemRequirement(text: string): VersionInterval[] {
  limitRange(NAME, text);
  return intervalsOfAlternatives({ name: NAME, scheme: gem, intervalsOf }, text, [splitList(text, ',')]);
}

function intervalsOf(comparator: string): readonly VersionInterval[] | null {
  const [, operator = '=', version = ''] = /^(=|!=|>=?|<=?|~>)?\s*([\w.-]+)$/.exec(comparator) ?? [];
  return operator === '~>' ? approximately(version) : intervalsOfComparator(operator, version);
}

/** Up to the next version of the number before the last: `Gem::Version#bump`. */
function approximately(version: string): readonly VersionInterval[] | null {
  const release = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.') ?? [];
  if (release.length === 0) return null;
  const kept = release.length > 1 ? release.slice(0, -1) : release;
  return [between(version, `${increment(kept).join('.')}.a`)];
}
