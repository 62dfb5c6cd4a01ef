import type { PackageChanges } from '../../model/assessment.ts';
import type { Package } from '../../model/package.ts';
import type { Purl } from '../../model/purl.ts';

type ComparedPackage = Pick<Package, 'purl' | 'name' | 'type' | 'architecture'>;

/** What became of the packages of an image in another one; purls, sorted. One of a name that went where another came has changed. */
export function packageChanges(
  before: readonly ComparedPackage[],
  after: readonly ComparedPackage[],
): PackageChanges {
  const gone = Map.groupBy(onlyIn(before, after), lineOf);
  const added: Purl[] = [];
  const changed: { readonly from: Purl; readonly to: Purl }[] = [];
  for (const one of onlyIn(after, before)) {
    const from = gone.get(lineOf(one))?.shift();
    if (from === undefined) added.push(one.purl);
    else changed.push({ from: from.purl, to: one.purl });
  }
  const removed = [...gone.values()].flat().map(({ purl }) => purl);
  return { added, removed: removed.sort(), changed };
}

/** Sorted by purl, each once. */
function onlyIn(packages: readonly ComparedPackage[], others: readonly ComparedPackage[]): ComparedPackage[] {
  const known = new Set(others.map(({ purl }) => purl));
  const own = new Map(packages.filter(({ purl }) => !known.has(purl)).map((one) => [one.purl, one]));
  return [...own.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

/** What stays the same when a package is upgraded. */
function lineOf({ type, name, architecture }: ComparedPackage): string {
  return `${type}\0${name}\0${architecture ?? ''}`;
}
