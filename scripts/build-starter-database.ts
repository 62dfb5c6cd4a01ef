/**
 * Builds data/starter.db.zst and data/ATTRIBUTIONS.md from downloaded feeds:
 *
 *   node scripts/build-starter-database.ts FEEDS
 *
 * Only sets whose licence lets the facts be passed on are named here; the build stops when one of them turns out to hold
 * records of another source. SOURCE_DATE_EPOCH sets the time of building.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildDatabase, type BuildReport } from '../src/advisories/build.ts';
import { packDatabase } from '../src/advisories/database/packed-database.ts';
import { sourceNamed } from '../src/advisories/sources.ts';

const DATA = resolve(import.meta.dirname, '..', 'data');
/** The few facts that Hallmark brings itself; data/README.md tells where each can be checked. */
const EXCERPTS = ['debian-tracker-excerpt.json', 'debian-modules-from-changelogs.json'];
const LEVEL = 19;

/** Below the folder of feeds. */
const SETS = [
  'almalinux/almalinux-osv.tar.zst',
  'alpaquita/bellsoft-osv.tar.zst',
  'alpine-secdb/alpine-secdb-rebuilt.tar.zst',
  'azurelinux/azurelinux-oval.tar.zst',
  'bitnami/bitnami-vulndb.tar.zst',
  'cve5/vulnrichment-full.tar.zst',
  'debian/debian-bookworm-changelog-derived.tar.zst',
  'docker-hardened-images/dhi-openvex.tar.zst',
  'docker-hardened-images/dhi-osv.tar.zst',
  'epss/epss_scores-2026-08-16.csv.gz',
  'ghsa/ghsa-osv-collected.tar.zst',
  'go/go-vulndb-osv.tar.zst',
  'kev/kev.tar.zst',
  'nvd/anchore-nvd-data-overrides-full.tar.zst',
  'other-ecosystems/haskell-hsec.tar.zst',
  'other-ecosystems/julia-jlsec.tar.zst',
  'other-ecosystems/r-rsec.tar.zst',
  'packagist/drupal-osv.tar.zst',
  'packagist/friendsofphp.tar.zst',
  'pypi/pypi-advisory-database.tar.zst',
  'rust/rustsec-osv.tar.zst',
];

function attributions({ built, newest, digest, sources }: BuildReport): string {
  const rows = sources.map(
    ({ name, licence, attribution, newest: date, records }) =>
      `| ${name} | ${licence} | ${attribution ?? 'none asked for'} | ${date?.slice(0, 10) ?? 'not dated'} | ${records} |`,
  );
  return [
    '# Sources of the starter advisory database',
    '',
    'Written by `scripts/build-starter-database.ts`. The database holds facts only (identifiers, packages, version ranges,',
    'severities, scores, dates, statuses), brought into a common form; it holds no descriptions.',
    '',
    `Built ${built}, newest fact ${newest ?? 'not dated'}, content ${digest}.`,
    '',
    '| source | licence | attribution | newest record | records |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '- Alpine: rebuilt from the `# secfixes:` comments of aports; under the same licence as its source (share alike).',
    '- Debian: fixed flaws from package changelogs, and the few facts of the security tracker that `README.md` here lists.',
    '- EPSS: only scores of flaws that another record here names. See https://www.first.org/epss',
    '- GitHub, Go and Python advisories (CC-BY-4.0): reduced to facts; https://creativecommons.org/licenses/by/4.0/',
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const [feeds] = process.argv.slice(2);
  if (feeds === undefined) throw new Error('usage: node scripts/build-starter-database.ts FEEDS');
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-starter-'));
  try {
    const report = await buildDatabase({
      from: [...SETS.map((set) => join(feeds, set)), ...EXCERPTS.map((file) => join(DATA, file))],
      output: join(folder, 'starter.db'),
      now: epoch === undefined ? new Date() : new Date(Number(epoch) * 1000),
    });
    for (const { id } of report.sources) {
      // the excerpt's few facts are listed one by one, with where they can be checked
      if (id !== 'debian-tracker' && sourceNamed(id)?.redistributable !== true) {
        throw new Error(`records of ${id} may not be passed on`);
      }
    }
    const packed = packDatabase(readFileSync(report.output), LEVEL);
    writeFileSync(join(DATA, 'starter.db.zst'), packed);
    writeFileSync(join(DATA, 'ATTRIBUTIONS.md'), attributions(report));
    console.log(
      `${report.advisories} advisories, ${report.statements} statements about packages, ${report.rejectedCount} rejected`,
    );
    console.log(`${report.sizeBytes} bytes, packed ${packed.length}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
