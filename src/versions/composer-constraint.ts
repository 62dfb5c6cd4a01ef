import {
  compatibleLength,
  increment,
  intervalsOfAlternatives,
  intervalsOfComparator,
} from './comparators.ts';
import { composer } from './composer.ts';
import { before, between, EVERY_VERSION, from } from './interval-set.ts';
import { limitRange, type VersionInterval } from './scheme.ts';

const NAME = 'a constraint of Composer';

/**
 * A constraint of Composer, `>=1,<2|^3.0.1`, as intervals. https://getcomposer.org/doc/articles/versions.md. Written bounds
 * are taken as they are, so that pre-releases belong to a range like any other version, which is what advisories mean;
 * `^`, `~` and `*` end before the pre-releases of the next version (`2-dev`), as for Composer.
 *
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function parseComposerConstraint(text: string): VersionInterval[] {
  limitRange(NAME, text);
  const alternatives = text.split(/\|\|?/).map(comparatorsOf);
  return intervalsOfAlternatives({ name: NAME, scheme: composer, intervalsOf }, text, alternatives);
}

/** Commas and white space both mean that all must hold; `1.0 - 2.0` is one comparator. */
function comparatorsOf(alternative: string): readonly string[] {
  const plain = alternative.trim().replaceAll(/@(?:dev|alpha|beta|RC|stable)\b/gi, '');
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(plain);
  if (hyphen !== null) return [`>=${hyphen[1]}`, `-${hyphen[2]}`];
  return plain.replaceAll(/([<>=!^~])\s+/g, '$1').split(/\s*,\s*|\s+/);
}

function intervalsOf(comparator: string): readonly VersionInterval[] | null {
  const [, operator = '', version = ''] = /^(<>|[<>=!]=?|==|[\^~-])?v?(\S+)$/i.exec(comparator) ?? [];
  if (/^[*x](?:\.[*x])*$/i.test(version))
    return ['', '=', '==', '^', '~'].includes(operator) ? [EVERY_VERSION] : null;
  const numbers = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.') ?? [];
  if (numbers.length === 0) return null;
  const wildcard = /^[\d.]+\.[*x](?:\.[*x])*$/i.test(version);
  if (wildcard) return withPrefix(operator, numbers);
  switch (operator) {
    case '^':
      return [between(version, firstAfter(numbers.slice(0, compatibleLength(numbers))))];
    case '~':
      return [between(version, firstAfter(numbers.slice(0, Math.max(1, numbers.length - 1))))];
    case '-':
      return numbers.length < 3 ? [before(firstAfter(numbers))] : intervalsOfComparator('<=', version);
    case '<>':
      return intervalsOfComparator('!=', version);
    default:
      return intervalsOfComparator(operator || '=', version);
  }
}

function withPrefix(operator: string, numbers: readonly string[]): readonly VersionInterval[] | null {
  const [first, next] = [`${numbers.join('.')}-dev`, firstAfter(numbers)];
  if (['', '=', '==', '^', '~'].includes(operator)) return [between(first, next)];
  return operator === '!=' || operator === '<>' ? [before(first), from(next)] : null;
}

/** Older than every version that begins with the next number, and newer than all that begin with these. */
function firstAfter(numbers: readonly string[]): string {
  return `${increment(numbers).join('.')}-dev`;
}
