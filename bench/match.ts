/**
 * What matching costs: a bill of materials of 5,000 packages against a database.
 *
 *   node bench/match.ts DATABASE [RUNS]
 *
 * The bill is a Debian 12 system with applications: every package of Debian 12 that the database names, up to 400, a
 * thousandth part of those that it names of npm, PyPI, Go, Maven and RubyGems, and packages that it does not know. The
 * baseline of the whole process is `hallmark packages` on the same bill, which starts, reads and lists, and matches nothing.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openAdvisoryDatabase } from '../src/advisories/database/database.ts';
import { readBillFile } from '../src/assess/assess-bill.ts';
import { findVulnerabilities } from '../src/findings/findings.ts';
import { OPEN_VERDICTS } from '../src/model/finding.ts';
import { formatPurl } from '../src/model/purl.ts';
import type { PackageType } from '../src/model/package.ts';
import { formatRuns, measure, median } from './measure.ts';

const PROGRAM = resolve(import.meta.dirname, '..', 'bin', 'hallmark.js');
const PACKAGES = 5_000;

interface Ecosystem {
  readonly name: string;
  readonly type: PackageType;
  readonly most: number;
  readonly version: string;
}

const ECOSYSTEMS: readonly Ecosystem[] = [
  { name: 'Debian:12', type: 'deb', most: 400, version: '1:0.9-1' },
  { name: 'npm', type: 'npm', most: 90, version: '1.4.2' },
  { name: 'PyPI', type: 'pypi', most: 130, version: '1.4.2' },
  { name: 'Go', type: 'golang', most: 130, version: 'v1.4.2' },
  { name: 'Maven', type: 'maven', most: 90, version: '1.4.2' },
  { name: 'RubyGems', type: 'gem', most: 60, version: '1.4.2' },
];

function purlsOf(database: DatabaseSync, { name, type, most, version }: Ecosystem): string[] {
  const found = database
    .prepare(
      'SELECT DISTINCT p.name FROM package AS p JOIN ecosystem AS e ON e.number = p.ecosystem WHERE e.name = ? ORDER BY p.name',
    )
    .all(name)
    .map((row) => String(row['name']));
  const step = Math.max(1, Math.floor(found.length / most));
  const qualifiers = type === 'deb' ? { arch: 'amd64', distro: 'debian-12' } : {};
  return found
    .filter((_, index) => index % step === 0)
    .slice(0, most)
    .map((full) => {
      const separator = type === 'maven' ? ':' : '/';
      const cut = full.lastIndexOf(separator);
      const namespace = type === 'deb' ? 'debian' : cut < 0 ? null : full.slice(0, cut);
      const packageName = type === 'deb' ? full : full.slice(cut + 1);
      return formatPurl({ type, namespace, name: packageName, version, qualifiers });
    });
}

function billOf(file: string): { readonly bill: unknown; readonly known: number } {
  const database = new DatabaseSync(file, { readOnly: true });
  const purls = ECOSYSTEMS.flatMap((ecosystem) => purlsOf(database, ecosystem));
  database.close();
  const known = purls.length;
  for (let index = 0; purls.length < PACKAGES; index += 1) {
    const type = (['npm', 'pypi', 'gem'] as const)[index % 3] ?? 'npm';
    purls.push(formatPurl({ type, name: `unknown-library-${index}`, version: `1.${index}.0` }));
  }
  const components = purls.map((purl) => {
    const [path = '', version = ''] = purl.split('?')[0]?.split('@') ?? [];
    return { type: 'library', 'bom-ref': purl, purl, name: path.split('/').at(-1), version };
  });
  const system = { type: 'operating-system', 'bom-ref': 'os', name: 'debian', version: '12' };
  return {
    known,
    bill: { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [system, ...components] },
  };
}

function main(): void {
  const [file, runs = '5'] = process.argv.slice(2);
  if (file === undefined) throw new Error('usage: node bench/match.ts DATABASE [RUNS]');
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-bench-'));
  try {
    const { bill, known } = billOf(file);
    const path = join(folder, 'bill.json');
    writeFileSync(path, JSON.stringify(bill));
    const rounds = Array.from({ length: Number(runs) }, () => ({
      list: measure([PROGRAM, 'packages', '--format', 'json', `sbom:${path}`]),
      scan: measure([PROGRAM, 'scan', '--db', file, `sbom:${path}`]),
    }));
    const { contents } = readBillFile(`sbom:${path}`);
    const database = openAdvisoryDatabase(file);
    const times: number[] = [];
    let counts = '';
    for (let round = 0; round <= Number(runs); round += 1) {
      const started = performance.now();
      const { verdictCounts } = findVulnerabilities({
        packages: contents.packages,
        distribution: contents.distribution,
        database,
        now: Date.now(),
        staleAfterDays: 30,
        verdicts: OPEN_VERDICTS,
      });
      times.push((performance.now() - started) / 1000);
      counts = JSON.stringify(verdictCounts);
    }
    database.close();
    const [first = Number.NaN, ...others] = times;
    console.log(`${PACKAGES} packages, ${known} of names that the database knows: ${counts}`);
    console.log(
      `matching: ${first.toFixed(2)} s the first time in a process, ${median(others).toFixed(2)} s after`,
    );
    const [list, scan] = [rounds.map((round) => round.list), rounds.map((round) => round.scan)];
    console.log(`listing, whole process:  ${formatRuns(list)}`);
    console.log(`scanning, whole process: ${formatRuns(scan)}`);
    const ratio =
      median(scan.map(({ wallSeconds }) => wallSeconds)) / median(list.map(({ wallSeconds }) => wallSeconds));
    console.log(`ratio ${ratio.toFixed(2)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
