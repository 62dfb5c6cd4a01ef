/** Rules on what a definition says of itself, and of constraints. */
import type { Maintainer } from '../../../definitions/definition.ts';
import type { NamedEntry } from '../../tags/entry-name.ts';
import type { ReviewFinding } from './checks.ts';

/** @param before those whom the change found: they are no news */
export function checkMaintainers(
  repository: string,
  before: readonly Maintainer[],
  maintainers: readonly Maintainer[],
): ReviewFinding[] {
  const known = new Set(before.map(({ handle }) => handle));
  return maintainers
    .filter(({ contact, handle }) => contact === null && !known.has(handle))
    .map(({ name, handle }) => ({
      check: 'definition.contact',
      repository,
      entry: null,
      architectures: [],
      subject: `@${handle}`,
      message: `${name} (@${handle}) has no address`,
      place: null,
    }));
}

/** The Windows image of Microsoft that a FROM names, and the constraint that hosts for it have. naughty-constraints.sh. */
const WINDOWS_BASES: ReadonlyMap<string, string> = new Map([
  ['mcr.microsoft.com/windows/nanoserver', 'nanoserver'],
  ['microsoft/nanoserver', 'nanoserver'],
  ['mcr.microsoft.com/windows/servercore', 'windowsservercore'],
  ['microsoft/windowsservercore', 'windowsservercore'],
]);

/**
 * Constraints must be those of everything that the entry is built on, no more and no less.
 *
 * @param froms of all its architectures
 * @param ownerOf the entries that have a tag of the programme: `golang:1.27-nanoserver`
 */
export function checkConstraints(
  repository: string,
  { name, entry }: NamedEntry,
  froms: readonly string[],
  ownersOf: (from: string) => readonly NamedEntry[],
): ReviewFinding[] {
  const expected = new Map<string, string>();
  for (const from of froms) {
    for (const constraint of constraintsOf(from, ownersOf(from))) {
      if (!expected.has(constraint)) expected.set(constraint, from);
    }
  }
  const finding = (check: ReviewFinding['check'], constraint: string, message: string): ReviewFinding => ({
    check,
    repository,
    entry: name,
    architectures: [],
    subject: constraint,
    message,
    place: null,
  });
  return [
    ...[...expected]
      .filter(([constraint]) => !entry.constraints.includes(constraint))
      .map(([constraint, from]) =>
        finding('constraints.missing', constraint, `built on ${from}, which needs ${constraint}`),
      ),
    ...entry.constraints
      .filter((constraint) => !expected.has(constraint))
      .map((constraint) =>
        finding('constraints.extra', constraint, `nothing that it is built on needs ${constraint}`),
      ),
  ];
}

function constraintsOf(from: string, owners: readonly NamedEntry[]): readonly string[] {
  if (owners.length > 0) {
    // a shared tag stands for the entries of all systems, of which Windows alone has constraints
    const [first] = owners;
    return first?.entry.constraints ?? [];
  }
  const [, image = '', tag = ''] = /^([^:@]+)(?::([^@]+))?/.exec(from) ?? [];
  const kind = WINDOWS_BASES.get(image);
  if (kind === undefined) return [];
  return [tag === '' || tag === 'latest' ? kind : `${kind}-${tag}`];
}
