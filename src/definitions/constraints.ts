import type { Architecture } from './architectures.ts';
import type { Entry } from './definition.ts';

/** A machine that images are built on, as entries ask for one. */
export interface BuildHost {
  readonly architecture: Architecture;
  readonly constraints: ReadonlySet<string>;
  /** Nothing is built here but what asks for one of these constraints. */
  readonly isExclusive: boolean;
}

/**
 * Why an entry is not built on a host; null when it is. `!name` asks for a host without it.
 * docker-library/bashbrew, `cmd/bashbrew/repo.go`, `SkipConstraints`; an empty constraint is never met, where upstream panics.
 */
export function skippedBecause(
  { architectures, constraints }: Pick<Entry, 'architectures' | 'constraints'>,
  host: BuildHost,
): string | null {
  if (!architectures.includes(host.architecture)) {
    return `it is for ${architectures.join(', ')}, not for ${host.architecture}`;
  }
  if (constraints.length === 0) return host.isExclusive ? 'it has no constraints' : null;
  const unmet = constraints.filter((constraint) =>
    constraint.startsWith('!')
      ? host.constraints.has(constraint.slice(1))
      : !host.constraints.has(constraint),
  );
  return unmet.length === 0 ? null : `its constraints are not met: ${unmet.join(', ')}`;
}
