/** Writes a dependency snapshot for GitHub, version 0. */
import { formatPlace, type Package } from '../../model/package.ts';
import { type BillInput, type BillOptions, billPackages, billUuid } from '../bill.ts';
import { formatFacts } from '../facts.ts';
import { nameImage } from '../image-name.ts';
import { imageProperties } from '../image-properties.ts';
import { packageProperties } from '../package-properties.ts';
import { coverageProperties, distributionProperties } from '../properties.ts';
import { readResolved } from './read-snapshot.ts';
import { OWN, type ResolvedDependency, type Snapshot, type SnapshotManifest } from './snapshot.ts';
import { isCommit } from './workflow-origin.ts';

/** Which commit an image was built from. OCI image spec, annotations.md. */
const REVISION = 'org.opencontainers.image.revision';

/**
 * The packages of an image, under the files that show them. The commit is the one that the options name, else the one
 * that the image's label names; GitHub takes no snapshot without one, nor without a branch.
 */
export function toSnapshot(input: BillInput, options: BillOptions): Snapshot {
  const { tool, image, distribution, coverage } = input;
  const { name } = nameImage(image);
  const packages = billPackages(input, options);
  const needed = new Set(packages.flatMap(({ dependsOn }) => dependsOn));
  const revision = image.labels[REVISION] ?? '';
  const manifests = Map.groupBy(packages, (pkg) => `${name}:/${placeOf(pkg)}`);
  return {
    version: 0,
    job: { id: billUuid('github', input, options), correlator: `${tool.name} ${name}` },
    ...(isCommit(revision) ? { sha: revision } : {}),
    ...options.origin,
    // the field has to be there; Hallmark has no home page
    detector: { ...tool, url: '' },
    metadata: {
      [OWN.image]: formatFacts(imageProperties(image)),
      ...(distribution === null
        ? {}
        : { [OWN.distribution]: formatFacts(distributionProperties(distribution, {})) }),
      [OWN.document]: formatFacts(coverageProperties(coverage)),
    },
    manifests: Object.fromEntries(
      [...manifests].map(([place, found]): [string, SnapshotManifest] => [
        place,
        {
          name: place,
          file: { source_location: place },
          resolved: Object.fromEntries(found.map((pkg) => [pkg.id, toResolved(pkg, needed.has(pkg.id))])),
        },
      ]),
    ),
    scanned: options.created,
  };
}

/** The main place that shows a package; empty where nothing does. */
function placeOf({ evidence: [main] }: Package): string {
  return main === undefined ? '' : formatPlace(main);
}

/** What another package needs is there because of that one. */
function toResolved(pkg: Package, isNeeded: boolean): ResolvedDependency {
  const said = {
    package_url: pkg.purl,
    relationship: isNeeded ? 'indirect' : 'direct',
    scope: 'runtime',
    dependencies: pkg.dependsOn,
  } as const;
  const facts = packageProperties(pkg, readResolved('', said, []));
  return { ...said, metadata: { [OWN.package]: formatFacts(facts) } };
}
