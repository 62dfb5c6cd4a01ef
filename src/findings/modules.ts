/** Module streams of rpm distributions: `nodejs:18` and `nodejs:20` number their versions apart from each other. */
import type { AffectedPackage } from '../advisories/advisory.ts';
import type { Package } from '../model/package.ts';

/** Releases of modular builds: `.module_el8` (AlmaLinux), `.module+el8` (Red Hat, Rocky), `.module_f33` (Fedora). */
const MODULAR = /\.module[_+]/;

/** True for modular builds whose stream nobody wrote down. */
const STREAM_UNKNOWN = Symbol('stream unknown');

type Stream = string | null | typeof STREAM_UNKNOWN;

/**
 * Does the entry speak about another module stream than the package comes from, or about packages outside of modules?
 * Null when one of the two is modular and its stream is not known, so that their versions cannot be compared.
 */
export function isOtherModule(pkg: Package, affected: AffectedPackage): boolean | null {
  if (pkg.type !== 'rpm') return false;
  const installed = streamOf(pkg.modularityLabel, [pkg.version]);
  const spoken = streamOf(
    affected.module,
    affected.intervals.map(({ fixed }) => fixed),
  );
  if (installed === null || spoken === null) return installed !== spoken;
  if (installed === STREAM_UNKNOWN || spoken === STREAM_UNKNOWN) return null;
  return installed !== spoken;
}

/** `name:stream` of a label `name:stream[:version:context]`; null outside of modules. */
function streamOf(label: string | null, versions: readonly (string | null)[]): Stream {
  if (label !== null) return label.split(':').slice(0, 2).join(':');
  return versions.some((version) => version !== null && MODULAR.test(version)) ? STREAM_UNKNOWN : null;
}
