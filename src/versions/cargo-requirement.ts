import { cargo } from './cargo.ts';
import {
  compatibleLength,
  increment,
  intervalsOfAlternatives,
  intervalsOfComparator,
  splitList,
} from './comparators.ts';
import { before, between, EVERY_VERSION, from } from './interval-set.ts';
import { limitRange, type VersionInterval } from './scheme.ts';

const NAME = 'a version requirement of Cargo';

/**
 * A requirement of Cargo, `>=1.2, <2`, `^0.9.5`, `1.*`, as intervals. Missing numbers are any number, as in Cargo; `^`, `~`
 * and `*` end before the pre-releases of the next version. Pre-releases within belong to a range like any other version.
 * https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html
 *
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function parseCargoRequirement(text: string): VersionInterval[] {
  limitRange(NAME, text);
  return intervalsOfAlternatives({ name: NAME, scheme: cargo, intervalsOf }, text, [splitList(text, ',')]);
}

function intervalsOf(comparator: string): readonly VersionInterval[] | null {
  if (comparator === '*') return [EVERY_VERSION];
  const [, stated, numbers = '', wildcards = '', rest = ''] =
    /^(<=?|>=?|=|\^|~)?\s*(\d+(?:\.\d+){0,2})((?:\.[*xX])*)([-+][\w.+-]+)?$/.exec(comparator) ?? [];
  const core = numbers.split('.');
  if (numbers === '') return null;
  const operator = stated ?? (wildcards === '' ? '^' : '=');
  const version = `${[...core, '0', '0'].slice(0, 3).join('.')}${rest.replace(/\+.*/, '')}`;
  const isPartial = core.length < 3;
  switch (operator) {
    case '^':
      return [between(version, firstAfter(core.slice(0, compatibleLength(core))))];
    case '~':
      return [between(version, firstAfter(core.slice(0, 2)))];
    case '=':
      return isPartial ? [between(version, firstAfter(core))] : intervalsOfComparator('=', version);
    case '>':
      return isPartial ? [from(firstAfter(core))] : intervalsOfComparator('>', version);
    case '<=':
      return isPartial ? [before(firstAfter(core))] : intervalsOfComparator('<=', version);
    default:
      return intervalsOfComparator(operator, version);
  }
}

function firstAfter(core: readonly string[]): string {
  return `${[...increment(core), '0', '0'].slice(0, 3).join('.')}-0`;
}
