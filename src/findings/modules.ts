/** Module streams of rpm distributions: `nodejs:18` and `nodejs:20` number their versions apart from each other. */
import type { AffectedPackage } from '../advisories/advisory.ts';
import type { Package } from '../model/package.ts';

/** Releases of modular builds: `.module_el8` (AlmaLinux), `.module+el8` (Red Hat, Rocky), `.module_f33` (Fedora). */
const MODULAR = /\.module[_+]/;

/** The stream of a modular build, where nobody wrote it down. */
const STREAM_UNKNOWN = Symbol('stream unknown');

type Stream = string | null | typeof STREAM_UNKNOWN;

/**
 * Does the entry speak about the module stream that the package comes from? Packages outside of modules are a stream
 * of their own. Unknown when one side is modular and its stream is not recorded: their versions cannot be compared.
 */
export function compareModules(pkg: Package, affected: AffectedPackage): 'same' | 'other' | 'unknown' {
  if (pkg.type !== 'rpm') return 'same';
  const installed = streamOf(pkg.modularityLabel, [pkg.version]);
  const spoken = streamOf(
    affected.module,
    affected.intervals.map(({ fixed }) => fixed),
  );
  const oneOutside = installed === null || spoken === null;
  if (!oneOutside && (installed === STREAM_UNKNOWN || spoken === STREAM_UNKNOWN)) return 'unknown';
  return installed === spoken ? 'same' : 'other';
}

/** `name:stream` of a label `name:stream[:version:context]`; null outside of modules. */
function streamOf(label: string | null, versions: readonly (string | null)[]): Stream {
  if (label !== null) return label.split(':').slice(0, 2).join(':');
  return versions.some((version) => version !== null && MODULAR.test(version)) ? STREAM_UNKNOWN : null;
}

/** Is either side a build of a module? */
export function isModular(
  { modularityLabel, version }: Package,
  { module, intervals }: AffectedPackage,
): boolean {
  if (modularityLabel !== null || module !== null || MODULAR.test(version)) return true;
  return intervals.some(({ fixed }) => fixed !== null && MODULAR.test(fixed));
}
