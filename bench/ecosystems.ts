/**
 * What each cataloger reads and fills in, seen by running all of them over the real files of each ecosystem.
 *
 *   npx node bench/ecosystems.ts           writes docs/ecosystems.md
 *   npx node bench/ecosystems.ts --check   exits with 1 when that page says something else
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import type { Package } from '../src/model/package.ts';
import { allExhibits } from '../test/inventory/exhibits/all.ts';
import type { Exhibit } from '../test/inventory/exhibits/exhibit.ts';
import { inventoryOf } from '../test/inventory/layer-stack.ts';

const PAGE = new URL('../docs/ecosystems.md', import.meta.url);

/** What a package may have beside its name, in the order of the table. */
const FIELDS: readonly (readonly [name: string, isFilled: (pkg: Package) => boolean])[] = [
  ['version', (pkg) => pkg.version !== ''],
  ['architecture', (pkg) => pkg.architecture !== null],
  ['source', (pkg) => pkg.source !== null],
  ['licences', (pkg) => pkg.licences.length > 0],
  ['supplier', (pkg) => pkg.supplier !== null],
  ['description', (pkg) => pkg.description !== null],
  ['homepage', (pkg) => pkg.homepage !== null],
  ['CPE', (pkg) => pkg.cpes.length > 0],
  ['checksums', (pkg) => pkg.checksums.length > 0],
  ['files', (pkg) => pkg.files.length > 0],
  ['needs', (pkg) => pkg.dependencies.length > 0],
  ['edges', (pkg) => pkg.dependsOn.length > 0],
];

export interface EcosystemRow {
  readonly exhibit: Exhibit;
  readonly packages: readonly Package[];
}

/** One row an exhibit: the packages that its cataloger found in it. */
export async function ecosystemRows(): Promise<readonly EcosystemRow[]> {
  const exhibits = await allExhibits();
  return exhibits.map((exhibit) => {
    const { packages } = inventoryOf([exhibit.files()]);
    return { exhibit, packages: packages.filter(({ cataloger }) => cataloger === exhibit.cataloger) };
  });
}

/** `docs/ecosystems.md`. */
export function formatEcosystems(rows: readonly EcosystemRow[]): string {
  const lines = rows.map(({ exhibit, packages }) => {
    const filled = FIELDS.filter(([, isFilled]) => packages.some(isFilled)).map(([name]) => name);
    const types = [...new Set(packages.map(({ type }) => type))].sort();
    const presence = [...new Set(packages.map((pkg) => pkg.presence))].sort();
    return [
      exhibit.ecosystem,
      `\`${exhibit.cataloger}\``,
      exhibit.evidence.map((pattern) => `\`${pattern}\``).join(', '),
      types.map((type) => `\`${type}\``).join(', '),
      presence.join(', '),
      filled.join(', '),
      `${exhibit.origin} (${packages.length})`,
    ].join(' | ');
  });
  const catalogers = new Set(rows.map(({ exhibit }) => exhibit.cataloger)).size;
  return `# Ecosystems

What Hallmark finds, by what it reads. Each row was made by running all ${catalogers} catalogers over real files (the last column says
whose, and how many packages the cataloger found in them). *Filled* are the fields that at least one of these packages
has; *needs* are the names of dependencies, *edges* those that were found to be packages of the same image. What a package is
*declared* or *installed* by is explained in [inventory](inventory.md).

This page is made by \`node bench/ecosystems.ts\`; a test holds it to the code.

| ecosystem | cataloger | evidence | purl type | presence | filled | seen on |
|---|---|---|---|---|---|---|
${lines
  .toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  .map((line) => `| ${line} |`)
  .join('\n')}
`;
}

if (import.meta.main) {
  const page = formatEcosystems(await ecosystemRows());
  if (!process.argv.includes('--check')) writeFileSync(PAGE, page);
  else if (readFileSync(PAGE, 'utf8') !== page) {
    process.stderr.write('docs/ecosystems.md is not what node bench/ecosystems.ts makes of the code.\n');
    process.exitCode = 1;
  }
}
