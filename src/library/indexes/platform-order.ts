/** In which order an index lists platforms. docker-library/meta-scripts, `sort.jq` and `oci.jq`. */
import type { IndexPlatform } from './index-document.ts';

type PlatformNames = Partial<Pick<IndexPlatform, 'os' | 'architecture' | 'variant' | 'os.version'>>;

/**
 * Linux first, then amd64, then arm64, then the rest by name; of each the highest variant and version of the system first. A
 * longer version comes after the one that it begins with: v8 before v8.1, as upstream has it.
 */
export function comparePlatforms(a: PlatformNames, b: PlatformNames): number {
  return (
    comparePreferred(a.os ?? '', b.os ?? '', ['linux']) ||
    comparePreferred(a.architecture ?? '', b.architecture ?? '', ['amd64', 'arm64']) ||
    compareNewestFirst(a.variant ?? '', b.variant ?? '') ||
    compareNewestFirst(a['os.version'] ?? '', b['os.version'] ?? '')
  );
}

function comparePreferred(a: string, b: string, preferred: readonly string[]): number {
  const rank = (name: string): number => preferred.indexOf(name) + 1 || preferred.length + 1;
  return rank(a) - rank(b) || compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Part by part, numbers as numbers; nothing at all comes last. */
function compareNewestFirst(a: string, b: string): number {
  if (a === '' || b === '') return Number(a === '') - Number(b === '');
  const left = partsOf(a);
  const right = partsOf(b);
  for (const [at, part] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    const order = comparePartsDown(part, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function partsOf(text: string): readonly (number | string)[] {
  return (text.match(/[0-9]+|[^0-9]+/g) ?? []).map((part) => (/^[0-9]/.test(part) ? Number(part) : part));
}

/** Numbers come before words in either direction. */
function comparePartsDown(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return b - a;
  if (typeof a === 'string' && typeof b === 'string') return compareText(b, a);
  return typeof a === 'number' ? -1 : 1;
}
