import type { VersionInterval } from '../versions/scheme.ts';

const PLAIN = /^\d+(?:\.\d+)*$/;

/**
 * Orders two versions of digits and dots, which every scheme orders alike; null where schemes differ: anything else
 * in a version, and versions that differ in trailing zeros only (1.0 and 1.0.0).
 *
 * For versions of ecosystems whose scheme is not known. Real comparison happens in versions/.
 */
export function plainOrder(a: string, b: string): number | null {
  if (a === b) return 0;
  if (!PLAIN.test(a) || !PLAIN.test(b)) return null;
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = numberOrder(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length === right.length ? 0 : null;
}

/** Digits of any length by value; empty counts as zero. */
function numberOrder(a: string, b: string): number {
  if (a === b) return 0;
  const left = a.startsWith('0') ? a.replace(/^0+/, '') : a;
  const right = b.startsWith('0') ? b.replace(/^0+/, '') : b;
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** True only where the interval holds the version in every scheme. */
export function plainlyInside(version: string, interval: VersionInterval): boolean {
  return (
    PLAIN.test(version) &&
    (interval.introduced === null || (plainOrder(interval.introduced, version) ?? 1) <= 0) &&
    (interval.fixed === null || (plainOrder(version, interval.fixed) ?? 1) < 0) &&
    (interval.lastAffected === null || (plainOrder(version, interval.lastAffected) ?? 1) <= 0)
  );
}
